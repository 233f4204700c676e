// The parts of the client side by side, at the foot of the screens that one starts from.
import { screen, turnTo } from "../route.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Icon } from "./icons.js";

const EVERYBODY = ["home", "library", "settings"];
/** By role, in the order in which they stand; others see those of everybody. */
const WORK = ["home", "work", "library", "settings"];
const TABS = {
  carer: ["home", "workers", "library", "settings"],
  carer_peer_worker: WORK,
  consumer_peer_worker: WORK,
  moderator: ["home", "review", "library", "settings"],
  supervisor: ["home", "review", "service", "library", "settings"],
  coordinator: ["home", "service", "library", "settings"],
};
const CALLED = { home: "conversations", workers: "one_to_one" };

export const Nav = () => html`<nav class="tabs" aria-label=${say("places")}>
  ${(TABS[me.value?.role] ?? EVERYBODY).map((name) => html`<button key=${name} class="plain"
    aria-current=${screen.value.name.split(".")[0] === name ? "page" : null} onClick=${() => turnTo(name)}>
    <${Icon} name=${name} /> <span>${say(CALLED[name] ?? name)}</span></button>`)}
</nav>`;

// The top of every screen: help and the quick exit are always there, in the same place.
import { leave } from "../leave.js";
import { back, go, screen } from "../route.js";
import { notice } from "../store.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Icon } from "./icons.js";

/** `about` is opened from the title, where there is something. */
export const Bar = ({ title, deep, about }) => html`
  <header class="bar">
    ${deep && html`<button class="plain" aria-label=${say("back")} onClick=${back}><${Icon} name="back" /></button>`}
    <h1 tabindex="-1" dir="auto">${about
      ? html`<button class="plain about" aria-haspopup="dialog" onClick=${about}>${title} <${Icon} name="open" /></button>`
      : title}</h1>
    ${screen.value.name !== "crisis" &&
    html`<button class="help" aria-label=${say("help_now")} onClick=${() => go("crisis")}>
      <${Icon} name="help" /> ${say("help")}</button>`}
    <button class="leave" title=${say("leave_hint")} aria-label=${say("leave_long")} onClick=${() => leave()}>
      <${Icon} name="leave" /> <span>${say("leave")}</span>
    </button>
  </header>
  <${Notice} />`;

const Notice = () =>
  notice.value &&
  html`<div class="notice" role="status">
    <p>${notice.value.words}</p>
    <button onClick=${() => (notice.value = null)}>${say("ok")}</button>
  </div>`;

// One-to-one as the service sees it: who waits for a worker, what it has to agree to, and whom there is. Nobody's words but the wish.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Listed, Trouble, useFound, useList } from "./lists.js";
import { Assign, Forward } from "./pairs_assign.js";
import { Cover, Loads, Unmet } from "./pairs_more.js";
import { Profile, Profiles } from "./pairs_profiles.js";
import { Consent, Walls } from "./pairs_walls.js";
import { Desk, holdFocus } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

const PAGES = { assign: Assign, forward: Forward, cover: Cover, loads: Loads, unmet: Unmet, profiles: Profiles, profile: Profile, walls: Walls, consent: Consent };
const MORE = ["profiles", "loads", "unmet", "walls", "cover"];
const DAY_MS = 86_400_000;

export function Screen(props) {
  const Page = PAGES[props.name.split(".")[2]];
  return Page ? html`<${Page} key=${props.id} ...${props} />` : html`<${Front} />`;
}

function Front() {
  const ready = useFound(findZone, "zone");
  const list = useList("/waiting-list?limit=50");
  const asked = useList("/contact-requests?state=requested&limit=50");
  const due = asked.items.filter((one) => one.needs.includes("coordinator"));
  return html`<${Desk} title=${say("desk_pairs")}>
    <${Trouble} said=${ready.said || asked.said} again=${() => (ready.again(), asked.again())} />
    ${due.length > 0 && html`<h2 class="first">${say("pairs_agreement")}</h2><p>${say("pairs_agreement_hint")}</p>
      <ul class="list">${due.map((one) => html`<${Agreement} key=${one.id} one=${one} again=${asked.again} />`)}</ul>`}
    ${asked.next && html`<button onClick=${asked.more}>${say("pairs_more_requests")}</button>`}
    <h2 class=${due.length ? null : "first"}>${say("pairs_waiting")}</h2>
    <p>${say("pairs_waiting_about")}</p>
    ${ready.here && html`<${Listed} list=${list} none=${say("pairs_nobody_waits")} row=${(one) => html`<${Waits} key=${one.id} one=${one} />`} />`}
    <h2>${say("pairs_more")}</h2>
    <ul class="list">${MORE.map((page) => html`<li key=${page}><button class="row" onClick=${() => go(`service.pairs.${page}`)}>
      <span class="row-title">${say(`pairs_${page}`)}</span><span class="small">${say(`pairs_${page}_hint`)}</span></button></li>`)}</ul>
  <//>`;
}

const daysSince = (at) => Math.floor((Date.now() - Date.parse(at)) / DAY_MS);

const Waits = ({ one }) => html`<li class="card">
  <h3 class="first" dir="auto">${one.place}. ${one.carer.display_name}</h3>
  <p class="small">${say("pairs_since", { day: dateOf(one.since) })} · ${sayCount("pairs_days", daysSince(one.since))}</p>
  ${one.wish && html`<p class="small">${say("pairs_wish")}</p><blockquote dir="auto">${one.wish}</blockquote>`}
  ${one.brought_forward && html`<p><strong>${say("pairs_forward_since", { day: dateOf(one.forward_at) })}</strong> <span dir="auto">${one.forward_reason}</span></p>`}
  ${one.offer_id && html`<p><strong>${say("pairs_offered")}</strong></p>`}
  <p class="choices">
    ${!one.offer_id && html`<button class=${one.place === 1 ? "strong" : null} aria-label=${say("pairs_assign_long", { name: one.carer.display_name })}
      onClick=${() => go("service.pairs.assign", { id: one.id, waiting: one })}>${say("pairs_assign")}</button>`}
    ${one.place > 1 && html`<button aria-label=${say("pairs_forward_long", { name: one.carer.display_name })}
      onClick=${() => go("service.pairs.forward", { id: one.id, waiting: one })}>${say("pairs_forward")}</button>`}
  </p></li>`;

function Agreement({ one, again }) {
  const agree = async () => (await ask("POST", `/contact-requests/${one.id}/agree`), await again(), holdFocus());
  return html`<li class="card">
    <h3 class="first" dir="auto">${say("pairs_of_two", { carer: one.carer.display_name, worker: one.worker.display_name })}</h3>
    <p><${Role} role=${one.worker.role} label=${one.worker.role_label} /></p>
    <p class="small">${say("pairs_asked", { day: dateOf(one.created_at) })}
      ${one.expires_at && ` · ${say("pairs_expires", { day: dateOf(one.expires_at) })}`}</p>
    ${one.needs.length > 1 && html`<p>${say("pairs_also", { who: one.needs.filter((who) => who !== "coordinator").map((who) => say(`pairs_party_${who}`)).join(", ") })}</p>`}
    <${Act} strong act=${agree} aria-label=${say("pairs_agree_long", { carer: one.carer.display_name, worker: one.worker.display_name })}>${say("pairs_agree")}<//>
    <p class="small">${say("pairs_agree_hint")}</p></li>`;
}

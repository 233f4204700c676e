// Carers who asked for somebody, and worries that came up while nobody was there.
import { ask } from "../api.js";
import { go } from "../route.js";
import { conversations, me } from "../store.js";
import { html, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Choice } from "./fields.js";
import { Listed, query, useList, useOnce } from "./lists.js";
import { Desk } from "./shell.js";
import { momentIn } from "./zone.js";

const STATES = ["paging", "unanswered", "acknowledged", "in_contact", "resolved", "cancelled"];
const OUTCOMES = ["supported", "referred", "emergency_services", "not_reached", "other"];
const WAITING = new Set(["paging", "unanswered"]);
const OPEN = new Set([...WAITING, "acknowledged", "in_contact"]);

export function Alerts() {
  const [state, setState] = useState("");
  const list = useList(query("/crisis/alerts", { state, limit: 50 }));
  return html`<${Desk} title=${say("team_alerts")}>
    <${Choice} name="state" label=${say("team_state")} value=${state} onChange=${(event) => setState(event.target.value)}
      options=${[["", say("team_all")], ...STATES.map((one) => [one, say(`team_${one}`)])]} />
    <${Listed} list=${list} none=${say("team_no_alerts")} row=${(one) => html`<${Alert} key=${one.id} one=${one} again=${list.again} />`} />
  <//>`;
}

function Alert({ one, again }) {
  const [run, refused] = useOnce();
  const act = (what, body = {}) => run(async () => {
    try {
      await ask("POST", `/crisis/alerts/${one.id}/${what}`, body);
    } finally {
      await again();
    }
  });
  const mine = one.taken_by?.id === me.value.id;
  const here = mine && conversations.value.some((each) => each.id === one.conversation_id);
  return html`<li class="card alert" data-urgent=${WAITING.has(one.state) ? "true" : null}>
    <h2 class="first" dir="auto">${one.carer.display_name}</h2>
    <p><strong>${say(`team_${one.state}`)}</strong> · ${say(`team_whose_${one.whose}`)}</p>
    <p class="small">${say("team_asked", { at: momentIn(one.created_at) })}</p>
    ${one.taken_by && html`<p dir="auto">${say("team_taken", { name: one.taken_by.display_name })}</p>`}
    ${one.outcome && html`<p>${say(`team_out_${one.outcome}`)}</p>`}
    ${one.note && html`<blockquote dir="auto">${one.note}</blockquote>`}
    ${one.pages?.length > 0 && html`<p class="small" dir="auto">${sayCount("team_called", one.pages.length)}
      ${" "}${one.pages.map((page) => page.person.display_name).join(", ")}</p>`}
    <p class="error" role="alert">${refused}</p>
    <p class="choices">
      ${WAITING.has(one.state) && me.value.role === "supervisor" && html`<button class="strong" onClick=${() => act("acknowledge")}>${say("team_come", { name: one.carer.display_name })}</button>`}
      ${mine && one.state === "acknowledged" && html`<button onClick=${() => act("contact")}>${say("team_in_touch")}</button>`}
      ${here && html`<button class="strong" onClick=${() => go("chat", { id: one.conversation_id })}>${say("team_open")}</button>`}
    </p>
    ${OPEN.has(one.state) && html`<form class="side" onSubmit=${(event) => (event.preventDefault(), act("resolve", { outcome: event.target.elements[0].value }))}>
      <${Choice} name=${`outcome-${one.id}`} label=${say("team_outcome")} options=${OUTCOMES.map((each) => [each, say(`team_out_${each}`)])} />
      <p><button>${say("team_resolve")}</button></p></form>`}
  </li>`;
}

/** Words told of a risk at an hour nobody reads. Neither the words nor who wrote them are shown: one offers to talk. */
export function Concerns() {
  const list = useList("/crisis/concerns?limit=50");
  const [run, refused] = useOnce();
  const offer = (one) => run(async () => {
    await ask("POST", `/crisis/concerns/${one.id}/offer`);
    await list.again();
  });
  return html`<${Desk} title=${say("team_concerns")} still>
    <p>${say("team_concerns_about")}</p>
    <p class="error" role="alert">${refused}</p>
    <${Listed} list=${list} none=${say("team_no_concerns")} row=${(one) => html`<li key=${one.id} class="card">
      <p><strong>${say("team_raised", { at: momentIn(one.raised_at) })}</strong></p>
      <p>${sayCount("team_times", one.times)} · ${say("team_until", { at: momentIn(one.until) })}</p>
      ${one.offered_at
        ? html`<p role="status">${say(one.offered_by_me ? "team_offered_by_you" : "team_offered", { at: momentIn(one.offered_at) })}</p>`
        : me.value.role === "supervisor" && html`<button class="strong" onClick=${() => offer(one)}>${say("team_offer")}</button>`}
    </li>`} />
  <//>`;
}

// Reading a private conversation of others: asked for with a reason, granted by a second person, told to those it belongs to.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { ReadAccess } from "./access_read.js";
import { Area, Choice } from "./fields.js";
import { Listed, Trouble, useFound, useList, useOnce } from "./lists.js";
import { Desk, done, holdFocus } from "./shell.js";
import { findZone, momentIn } from "./zone.js";

const PURPOSES = ["safety", "complaint", "legal"];
const MINUTES = [15, 30, 60, 240, 1440];
const BY_NUMBER = "";

export function Screen(props) {
  const sub = props.name.split(".")[2];
  if (sub === "ask") return html`<${Ask} />`;
  if (sub === "read") return html`<${ReadAccess} key=${props.id} access=${props.access} />`;
  return html`<${Accesses} />`;
}

function Accesses() {
  const ready = useFound(findZone, "zone");
  const list = useList("/break-glass?limit=50");
  return html`<${Desk} title=${say("desk_access")}>
    <p>${say("access_about")}</p>
    <p><button class="strong" onClick=${() => go("service.access.ask")}>${say("access_ask")}</button></p>
    <${Trouble} said=${ready.said} again=${ready.again} />
    ${ready.here && html`<${Listed} list=${list} none=${say("access_none")} row=${(one) => html`<${Access} key=${one.id} one=${one} again=${list.again} />`} />`}
  <//>`;
}

const length = (minutes) => (minutes % 60 ? sayCount("access_minutes", minutes) : sayCount("access_hours", minutes / 60));

function Access({ one, again }) {
  const [run, refused] = useOnce();
  const act = (verb) => run(async () => {
    try {
      await ask("POST", `/break-glass/${one.id}/${verb}`);
    } finally {
      await again();
      holdFocus();
    }
  });
  const mine = one.asked_by.id === me.value.id;
  const asked = { name: one.asked_by.display_name, at: momentIn(one.asked_at) };
  const waits = one.state === "asked";
  return html`<li class="card" data-urgent=${waits && !mine ? "true" : null}>
    <h2 class="first" dir="auto">${say(mine ? "access_you_asked" : "access_they_asked", asked)}</h2>
    <p><strong>${say(`access_${one.state}`)}</strong> · ${say(`access_for_${one.purpose}`)} · ${length(one.minutes)}</p>
    <p class="small">${asked.at}</p>
    <blockquote dir="auto">${one.reason}</blockquote>
    ${one.answered_by && html`<p dir="auto">${say(one.state === "refused" ? "access_refused_by" : "access_granted_by",
      { name: one.answered_by.display_name, at: momentIn(one.answered_at) })}</p>`}
    ${one.state === "granted" && html`<p><strong>${say("access_until", { at: momentIn(one.expires_at) })}</strong></p>`}
    ${one.state === "ended" && html`<p class="small">${one.ended_at || one.expires_at ? say("access_over", { at: momentIn(one.ended_at ?? one.expires_at) }) : ""}</p>`}
    ${["granted", "ended"].includes(one.state) && one.expires_at && html`<p>${sayCount("access_pages", one.pages_read)}
      ${" "}${say(one.state === "ended" ? "access_told" : "access_will_be_told")}</p>`}
    <p class="error" role="alert">${refused}</p>
    ${waits && !mine && html`<p class="small">${say("access_grant_hint")}</p>`}
    <p class="choices">
      ${waits && !mine && html`<button class="strong" onClick=${() => act("grant")}>${say("access_grant")}</button>
        <button onClick=${() => act("refuse")}>${say("access_refuse")}</button>`}
      ${waits && mine && html`<button onClick=${() => act("end")}>${say("access_take_back")}</button>`}
      ${one.state === "granted" && mine && html`<button class="strong" onClick=${() => go("service.access.read", { id: one.id, access: one })}>${say("access_read")}</button>`}
      ${one.state === "granted" && html`<button onClick=${() => act("end")}>${say("access_end")}</button>`}
    </p></li>`;
}

/** Those conversations that this person learns of at the desk: alerts, and for a coordinator what needed their agreement. */
async function known() {
  await findZone();
  const coordinator = me.value.role === "coordinator";
  const [alerts, contacts] = await Promise.all([
    ask("GET", "/crisis/alerts?limit=50"),
    coordinator ? ask("GET", "/contact-requests?limit=50") : { items: [] },
  ]);
  const ofAlerts = alerts.items.filter((one) => one.conversation_id).map((one) => [one.conversation_id,
    say("access_of_alert", { carer: one.carer.display_name, at: momentIn(one.created_at) })]);
  const ofTwo = contacts.items.filter((one) => one.conversation_id).map((one) => [one.conversation_id,
    say("access_of_two", { carer: one.carer.display_name, worker: one.worker.display_name })]);
  return [...new Map([...ofAlerts, ...ofTwo])];
}

function Ask() {
  const { here, found, said, again } = useFound(known, "ask");
  const [which, setWhich] = useState(null);
  const chosen = which ?? found?.[0]?.[0] ?? BY_NUMBER;
  async function act({ number, purpose, reason, minutes }) {
    const id = chosen || number.trim();
    if (!/^[0-9a-f-]{36}$/i.test(id)) throw Object.assign(new Error("number"), { said: say("access_number_wrong") });
    await ask("POST", `/conversations/${id}/break-glass`, { purpose, reason, minutes: Number(minutes) });
    done(say("access_did_ask"));
  }
  return html`<${Desk} title=${say("access_ask")}>
    <ol class="text"><li>${say("access_step_reason")}</li><li>${say("access_step_second")}</li><li>${say("access_step_told")}</li></ol>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${here && html`<${Form} act=${act} button=${say("access_ask_now")}>${(errors) => html`
      <${Choice} name="which" label=${say("access_which")} value=${chosen} onChange=${(event) => setWhich(event.target.value)}
        options=${[...(found ?? []), [BY_NUMBER, say("access_by_number")]]} />
      ${chosen === BY_NUMBER && html`<${Field} name="number" label=${say("access_number")} hint=${say("access_number_hint")} required dir="ltr" autocomplete="off" />`}
      <${Choice} name="purpose" label=${say("access_purpose")} hint=${say("access_purpose_hint")} error=${errors.purpose}
        options=${PURPOSES.map((one) => [one, say(`access_for_${one}`)])} />
      <${Choice} name="minutes" label=${say("access_how_long")} value="30" error=${errors.minutes} options=${MINUTES.map((one) => [String(one), length(one)])} />
      <${Area} name="reason" label=${say("desk_reason")} hint=${say("access_reason_hint")} required minlength="20" maxlength="2000" error=${errors.reason} />`}<//>`}
  <//>`;
}

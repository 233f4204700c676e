// A peer worker's own part: who needs them now, their carers, their hours, their shifts, and what helps them carry it.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Asked, askAll, useAsked } from "../parts/asked.js";
import { Bar } from "../parts/bar.js";
import { Nav } from "../parts/nav.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { me, refreshList } from "../store.js";
import { html, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say, sayCount } from "../words.js";
import { taken } from "./paged.js";
import { audible, once } from "./ring.js";
import { Diary } from "./work_diary.js";
import { Hours } from "./work_hours.js";
import { Notes } from "./work_notes.js";
import { Shifts } from "./work_shifts.js";
import { Debriefs } from "./work_talk.js";

const PAGES = { hours: Hours, shifts: Shifts, diary: Diary, talk: Debriefs };
const OUTCOMES = ["supported", "referred", "emergency_services", "not_reached", "other"];
const onRota = () => me.value.role === "carer_peer_worker";

export function Screen({ name, ...facts }) {
  const page = name.split(".")[1];
  if (page === "notes") return html`<${Bar} title=${say("notes_title")} deep /><main class="page"><${Notes} ...${facts} /></main>`;
  if (PAGES[page]) return html`<${Bar} title=${say(`work_${page}`)} deep /><main class="page"><${PAGES[page]} /></main>`;
  return html`<${Bar} title=${say("work")} /><main class="page"><${Front} /></main><${Nav} />`;
}

function Front() {
  return html`${onRota() && html`<${Taken} /><${Bell} />`}
    <${Carers} />
    <ul class="list">${Object.keys(PAGES).filter((page) => page !== "shifts" || onRota()).map((page) => html`<li key=${page}>
      <button class="row under" onClick=${() => go(`work.${page}`)}><span class="row-title">${say(`work_${page}`)}</span>
        <span class="small">${say(`work_${page}_hint`)}</span></button></li>`)}</ul>`;
}

/** Alerts that this person took: the way to the carer, and how it ended. */
function Taken() {
  return taken.value.map((one) => html`<section key=${one.id} class="card taken" aria-labelledby=${`t-${one.id}`}>
    <h2 id=${`t-${one.id}`}>${say(one.state === "in_contact" ? "taken_with" : "taken_coming", { name: one.carer.display_name })}</h2>
    <p>${say(`whose_${one.whose}`)}</p>
    <p class="choices"><button class="strong" onClick=${() => go("chat", { id: one.conversation_id })}>${say("taken_open")}</button>
      ${one.state === "acknowledged" && html`<${Act} act=${() => moved(one, "contact")}>${say("taken_elsewhere")}<//>`}
      ${one.state === "acknowledged" && html`<${Act} act=${() => moved(one, "decline")}>${say("taken_back")}<//>`}</p>
    <${Ended} one=${one} />
  </section>`);
}

async function moved(one, verb, body = {}) {
  const { alert } = await ask("POST", `/crisis/alerts/${one.id}/${verb}`, body);
  const others = taken.value.filter((other) => other.id !== one.id);
  taken.value = ["acknowledged", "in_contact"].includes(alert.state) && alert.taken_by?.id === me.value.id ? [...others, alert] : others;
  refreshList().catch(() => {});
}

function Ended({ one }) {
  const [outcome, setOutcome] = useState("");
  return html`<p class="field"><label for=${`o-${one.id}`}>${say("ended_how")}</label>
    <select id=${`o-${one.id}`} value=${outcome} onChange=${(event) => setOutcome(event.target.value)}>
      <option value="">${say("choose")}</option>
      ${OUTCOMES.map((name) => html`<option key=${name} value=${name}>${say(`outcome_${name}`)}</option>`)}</select></p>
    ${outcome && html`<p><${Act} act=${async () => (await moved(one, "resolve", { outcome }), go("work.talk", { after: one.id }))}>
      ${say("ended_close")}<//></p>`}`;
}

/** Whether this phone would be heard. */
function Bell() {
  const [tried, setTried] = useState(false);
  return html`<details class="card"><summary>${say("bell_title")}</summary>
    <p>${say("bell_about")}</p>
    <p><button onClick=${() => (once(), setTimeout(() => setTried(true), 300))}>${say("bell_try")}</button></p>
    <p role="status">${tried ? say(audible() ? "bell_heard" : "bell_not") : ""}</p>
    <p><button onClick=${() => go("settings.calls")}>${say("bell_calls")}</button></p></details>`;
}

function Carers() {
  const [found, again] = useAsked(async () => {
    const [contacts, load] = await Promise.all([askAll("/contact-requests"), ask("GET", "/me/load")]);
    return { asked: contacts.filter((one) => one.state === "requested"), going: contacts.filter((one) => one.state === "accepted"), load };
  });
  return html`<${Asked} found=${found} again=${again}>${({ asked, going, load }) => html`
    ${asked.length > 0 && html`<h2>${say("carers_asked")}</h2><ul class="list">${asked.map((one) =>
      html`<${Request} key=${one.id} one=${one} again=${again} />`)}</ul>`}
    <h2>${say("carers_mine")}</h2>
    ${going.length === 0 && html`<p>${say("carers_none")}</p>`}
    <ul class="list">${going.map((one) => html`<li key=${one.id} class="card">
      <h3 dir="auto">${one.carer.display_name}</h3>
      <p><${Role} role=${one.carer.role} label=${one.carer.role_label} /></p>
      ${one.ending && html`<p>${say("carers_ends", { when: moment(one.ending.ends_at) })}</p>`}
      <p class="choices">
        ${one.begins.includes("worker") && html`<button class="strong" onClick=${() => go("workers.contact", { id: one.id })}>${say("carers_begin")}</button>`}
        ${one.conversation_id && html`<button class=${one.begins.includes("worker") ? null : "strong"} onClick=${() => go("chat", { id: one.conversation_id })}>${say("carers_write")}</button>
          <button onClick=${() => go("work.notes", { conversation: one.conversation_id, carer: one.carer.display_name })}>${say("carers_notes")}</button>`}
      </p></li>`)}</ul>
    <${Load} load=${load} />`}<//>`;
}

const hours = (minutes) => String(Math.round(minutes / 6) / 10);

const Load = ({ load }) => html`<section class="card" aria-labelledby="load">
  <h2 id="load">${say("load_title")}</h2>
  <p>${sayCount("load_contacts", load.contacts)} ${sayCount("load_places", load.places_left)}</p>
  <p>${say("load_week", { hours: hours(load.week.minutes), most: hours(load.week.most_minutes) })}
    ${load.week.over && html` <strong class="error">${say("load_over")}</strong>`}</p>
  ${load.after_hours_messages > 0 && html`<p>${sayCount("load_after", load.after_hours_messages)}</p>`}
  ${load.paused && html`<p><strong>${say("load_paused")}</strong></p>`}
  ${!load.windows_named && html`<p>${say("load_no_windows")}</p>`}
  <p class="small">${load.week.counted}</p>
</section>`;

function Request({ one, again }) {
  const [declining, setDeclining] = useState(false);
  const [reply, setReply] = useState("");
  const [reason, setReason] = useState("");
  const mine = one.needs.includes("worker");
  async function decline() {
    await ask("POST", `/contact-requests/${one.id}/decline`, { reply: reply.trim() || null, private_reason: reason.trim() || null });
    await again();
  }
  async function accept() {
    await ask("POST", `/contact-requests/${one.id}/accept`);
    await refreshList();
    await again();
  }
  return html`<li class="card">
    <h3 dir="auto">${one.carer.display_name}</h3>
    ${one.note && html`<blockquote dir="auto">${one.note}</blockquote>`}
    <p class="small">${say("request_until", { when: moment(one.expires_at ?? one.created_at) })}</p>
    ${!mine ? html`<p>${say("request_others")}</p>` : declining ? html`
      <p class="field"><label for=${`r-${one.id}`}>${say("request_reply")}</label>
        <textarea id=${`r-${one.id}`} maxlength="1000" rows="3" value=${reply} onInput=${(event) => setReply(event.target.value)} dir="auto"></textarea></p>
      <p class="field"><label for=${`p-${one.id}`}>${say("request_private")}</label>
        <textarea id=${`p-${one.id}`} maxlength="1000" rows="2" value=${reason} onInput=${(event) => setReason(event.target.value)} dir="auto"></textarea></p>
      <p class="choices"><${Act} strong act=${decline}>${say("request_decline_now")}<//>
        <button onClick=${() => setDeclining(false)}>${say("back")}</button></p>` : html`
      <p class="choices"><${Act} strong act=${accept}>${say("request_accept")}<//>
        <button onClick=${() => setDeclining(true)}>${say("request_decline")}</button></p>`}
  </li>`;
}

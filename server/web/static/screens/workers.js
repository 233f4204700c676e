// One-to-one with a carer peer worker: who there is, asking one of them, and what became of it. Whoever is shown, their role is too.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { askAll, Asked, useAsked } from "../parts/asked.js";
import { Bar } from "../parts/bar.js";
import { Nav } from "../parts/nav.js";
import { Role } from "../parts/role.js";
import { back, go } from "../route.js";
import { hearing, me, refreshList } from "../store.js";
import { html, useEffect, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";
import { weekOf } from "./week.js";
import { Notes, Seen, Visits } from "./workers_notes.js";
import { Waiting } from "./workers_waiting.js";

const FILTERS = ["relationship", "condition", "language", "topic", "time"];
const OPEN = ["requested", "accepted"];

export function Screen({ name, id }) {
  if (name === "workers.one") return html`<${One} key=${id} id=${id} />`;
  if (name === "workers.contact") return html`<${Contact} key=${id} id=${id} />`;
  if (name === "workers.notes") return html`<${Notes} key=${id} id=${id} />`;
  if (name === "workers.seen") return html`<${Seen} />`;
  return html`<${Front} />`;
}

/** `again()` when the service says that a contact or a transfer changed. */
function useHeard(again) {
  useEffect(() => {
    const hear = ({ kind }) => kind.startsWith("contact.") && again();
    hearing.add(hear);
    return () => hearing.delete(hear);
  });
}

/** What of it does not come says so in its own place, and leaves the rest standing. */
function Front() {
  const [contacts, contactsAgain] = useAsked(() => askAll("/contact-requests"));
  const [transfers, transfersAgain] = useAsked(() => askAll("/transfers?state=accepted"));
  const [suggested, suggestedAgain] = useAsked(() => ask("GET", "/peer-workers/suggestions"));
  const again = () => Promise.all([contactsAgain(), transfersAgain(), suggestedAgain()]);
  useHeard(again);
  return html`<${Bar} title=${say("workers")} />
    <main class="page">
      <p>${say("workers_about")}</p>
      <${Asked} found=${transfers} again=${transfersAgain}>${(all) => all.map((one) => html`<${Transfer} key=${one.id} one=${one} again=${again} />`)}<//>
      <${Asked} found=${contacts} again=${contactsAgain}>${(all) => html`<${Contacts} contacts=${all} />`}<//>
      <${Asked} found=${suggested} again=${suggestedAgain}>${({ items, next_opening_at: opens }) => html`
        ${items.length > 0 && html`<h2>${say("workers_suggested")}</h2>
          <ul class="list">${items.map((one) => html`<${Row} key=${one.id} one=${one} reasons=${one.reasons} />`)}</ul>`}
        ${!items.length && opens && html`<p>${say("workers_next_place", { when: moment(opens) })}</p>`}
        <${Waiting} offered=${!items.some(({ availability }) => availability.takes_new)} />`}<//>
      <${Directory} />
      <p><button onClick=${() => go("workers.seen")}>${say("seen_title")}</button></p>
    </main>
    <${Nav} />`;
}

function Contacts({ contacts }) {
  const [all, setAll] = useState(false);
  const shown = contacts.filter((one) => all || OPEN.includes(one.state));
  return contacts.length > 0 && html`<h2>${say("workers_mine")}</h2>
    <ul class="list">${shown.map((one) => html`<li key=${one.id}>
      <button class="row under" onClick=${() => go("workers.contact", { id: one.id })}>
        <span class="row-title" dir="auto">${one.worker.display_name}</span>
        <${Role} role=${one.worker.role} label=${one.worker.role_label} />
        <span class="small">${stateOf(one)}</span></button></li>`)}</ul>
    ${!all && shown.length < contacts.length && html`<p><button onClick=${() => setAll(true)}>${say("workers_earlier")}</button></p>`}`;
}

const own = () => (me.value.role === "carer" ? "carer" : "worker");

const stateOf = ({ state, begins, needs }) =>
  state === "accepted" && begins.includes(own()) ? say(own() === "carer" ? "contact_read_first" : "contact_read_too")
    : state === "requested" && needs.includes("carer") ? say("contact_your_word") : say(`contact_${state}`);

const Row = ({ one, reasons }) => html`<li><button class="row under" onClick=${() => go("workers.one", { id: one.id })}>
  <span class="row-title" dir="auto">${one.display_name}</span>
  <${Role} role=${one.role} label=${one.role_label} />
  ${reasons?.map((reason) => html`<span key=${reason} class="small">${reason}</span>`)}
  <span class="small">${placeOf(one.availability)}</span></button></li>`;

const placeOf = ({ takes_new: free }) => say(free ? "workers_has_place" : "workers_full");

function Directory() {
  const [words, wordsAgain] = useAsked(() => ask("GET", "/peer-workers/vocabulary"));
  const [chosen, setChosen] = useState({});
  const [more, setMore] = useState([]);
  const [cursor, setCursor] = useState(undefined);
  const query = new URLSearchParams({ ...chosen, limit: "20" }).toString();
  const [found, again] = useAsked(() => ask("GET", `/peer-workers?${query}`), query);
  const choose = (name, value) => {
    const { [name]: _, ...others } = chosen;
    setMore([]);
    setCursor(undefined);
    setChosen(value ? { ...others, [name]: value } : others);
  };
  async function next(from) {
    const page = await ask("GET", `/peer-workers?${query}&cursor=${encodeURIComponent(from)}`);
    setMore([...more, ...page.items]);
    setCursor(page.next_cursor);
  }
  return html`<h2>${say("workers_all")}</h2>
    <details class="card"><summary>${say("workers_filter")}</summary>
      <${Asked} found=${words} again=${wordsAgain}>${(all) => FILTERS.map((name) => html`<p key=${name} class="field">
        <label for=${`by-${name}`}>${say(`workers_by_${name}`)}</label>
        <select id=${`by-${name}`} value=${chosen[name] ?? ""} onChange=${(event) => choose(name, event.target.value)}>
          <option value="">${say("workers_any")}</option>
          ${all[name].map(({ code, label }) => html`<option key=${code} value=${code}>${label}</option>`)}</select></p>`)}<//>
    </details>
    <${Asked} found=${found} again=${again}>${({ items, next_cursor: first }) => {
      const from = cursor === undefined ? first : cursor;
      return html`<p role="status">${items.length ? "" : say("workers_none")}</p>
        <ul class="list">${[...items, ...more].map((one) => html`<${Row} key=${one.id} one=${one} />`)}</ul>
        ${from && html`<p><${Act} act=${() => next(from)}>${say("workers_more")}<//></p>`}`;
    }}<//>`;
}

function One({ id }) {
  const [found, again] = useAsked(async () => {
    const [{ peer_worker: worker }, { items: roles }, contacts] = await Promise.all(
      [ask("GET", `/peer-workers/${id}`), ask("GET", "/roles"), askAll("/contact-requests")]);
    return { worker, role: roles.find(({ role }) => role === worker.role),
      open: contacts.find((one) => one.worker.id === id && OPEN.includes(one.state)) };
  });
  return html`<${Bar} title=${found?.data?.worker.display_name ?? say("workers")} deep />
    <main class="page"><${Asked} found=${found} again=${again}>${({ worker, role, open }) => html`
      <p><${Role} role=${worker.role} label=${worker.role_label} /></p>
      ${role && html`<p>${role.summary}</p>`}
      ${worker.profile.approach && html`<blockquote dir="auto">${worker.profile.approach}</blockquote>`}
      <${Shares} profile=${worker.profile} />
      <${Windows} of=${worker.availability} name=${worker.display_name} />
      ${open ? html`<p><button class="strong" onClick=${() => go("workers.contact", { id: open.id })}>${say("workers_to_contact")}</button></p>`
        : html`<${Request} worker=${worker} />`}`}<//></main>`;
}

const LISTS = ["relationships", "conditions", "topics", "languages", "cultures"];

const Shares = ({ profile }) => html`<dl>${LISTS.filter((name) => profile[name].length > 0).map((name) => html`
  <dt key=${name} class="row-title">${say(`workers_${name}`)}</dt><dd>${profile[name].map(({ label }) => label).join(", ")}</dd>`)}</dl>`;

/** On this phone's clock: a worker may live elsewhere. */
const Windows = ({ of, name }) => html`<section class="card" aria-labelledby="reads">
  <h2 id="reads">${say("workers_reads", { name })}</h2>
  ${of.windows?.length ? html`<ul>${weekOf(of.windows, of.timezone, Date.now()).map((line) => html`<li key=${line}>${line}</li>`)}</ul><p class="small">${say("workers_clock")}</p>`
    : html`<p>${say("workers_no_hours")}</p>`}
  ${of.open_now ? html`<p>${say("workers_reads_now")}</p>`
    : of.next_open_at && html`<p>${say("workers_reads_next", { when: moment(of.next_open_at) })}</p>`}
  <p class="small">${say("workers_outside")}</p></section>`;

function Request({ worker }) {
  const [note, setNote] = useState("");
  async function send() {
    const { contact } = await ask("POST", "/contact-requests", { worker_id: worker.id, note: note.trim() || null });
    back();
    go("workers.contact", { id: contact.id });
  }
  if (!worker.availability.takes_new) return html`<p>${say("workers_full_long")}</p><${Waiting} offered />`;
  return html`${worker.pairing === "by_consent" && html`<p class="advice">${say("workers_by_consent")}</p>`}
    <p class="field"><label for="note">${say("workers_note")}</label><span class="small" id="note-hint">${say("workers_note_hint")}</span>
      <textarea id="note" rows="4" maxlength="1000" dir="auto" aria-describedby="note-hint" value=${note}
        onInput=${(event) => setNote(event.target.value)}></textarea></p>
    <p><${Act} strong act=${send}>${say("workers_ask")}<//></p>`;
}

/** Who is read about here: both agree to what it is at the same place, the worker coming from their own desk. */
const other = ({ carer, worker }) => (own() === "carer" ? worker : carer);

function Contact({ id }) {
  const [found, again] = useAsked(async () => {
    const { contact } = await ask("GET", `/contact-requests/${id}`);
    return { contact, text: contact.state === "accepted" ? await ask("GET", `/contact-requests/${id}/beginning`) : null };
  });
  useHeard(again);
  return html`<${Bar} title=${found?.data ? other(found.data.contact).display_name : say("workers")} deep />
    <main class="page"><${Asked} found=${found} again=${again}>${({ contact, text }) => html`
      <p><${Role} role=${other(contact).role} label=${other(contact).role_label} /></p>
      <h2 role="status">${stateOf(contact)}</h2>
      ${contact.reply && html`<blockquote dir="auto">${contact.reply}</blockquote>`}
      ${contact.next_step && html`<p>${contact.next_step.words}</p><${Waiting} offered />`}
      ${contact.ending && html`<p>${say("contact_ends", { when: moment(contact.ending.ends_at) })}</p>
        ${contact.ending.summary && html`<blockquote dir="auto">${contact.ending.summary}</blockquote>`}`}
      ${contact.state === "requested" && own() === "carer" && html`<${Requested} contact=${contact} again=${again} />`}
      ${contact.conversation_id && own() === "carer" && html`<${Visits} id=${contact.conversation_id} />`}
      ${text && html`<${Going} contact=${contact} text=${text} again=${again} />`}
      ${contact.conversation_id && own() === "carer" && html`<p><button onClick=${() => go("workers.notes", { id: contact.conversation_id })}>
        ${say("note_title")}</button></p>`}`}<//></main>`;
}

function Requested({ contact, again }) {
  const step = (what) => async () => (await ask("POST", `/contact-requests/${contact.id}/${what}`), await again());
  return html`<ul>${contact.needs.map((party) => html`<li key=${party}>${say(`contact_needs_${party}`)}</li>`)}</ul>
    ${contact.expires_at && html`<p>${say("contact_until", { when: moment(contact.expires_at) })}</p>`}
    ${contact.needs.includes("carer") && html`<p><${Act} strong act=${step("agree")}>${say("contact_agree")}<//></p>`}
    <p><${Act} act=${step("withdraw")}>${say("contact_withdraw")}<//></p>`;
}

function Going({ contact, text, again }) {
  const agree = async () => {
    await ask("POST", `/contact-requests/${contact.id}/beginning`, { version: text.version, role_version: text.role.version });
    await Promise.all([again(), refreshList()]);
  };
  const open = async () => (await refreshList(), go("chat", { id: contact.conversation_id }));
  const due = contact.begins.includes(own());
  return html`${due ? html`<${Text} text=${text} /><p><${Act} strong act=${agree}>${say("contact_begin")}<//></p>`
      : html`${contact.begins.length > 0 && html`<p>${say(own() === "carer" ? "contact_worker_reads" : "contact_carer_reads")}</p>`}
        <p><${Act} strong act=${open}>${say("contact_write")}<//></p>`}
    <${Windows} of=${text.contact_windows} name=${contact.worker.display_name} />
    ${!due && html`<details class="card"><summary>${say("contact_agreed_to")}</summary><${Text} text=${text} /></details>`}
    ${own() === "carer" && html`<${Leaving} contact=${contact} again=${again} />`}`;
}

const List = ({ title, lines }) => html`<h3>${title}</h3><ul>${lines.map((line) => html`<li key=${line}>${line}</li>`)}</ul>`;

const Text = ({ text }) => html`<section><h2>${text.title}</h2>
  <${List} title=${say("contact_is")} lines=${text.is_this} /><${List} title=${say("contact_is_not")} lines=${text.is_not} />
  <h3>${say(text.role.role_label)}</h3><p>${text.role.summary}</p>
  <${List} title=${say("contact_does")} lines=${text.role.does} /><${List} title=${say("contact_does_not")} lines=${text.role.does_not} />
  <h3>${say("contact_duty")}</h3><p>${text.duty_of_care}</p><p>${text.confidentiality_broken_when}</p><p class="small">${text.reporting_rule}</p>
</section>`;

/** Asked twice, since what is ended does not go on; no reason is asked for. */
function Leaving({ contact, again }) {
  const [which, setWhich] = useState(null);
  const act = async () => {
    await ask("POST", `/conversations/${contact.conversation_id}/${which}`, which === "end" ? undefined : {});
    await Promise.all([again(), refreshList()]);
    if (which !== "end") go("workers"); // to choose, wherever they came from
  };
  return html`<h2>${say("contact_otherwise")}</h2>
    <p class="choices"><button aria-expanded=${which === "change-worker" ? "true" : "false"} onClick=${() => setWhich("change-worker")}>${say("contact_change")}</button>
      <button aria-expanded=${which === "end" ? "true" : "false"} onClick=${() => setWhich("end")}>${say("contact_end")}</button></p>
    ${which && html`<div class="card"><p>${say(which === "end" ? "contact_end_sure" : "contact_change_sure", { name: contact.worker.display_name })}</p>
      <p class="choices"><${Act} strong act=${act}>${say("contact_sure")}<//><button onClick=${() => setWhich(null)}>${say("contact_stay")}</button></p></div>`}`;
}

/** Another worker is proposed; nothing changes before the carer says so, and the note goes along only with their word. */
function Transfer({ one, again }) {
  const step = (what, body) => async () => (await ask("POST", `/transfers/${one.id}/${what}`, body), await Promise.all([again(), refreshList()]));
  return html`<section class="card"><h2>${say(`transfer_${one.kind}`, { worker: one.worker.display_name, name: one.to_worker.display_name })}</h2>
    <p><${Role} role=${one.to_worker.role} label=${one.to_worker.role_label} /></p>
    ${one.starts_at && one.ends_at && html`<p>${say("transfer_times", { from: moment(one.starts_at), until: moment(one.ends_at) })}</p>`}
    ${one.note && html`<p>${say("transfer_note")}</p><blockquote dir="auto">${one.note}</blockquote>`}
    <p class="choices"><${Act} strong act=${step("agree", { with_note: Boolean(one.note) })}>${say(one.note ? "transfer_yes_note" : "transfer_yes")}<//>
      ${one.note && html`<${Act} act=${step("agree", { with_note: false })}>${say("transfer_yes_bare")}<//>`}
      <${Act} act=${step("decline")}>${say("transfer_no")}<//></p></section>`;
}

// What was written about a one-to-one, and who looked: its notes and whom they are shared with, visits, and the log of who read.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { askAll, Asked, useAsked } from "../parts/asked.js";
import { Bar } from "../parts/bar.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";

const Who = ({ who }) => html`<strong dir="auto">${who.display_name}</strong> <${Role} role=${who.role} label=${who.role_label} />`;

/** `id`: of the conversation. To look at them here is to have seen them as they are. */
export function Notes({ id }) {
  const [found, again] = useAsked(() => askAll(`/conversations/${id}/notes`));
  const [team, teamAgain] = useAsked(() => askAll("/me/care-team"));
  return html`<${Bar} title=${say("note_title")} deep />
    <main class="page"><p>${say("note_about")}</p>
      <${Asked} found=${found} again=${again}>${(notes) => html`
        ${notes.length === 0 && html`<p role="status">${say("note_none")}</p>`}
        ${notes.length > 0 && html`<${Asked} found=${team} again=${teamAgain}>${(links) => html`<ul class="list">
          ${notes.map((one) => html`<${Note} key=${`${one.id} ${one.version}`} one=${one} team=${links} again=${again} />`)}</ul>`}<//>`}`}<//></main>`;
}

function Note({ one, team, again }) {
  const [open, setOpen] = useState(false);
  const withdraw = async () => (await ask("POST", `/notes/${one.id}/withdraw`), await again());
  if (one.taken_back_at) return html`<li class="card"><p>${say("talk_note_gone", { when: moment(one.taken_back_at) })}</p></li>`;
  return html`<li class="card"><p><${Who} who=${one.author} /></p>
    <p class="small">${moment(one.edited_at ?? one.created_at)}</p><p class="body" dir="auto">${one.body}</p>
    ${one.shared_with.length > 0 && html`<p>${say("note_shared")}</p>
      <ul>${one.shared_with.map((who) => html`<li key=${who.id}><${Who} who=${who} /></li>`)}</ul>`}
    ${one.agreed_version && !one.agreed && html`<p>${say("note_changed")}</p>`}
    ${one.agreed_version && html`<p><${Act} act=${withdraw}>${say("note_withdraw")}<//></p>`}
    ${!one.agreed && me.value.role === "carer" && (team.length > 0 ? html`<${Share} one=${one} team=${team} again=${again} />`
      : html`<p><button onClick=${() => go("settings.care_team")}>${say("note_name_first")}</button></p>`)}
    <details onToggle=${(event) => setOpen(event.target.open)}><summary>${say("note_reads")}</summary>${open && html`<${Reads} id=${one.id} />`}</details></li>`;
}

/** Nobody is chosen before the carer chooses them; what they agree to is this very version. */
function Share({ one, team, again }) {
  const [chosen, setChosen] = useState([]);
  const turn = (id) => setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const share = async () => {
    await ask("POST", `/notes/${one.id}/agree`, { version: one.version, professional_ids: chosen });
    await again();
  };
  return html`<details><summary>${say("note_share")}</summary><p>${say("note_share_about")}</p>
    ${team.map(({ person }) => html`<p key=${person.id}><button aria-pressed=${chosen.includes(person.id) ? "true" : "false"}
      onClick=${() => turn(person.id)}>${person.display_name} (${say(person.role_label)})</button></p>`)}
    ${chosen.length > 0 && html`<p><${Act} strong act=${share}>${say("note_share_now")}<//></p>`}</details>`;
}

function Reads({ id }) {
  const [found, again] = useAsked(() => askAll(`/notes/${id}/reads`));
  return html`<${Asked} found=${found} again=${again}>${(all) => (all.length === 0 ? html`<p>${say("note_unread")}</p>`
    : html`<ul>${all.map((one) => html`<li key=${`${one.who.id} ${one.at}`}><${Who} who=${one.who} /> ${moment(one.at)}</li>`)}</ul>`)}<//>`;
}

/** Everybody who could read a private conversation of this person's without being in it. */
export function Seen() {
  const [found, again] = useAsked(() => askAll("/me/access-log"));
  return html`<${Bar} title=${say("seen_title")} deep />
    <main class="page"><p>${say("seen_about")}</p>
      <${Asked} found=${found} again=${again}>${(all) => html`${all.length === 0 && html`<p role="status">${say("seen_none")}</p>`}
        <ul class="list">${all.map((one) => html`<li key=${one.id} class="card"><p><${Who} who=${one.who} /></p>
          <p>${say(`seen_${one.purpose}`)}</p><p>${say("transfer_times", { from: moment(one.opened_at), until: moment(one.until) })}</p>
          <p class="small">${say(one.pages_read ? "seen_read" : "seen_unread")}</p></li>`)}</ul>`}<//></main>`;
}

const OPEN = ["asked", "going_on"];

/** A supervisor comes in only when both agree, and goes as soon as one of them says so. */
export function Visits({ id }) {
  const [found, again] = useAsked(() => askAll(`/visits?conversation_id=${id}`));
  return html`<${Asked} found=${found} again=${again}>${(all) => all.filter(({ state }) => OPEN.includes(state)).map((one) =>
    html`<${Visit} key=${one.id} one=${one} again=${again} />`)}<//>`;
}

function Visit({ one, again }) {
  const step = (what, body) => async () => (await ask("POST", `/visits/${one.id}/${what}`, body), await again());
  const asked = one.needs.includes("carer");
  return html`<section class="card"><h2>${say(one.state === "asked" ? "visit_asked" : "visit_on", { name: one.supervisor.display_name })}</h2>
    <p><${Role} role=${one.supervisor.role} label=${one.supervisor.role_label} /></p>
    <p>${say("visit_about", { minutes: String(one.minutes) })}</p>
    <p class="choices">${asked && html`<${Act} strong act=${step("agree", { show_earlier: false })}>${say("visit_yes")}<//>
      <${Act} act=${step("agree", { show_earlier: true })}>${say("visit_yes_earlier")}<//>`}
      <${Act} act=${step("end")}>${say(asked ? "transfer_no" : "visit_end")}<//></p></section>`;
}

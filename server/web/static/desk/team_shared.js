// What workers chose to share with their supervisor, and how much each of them carries.
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Listed, useList } from "./lists.js";
import { Desk } from "./shell.js";
import { momentIn } from "./zone.js";

const SCALES = ["rested", "coping", "supported"];
const MOST = 5;

export function Shared() {
  const entries = useList("/supervision/diary?limit=20");
  const checks = useList("/supervision/check-ins?limit=20");
  return html`<${Desk} title=${say("team_shared")} still>
    <h2 class="first">${say("team_check_ins")}</h2>
    <${Listed} list=${checks} none=${say("team_no_check_ins")} row=${(one) => html`<li key=${one.id} class="card">
      <h3 dir="auto">${one.person.display_name}</h3>
      <p class="small">${momentIn(one.made_at)}</p>
      <dl class="facts">${SCALES.map((scale) => html`<dt key=${scale}>${say(`team_scale_${scale}`)}</dt><dd>${say("team_of", { value: one[scale], most: MOST })}</dd>`)}</dl>
      ${one.words && html`<blockquote dir="auto">${one.words}</blockquote>`}
    </li>`} />
    <h2>${say("team_diary")}</h2>
    <${Listed} list=${entries} none=${say("team_no_diary")} row=${(one) => html`<li key=${one.id} class="card">
      <h3 dir="auto">${one.person.display_name}</h3>
      <p class="small">${momentIn(one.shared_at)}</p>
      ${["happened", "helped", "mattered"].map((part) => one[part] && html`<p key=${part} dir="auto"><strong>${say(`team_${part}`)}</strong> ${one[part]}</p>`)}
    </li>`} />
  <//>`;
}

const hours = (minutes) => Math.round(minutes / 6) / 10;

export function Loads() {
  const list = useList("/loads?limit=50");
  return html`<${Desk} title=${say("team_loads")} still>
    <p>${say("team_loads_about")}</p>
    <${Listed} list=${list} none=${say("team_no_loads")} row=${(one) => html`<li key=${one.person.id} class="card" data-urgent=${one.week.over ? "true" : null}>
      <h2 class="first" dir="auto">${one.person.display_name}</h2>
      ${one.week.over && html`<p class="error"><strong>${say("team_over")}</strong></p>`}
      <dl class="facts">
        <dt>${say("team_contacts")}</dt><dd>${say("team_of", { value: one.contacts, most: one.capacity })}</dd>
        <dt>${say("team_week")}</dt><dd>${say("team_hours_of", { value: hours(one.week.minutes), most: hours(one.week.most_minutes) })}</dd>
        <dt>${say("team_on_shift")}</dt><dd>${say("team_hours", { value: hours(one.week.shift_minutes) })}</dd>
        <dt>${say("team_waiting")}</dt><dd>${one.waiting}</dd>
        <dt>${say("team_after_hours")}</dt><dd>${sayCount("team_messages", one.after_hours_messages)}</dd>
      </dl>
      ${one.paused && html`<p><strong>${say("team_paused")}</strong></p>`}
    </li>`} />
  <//>`;
}

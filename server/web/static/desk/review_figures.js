// How the desk does, in numbers, and what it asks of those who read there: for whoever answers for it.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Bar } from "../parts/bar.js";
import { Nav } from "../parts/nav.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { manners, say, sayCount } from "../words.js";
import { Listed, query, Trouble, useFound, useList } from "./lists.js";
import { save } from "./saved.js";

const HALF = 0.5;
const MOST = 0.9;
const MINUTE_S = 60;
const HOUR_S = 3600;
const CARE = ["pauses", "evenings_enough", "beyond_cap", "debriefs_offered", "debriefs_asked", "debriefs_held"];
const number = new Intl.NumberFormat(manners);
const unit = (name) => new Intl.NumberFormat(manners, { style: "unit", unit: name, unitDisplay: "long" });
const minutes = unit("minute");
const hours = unit("hour");

export const Figures = () => html`<${Bar} title=${say("rvf_title")} deep /><main class="page"><${Desk} /><${Month} />
  ${me.value.role === "supervisor" && html`<${Moderators} />`}</main><${Nav} />`;

function Desk() {
  const { found, said, again } = useFound(() => ask("GET", "/review/figures"), "figures");
  if (!found) return html`<${Trouble} said=${said} again=${again} />${!said && html`<p role="status">${say("loading")}</p>`}`;
  return html`<p>${say("rvf_about")}</p>
    <p><strong>${sayCount("rvf_called", found.escalations_unacknowledged)}</strong></p>
    <ul class="list">${found.queues.map((one) => html`<li key=${one.queue} class="card"><h2>${say(`rv_queue_${one.queue}`)}</h2>
      <p>${sayCount("rvf_open", one.open)} ${one.overdue > 0 ? html`<strong class="error">${sayCount("rvf_overdue", one.overdue)}</strong>` : say("rvf_in_time")}</p>
      <p class="small">${typical("claim", one.seconds_to_claim)} ${typical("decision", one.seconds_to_decision)}</p></li>`)}</ul>`;
}

/** What half of them and nine of ten took at most; said as the bounds it is counted by. */
function typical(what, { buckets, count }) {
  if (count === 0) return say(`rvf_${what}_none`);
  const within = (share) => span(buckets.find((one) => one.count >= share * count)?.at_most_seconds);
  return say(`rvf_${what}`, { half: within(HALF), most: within(MOST) });
}

function span(seconds) {
  if (seconds === undefined) return say("rvf_longer");
  return seconds < HOUR_S ? minutes.format(seconds / MINUTE_S) : hours.format(seconds / HOUR_S);
}

function Month() {
  const last = new Date();
  last.setUTCDate(0); // the last day of the month before
  const name = last.toISOString().slice(0, 7);
  return html`<section class="card"><h2>${say("rvf_month")}</h2><p>${say("rvf_month_about")}</p>
    <p class="choices"><${Act} act=${() => save(query("/reports/moderation.html", { since: name, until: name }), `moderation-${name}.html`)}>${say("rvf_month_get")}<//></p></section>`;
}

function Moderators() {
  const list = useList("/review/moderators/exposure?limit=50");
  const looks = ({ severe, ordinary }) => `${sayCount("rvm_severe", severe)} · ${sayCount("rvm_ordinary", ordinary)}`;
  return html`<h2>${say("rvf_people")}</h2><p>${say("rvf_people_about")}</p>
    <${Listed} list=${list} none=${say("rvf_nobody")} row=${(one) => html`<li key=${one.moderator.id} class="card"><h3 dir="auto">${one.moderator.display_name}</h3>
      <dl class="review-counts"><div><dt>${say("rvm_last_7_days")}</dt><dd>${looks(one.last_7_days)}</dd></div>
        <div><dt>${say("rvf_last_28_days")}</dt><dd>${looks(one.last_28_days)}</dd></div>
        ${CARE.filter((name) => one[name] > 0).map((name) => html`<div key=${name}><dt>${say(`rvf_${name}`)}</dt><dd>${number.format(one[name])}</dd></div>`)}</dl></li>`} />`;
}

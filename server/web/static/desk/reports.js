// What the service did, in numbers: small ones are left out, so that nobody can be recognised by them.
import { ask } from "../api.js";
import { html, useState } from "../vendored.js";
import { manners, say } from "../words.js";
import { Choice } from "./fields.js";
import { save } from "./saved.js";
import { query, Trouble, useFound, useOnce } from "./lists.js";
import { Desk } from "./shell.js";
import { findZone, dateIn, plusDays, startOf } from "./zone.js";

const MOST_MONTHS = 12;
const LOOKED_BACK_DAYS = 28;
const COUNTS = ["carers_active", "workers_active", "conversations_active", "messages"];
const TIMES = ["until_answer", "until_first_talk", "until_first_response", "until_taken"];
const BREAKDOWNS = ["requests", "answers", "endings", "crises", "workloads"];
const month = new Intl.DateTimeFormat(manners, { month: "short", year: "numeric", timeZone: "UTC" });
const number = new Intl.NumberFormat(manners);
const monthName = (name) => month.format(new Date(`${name}-15T00:00Z`));

/** Months before this one, as 2026-11. */
function months(back) {
  const [year, now] = dateIn(Date.now()).split("-").map(Number);
  const of = (ago) => new Date(Date.UTC(year, now - 1 - ago)).toISOString().slice(0, 7);
  return { since: of(back), until: of(1) };
}

export function Screen() {
  const [back, setBack] = useState(3);
  const { here, found, said, again } = useFound(async () => {
    await findZone();
    const span = months(back);
    const end = plusDays(dateIn(Date.now()), 1);
    const window = { from: new Date(startOf(plusDays(end, -LOOKED_BACK_DAYS))).toISOString(), to: new Date(startOf(end)).toISOString() };
    const [service, rota] = await Promise.all([ask("GET", query("/reports/service", span)), ask("GET", query("/rota/report", window))]);
    return { service: service.items, rota: rota.items, span };
  }, back);
  return html`<${Desk} title=${say("desk_reports")} broad>
    <${Choice} name="back" label=${say("rep_months")} value=${String(back)} onChange=${(event) => setBack(Number(event.target.value))}
      options=${[1, 3, 6, MOST_MONTHS].map((one) => [String(one), number.format(one)])} />
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<${Files} span=${found.span} /><${Service} items=${found.service} /><${Shares} items=${found.rota} />`}
  <//>`;
}

/** The table for a spreadsheet and the page about moderation, as the service writes them. */
function Files({ span }) {
  const [run, refused] = useOnce();
  const keep = (path, name) => run(() => save(query(path, span), name));
  return html`<p class="choices">
    <button onClick=${() => keep("/reports/service.csv", `report-${span.since}-${span.until}.csv`)}>${say("rep_csv")}</button>
    <button onClick=${() => keep("/reports/moderation.html", `moderation-${span.since}-${span.until}.html`)}>${say("rep_moderation")}</button>
  </p><p class="error" role="alert">${refused}</p>`;
}

const shown = (value) => (value === null || value === undefined ? say("rep_few") : number.format(value));

/** A number with its bar; the longest of a table is as long as there is room. */
const Cell = ({ value, most }) => html`<td>${shown(value)}
  ${most > 0 && html`<svg class="bars turns" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width=${(100 * (value ?? 0)) / most} height="6" /></svg>`}</td>`;

const Table = ({ title, heads, children }) => html`<h2>${title}</h2>
  <div class="table" role="region" aria-label=${title} tabindex="0"><table>
    <thead><tr>${heads.map((one) => html`<th key=${one} scope="col">${one}</th>`)}</tr></thead><tbody>${children}</tbody></table></div>`;

function Service({ items }) {
  if (items.length === 0) return html`<p>${say("rep_none")}</p>`;
  const most = (name) => Math.max(0, ...items.map((one) => one[name] ?? 0));
  return html`
    <p>${say("rep_about")}</p>
    <${Table} title=${say("rep_activity")} heads=${[say("rep_month"), ...COUNTS.map((one) => say(`rep_${one}`))]}>
      ${items.map((one) => html`<tr key=${one.month}><th scope="row">${monthName(one.month)}</th>
        ${COUNTS.map((name) => html`<${Cell} key=${name} value=${one[name]} most=${most(name)} />`)}</tr>`)}<//>
    <${Table} title=${say("rep_times")} heads=${[say("rep_month"), ...TIMES.map((one) => say(`rep_${one}`))]}>
      ${items.map((one) => html`<tr key=${one.month}><th scope="row">${monthName(one.month)}</th>
        ${TIMES.map((name) => html`<td key=${name}>${told(one[name])}</td>`)}</tr>`)}<//>
    ${BREAKDOWNS.map((name) => html`<${Parts} key=${name} name=${name} items=${items} />`)}`;
}

function told({ median, ninetieth }) {
  if (median === null) return say("rep_few");
  return say("rep_typical", { median: number.format(median), ninetieth: ninetieth === null ? "–" : number.format(ninetieth) });
}

function Parts({ name, items }) {
  const parts = [...new Set(items.flatMap((one) => Object.keys(one[name].parts ?? {})))];
  const most = Math.max(0, ...items.map((one) => one[name].total ?? 0));
  return html`<${Table} title=${say(`rep_${name}`)} heads=${[say("rep_month"), say("rep_total"), ...parts.map((one) => say(`rep_${name}_${one}`))]}>
    ${items.map((one) => html`<tr key=${one.month}><th scope="row">${monthName(one.month)}</th>
      <${Cell} value=${one[name].total} most=${most} />
      ${parts.map((part) => html`<td key=${part}>${one[name].parts ? shown(one[name].parts[part] ?? 0) : say("rep_left_out")}</td>`)}</tr>`)}<//>`;
}

const SHARES = ["shifts", "nights", "weekends", "contacts"];

function Shares({ items }) {
  const most = Math.max(0, ...items.map((one) => one.minutes));
  if (items.length === 0) return null;
  return html`<${Table} title=${say("rep_rota")} heads=${[say("rep_person"), say("rep_hours"), ...SHARES.map((one) => say(`rep_${one}`))]}>
    ${items.map((one) => html`<tr key=${one.person.id}><th scope="row" dir="auto">${one.person.display_name}</th>
      <td>${number.format(Math.round(one.minutes / 60))}
        ${most > 0 && html`<svg class="bars turns" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width=${(100 * one.minutes) / most} height="6" /></svg>`}</td>
      ${SHARES.map((name) => html`<td key=${name}>${number.format(one[name])}</td>`)}</tr>`)}<//>`;
}

// The crisis rota by week and month: who is on, and where nobody is.
import { go } from "../route.js";
import { html, signal } from "../vendored.js";
import { manners, say, sayCount } from "../words.js";
import { query, Trouble, useFound, whole } from "./lists.js";
import { Fill, Shift } from "./rota_change.js";
import { Away, Swaps } from "./rota_more.js";
import { Plan, Plans } from "./rota_plan.js";
import { WritePlan } from "./rota_write.js";
import { Desk } from "./shell.js";
import { dateIn, dayIn, findZone, hoursOf, monthIn, plusDays, startOf, timeIn, weekday, zone } from "./zone.js";

const LAYERS = ["primary", "backup", "supervisor"];
const GAPS_AHEAD_MS = 30 * 86_400_000; // as far as the service looks for them

/** What is looked at, until somebody else signs in: `view` is week or month, `date` one of its days. */
const shown = signal({ view: "week", date: null });

export function Screen(props) {
  const sub = props.name.split(".")[2];
  if (sub === "gap") return html`<${Fill} ...${props} />`;
  if (sub === "shift") return html`<${Shift} ...${props} />`;
  if (sub === "swaps") return html`<${Swaps} />`;
  if (sub === "away") return html`<${Away} />`;
  if (sub === "plans") return html`<${Plans} />`;
  if (sub === "plan") return html`<${Plan} key=${props.id} id=${props.id} />`;
  if (sub === "write") return html`<${WritePlan} key=${props.from} ...${props} />`;
  return html`<${Rota} />`;
}

/** `[first day, day after the last]`. */
function span({ view, date }) {
  if (view === "week") return [plusDays(date, -weekday(date)), plusDays(date, 7 - weekday(date))];
  const first = `${date.slice(0, 8)}01`;
  return [first, `${plusDays(first, 31).slice(0, 8)}01`];
}

async function read() {
  await findZone();
  shown.value = { ...shown.value, date: shown.value.date ?? dateIn(Date.now()) };
  const [first, end] = span(shown.value);
  const window = { from: new Date(startOf(first)).toISOString(), to: new Date(startOf(end)).toISOString() };
  const [spans, gaps] = await Promise.all([whole(query("/rota", window)), whole("/rota/gaps")]);
  return { first, end, spans, gaps };
}

function Rota() {
  const { view, date } = shown.value;
  const { here, found, said, again } = useFound(read, `${view} ${date && span(shown.value)[0]}`);
  const [first] = date ? span(shown.value) : [];
  const turn = (facts) => (shown.value = { ...shown.value, ...facts });
  const step = (way) => turn({ date: view === "week" ? plusDays(first, 7 * way) : plusDays(first, way > 0 ? 31 : -1) });
  const title = date && (view === "week" ? say("rota_week_of", { day: dayIn(startOf(first)) }) : monthIn(startOf(first)));
  return html`<${Desk} title=${say("desk_rota")} broad>
    <p class="choices" role="group" aria-label=${say("rota_view")}>
      ${["week", "month"].map((one) => html`<button key=${one} aria-pressed=${one === view ? "true" : "false"}
        onClick=${() => turn({ view: one })}>${say(`rota_${one}`)}</button>`)}
      <button onClick=${() => step(-1)}>${say("rota_earlier")}</button>
      <button onClick=${() => turn({ date: dateIn(Date.now()) })}>${say("rota_today")}</button>
      <button onClick=${() => step(1)}>${say("rota_later")}</button>
    </p>
    <p class="choices">
      <button onClick=${() => go("service.rota.plans")}>${say("plan_title")}</button>
      <button onClick=${() => go("service.rota.swaps")}>${say("rota_swaps")}</button>
      <button onClick=${() => go("service.rota.away")}>${say("rota_away")}</button>
    </p>
    <${Trouble} said=${said} again=${again} />
    ${title && html`<h2 aria-live="polite">${title}</h2>`}
    ${zone.value && html`<p class="small">${say("rota_zone", { zone: zone.value })}</p>`}
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && (view === "week" ? html`<${Week} ...${found} />` : html`<${Month} ...${found} turn=${turn} />`)}
  <//>`;
}

const daysOf = (first, end) => {
  const days = [];
  for (let day = first; day < end; day = plusDays(day, 1)) days.push(day);
  return days;
};

/** What of `items` falls on a day, cut to it, in order. */
function on(day, items) {
  const [from, to] = [startOf(day), startOf(plusDays(day, 1))];
  return items
    .map((one) => ({ ...one, from: Math.max(from, Date.parse(one.since)), to: Math.min(to, Date.parse(one.until)) }))
    .filter((one) => one.from < one.to)
    .sort((a, b) => LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer) || a.from - b.from);
}

/** Midnight at the end of a day is 24:00. */
function Times({ one, day }) {
  const [all, last] = [one.from === startOf(day), one.to === startOf(plusDays(day, 1))];
  return html`<span class="times">${all && last ? say("rota_all_day") : `${timeIn(one.from)}–${last ? "24:00" : timeIn(one.to)}`}</span>`;
}

function Week({ first, end, spans, gaps }) {
  const today = dateIn(Date.now());
  return html`<ol class="week">${daysOf(first, end).map((day) => html`<li key=${day} class="card" aria-current=${day === today ? "date" : null}>
    <h3>${dayIn(startOf(day))}${day === today ? ` · ${say("rota_today")}` : ""}</h3>
    ${hoursOf(day) !== 24 && html`<p class="small"><strong>${say("rota_clocks", { hours: hoursOf(day) })}</strong></p>`}
    ${on(day, gaps).map((gap) => html`<button key=${`${gap.layer} ${gap.since}`} class="gap"
      onClick=${() => go("service.rota.gap", { gap: { layer: gap.layer, since: gap.since, until: gap.until } })}>
      <strong>${say("rota_nobody")}</strong> <${Times} one=${gap} day=${day} /> <span>${say(`rota_${gap.layer}`)}</span>
      <span class="strong chip">${say("rota_fill")}</span></button>`)}
    ${LAYERS.map((layer) => html`<${Layer} key=${layer} day=${day} layer=${layer} spans=${on(day, spans).filter((one) => one.layer === layer)} />`)}
    ${on(day, spans).length === 0 && html`<p class="small">${say("rota_past")}</p>`}
    ${far(day) && html`<p class="small">${say("rota_not_looked")}</p>`}
  </li>`)}</ol>`;
}

const far = (day) => startOf(plusDays(day, 1)) > Date.now() + GAPS_AHEAD_MS;

const Layer = ({ day, layer, spans }) => spans.length > 0 && html`<h4 class="small">${say(`rota_${layer}`)}</h4>
  ${spans.map((one) => html`<button key=${one.since} class="plain shift" disabled=${one.to <= Date.now()}
    onClick=${() => go("service.rota.shift", { span: one })}><${Times} one=${one} day=${day} /> <span dir="auto">${one.person.display_name}</span></button>`)}`;

function Month({ first, end, spans, gaps, turn }) {
  const names = new Intl.DateTimeFormat(manners, { weekday: "short", timeZone: "UTC" });
  return html`<ol class="month">${daysOf(first, end).map((day, place) => {
    const open = on(day, gaps).length;
    const staffed = on(day, spans).length > 0;
    const words = open ? sayCount("rota_gaps", open) : say(far(day) ? "rota_not_looked" : staffed ? "rota_covered" : "rota_past");
    return html`<li key=${day} data-first=${place === 0 ? weekday(day) : null}>
      <button class=${open ? "gap" : ""} aria-label=${`${dayIn(startOf(day))}: ${words}`} onClick=${() => turn({ view: "week", date: day })}>
        <strong>${Number(day.slice(8))} <span class="small">${names.format(new Date(`${day}T00:00Z`))}</span></strong> <span>${words}</span></button></li>`;
  })}</ol>`;
}

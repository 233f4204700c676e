// When a worker reads what carers write, how many they take, and the pause.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Asked, useAsked } from "../parts/asked.js";
import { html, useRef, useState } from "../vendored.js";
import { dayName, moment } from "../when.js";
import { say, sayCount } from "../words.js";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MOST_WINDOWS = 28;

export function Hours() {
  const [found, again, set] = useAsked(() => ask("GET", "/me/availability"));
  const last = useRef(Promise.resolve());
  const newest = useRef(null);
  // One change after the other, each made of what the one before it left: whoever saves and pauses at once means both.
  const put = (change, seen) => {
    const made = last.current.then(async () => {
      const upon = newest.current?.version > seen.version ? newest.current : seen;
      newest.current = await ask("PUT", "/me/availability", { ...change(upon), version: upon.version });
      set(newest.current);
    });
    last.current = made.catch(() => null);
    return made;
  };
  return html`<${Asked} found=${found} again=${again}>${(data) => html`
    <${Set} key=${data.version} now=${data} put=${(change) => put(change, data)} />`}<//>`;
}

function Set({ now, put }) {
  const [windows, setWindows] = useState(now.windows ?? []);
  const [capacity, setCapacity] = useState(now.capacity ?? "");
  const [weekly, setWeekly] = useState(now.weekly_hours ?? "");
  const change = (index, facts) => setWindows(windows.map((one, at) => (at === index ? { ...one, ...facts } : one)));
  const whole = (text) => (text === "" ? null : Number(text));
  const save = () => put(() => ({ windows: windows.length ? windows : null, capacity: whole(capacity), weekly_hours: whole(weekly) }));
  return html`
    <section class="card"><h2>${say("pause_title")}</h2>
      <p>${now.paused ? say("pause_since", { when: moment(now.paused_at) }) : say("pause_about")}</p>
      <p><${Act} strong=${now.paused} act=${() => put(() => ({ paused: !now.paused }))}>${say(now.paused ? "pause_end" : "pause_begin")}<//></p></section>
    <h2>${say("windows_title")}</h2>
    <p>${say("windows_about", { zone: now.timezone })}</p>
    <p role="status">${now.open_now ? say("windows_open") : now.next_open_at ? say("windows_next", { when: moment(now.next_open_at) }) : ""}</p>
    <ul class="list">${windows.map((one, index) => html`<li key=${index} class="card window">
      <label>${say("window_day")} <select value=${one.day} onChange=${(event) => change(index, { day: event.target.value })}>
        ${DAYS.map((day, at) => html`<option key=${day} value=${day}>${dayName(at)}</option>`)}</select></label>
      <label>${say("window_from")} <input type="time" value=${one.opens} onInput=${(event) => change(index, { opens: event.target.value })} /></label>
      <label>${say("window_until")} <input type="time" value=${one.closes === "24:00" ? "00:00" : one.closes}
        onInput=${(event) => change(index, { closes: event.target.value })} /></label>
      <button onClick=${() => setWindows(windows.filter((_, at) => at !== index))}>${say("window_drop")}</button></li>`)}</ul>
    ${windows.length < MOST_WINDOWS && html`<p><button onClick=${() => setWindows([...windows, { day: "mon", opens: "09:00", closes: "12:00" }])}>
      ${say("window_add")}</button></p>`}
    <p class="field"><label for="capacity">${say("capacity", { usual: now.limits.capacity })}</label>
      <input id="capacity" type="number" min="0" max="100" value=${capacity} onInput=${(event) => setCapacity(event.target.value)} /></p>
    <p class="field"><label for="weekly">${say("weekly", { usual: now.limits.weekly_hours })}</label>
      <input id="weekly" type="number" min="1" max="60" value=${weekly} onInput=${(event) => setWeekly(event.target.value)} /></p>
    <p><${Act} strong act=${save}>${say("save")}<//></p>
    <${Leave} now=${now} put=${put} />`;
}

function Leave({ now, put }) {
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const utc = (text) => new Date(`${text}T00:00`).toISOString().replace(/\.\d+/, "");
  const add = () => put((upon) => ({ leave: [...upon.leave, { since: utc(since), until: utc(until) }] }));
  return html`<h2>${say("leave_title")}</h2>
    <p>${say("leave_about")}</p>
    <ul class="list">${now.leave.map((one) => html`<li key=${one.since} class="card"><p>${moment(one.since)} – ${moment(one.until)}</p>
      <p><${Act} act=${() => put((upon) => ({ leave: upon.leave.filter((other) => other.since !== one.since) }))}>${say("leave_drop")}<//></p></li>`)}</ul>
    ${now.shifts_during_leave > 0 && html`<p class="error">${sayCount("leave_shifts", now.shifts_during_leave)}</p>`}
    <p class="field"><label for="leave-from">${say("leave_from")}</label>
      <input id="leave-from" type="date" value=${since} onInput=${(event) => setSince(event.target.value)} /></p>
    <p class="field"><label for="leave-until">${say("leave_until")}</label>
      <input id="leave-until" type="date" value=${until} onInput=${(event) => setUntil(event.target.value)} /></p>
    ${since && until && html`<p><${Act} act=${add}>${say("leave_add")}<//></p>`}`;
}

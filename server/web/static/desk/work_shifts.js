// One's shifts on the crisis rota: starting and ending one, handing one on, and the calendar.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Asked, useAsked } from "../parts/asked.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";

const AHEAD_MS = 28 * 86_400_000;
const BEFORE_MS = 86_400_000;
const utc = (ms) => new Date(ms).toISOString().replace(/\.\d+/, "");

async function read() {
  const [spans, swaps, handovers] = await Promise.all([
    ask("GET", `/rota?from=${utc(Date.now() - BEFORE_MS)}&to=${utc(Date.now() + AHEAD_MS)}`), ask("GET", "/rota/swaps"), handedOver(),
  ]);
  const mine = spans.items.filter((one) => one.person.id === me.value.id && new Date(one.until) > new Date());
  return { mine, now: mine.find((one) => new Date(one.since) <= new Date()), on: spans.items.filter(isNow), swaps: swaps.items, handovers };
}

/** Notes are for who is on, or about to be. */
async function handedOver() {
  try {
    return (await ask("GET", "/rota/handovers")).items;
  } catch (error) {
    if (error.status === 403) return [];
    throw error;
  }
}

const isNow = (one) => new Date(one.since) <= new Date() && new Date(one.until) > new Date();
const same = (swap, shift) => swap.person_id === shift.person.id && swap.layer === shift.layer && swap.since < shift.until && swap.until > shift.since;

export function Shifts() {
  const [found, again] = useAsked(read);
  return html`<${Asked} found=${found} again=${again}>${({ mine, now, on, swaps, handovers }) => html`
    <section class="card" aria-labelledby="now"><h2 id="now">${say("shift_now")}</h2>
      ${on.length === 0 && html`<p class="error">${say("shift_nobody")}</p>`}
      ${on.map((one) => html`<p key=${one.person.id + one.layer}>${say(`layer_${one.layer}`)}: <strong dir="auto">${one.person.display_name}</strong>${" "}
        <span class="small">${say("shift_until", { when: moment(one.until) })}</span></p>`)}
    </section>
    ${now && html`<${Running} shift=${now} again=${again} />`}
    ${handovers.length > 0 && html`<h2>${say("handovers")}</h2><ul class="list">${handovers.map((one) => html`<li key=${one.ended_at} class="card">
      <p dir="auto">${one.note}</p><p class="small">${one.person.display_name}, ${moment(one.ended_at)}</p></li>`)}</ul>`}
    <${Offers} swaps=${swaps} again=${again} />
    <h2>${say("shifts_mine")}</h2>
    ${mine.length === 0 && html`<p>${say("shifts_none")}</p>`}
    <ul class="list">${mine.map((one) => html`<${Mine} key=${one.layer + one.since} one=${one} swap=${swaps.find((swap) => same(swap, one))} again=${again} />`)}</ul>
    <${Feed} />`}<//>`;
}

function Running({ shift, again }) {
  const [started, setStarted] = useState(null);
  const [debrief, setDebrief] = useState("no");
  const [note, setNote] = useState("");
  const [ended, setEnded] = useState(false);
  const start = async () => setStarted(await ask("POST", "/rota/shift/start", { layer: shift.layer }));
  async function end() {
    await ask("POST", "/rota/shift/end", { layer: shift.layer, debrief, handover_note: note.trim() || null });
    setEnded(true);
    await again();
  }
  return html`<section class="card" aria-labelledby="running"><h2 id="running">${say("shift_yours", { when: moment(shift.until) })}</h2>
    <p><${Act} strong=${!started} act=${start}>${say("shift_start")}<//></p>
    <p role="status">${started ? say("shift_started", { when: moment(started.started_at) }) : ""}</p>
    <details><summary>${say("shift_end")}</summary>
      <p class="field"><label for="note">${say("shift_note")}</label>
        <textarea id="note" rows="3" maxlength="2000" value=${note} onInput=${(event) => setNote(event.target.value)} dir="auto"></textarea></p>
      <p class="field"><label for="debrief">${say("shift_talk")}</label>
        <select id="debrief" value=${debrief} onChange=${(event) => setDebrief(event.target.value)}>
          ${["no", "later", "soon"].map((one) => html`<option key=${one} value=${one}>${say(`talk_${one}`)}</option>`)}</select></p>
      <p><${Act} strong act=${end}>${say("shift_end")}<//></p></details>
    <p role="status">${ended ? say("shift_ended") : ""}</p>
  </section>`;
}

function Mine({ one, swap, again }) {
  const body = { layer: one.layer, since: one.since, until: one.until, person_id: me.value.id };
  const offer = async () => (await ask("POST", "/rota/swaps", body), await again());
  const cancel = async () => (await ask("POST", `/rota/swaps/${swap.id}/cancel`), await again());
  const open = swap && ["asked", "taken"].includes(swap.state);
  return html`<li class="card"><h3>${say(`layer_${one.layer}`)}</h3><p>${moment(one.since)} – ${moment(one.until)}</p>
    ${open && html`<p>${say(`swap_${swap.state}`)}</p>`}
    <p>${open ? html`<${Act} act=${cancel}>${say("swap_keep")}<//>` : html`<${Act} act=${offer}>${say("swap_ask")}<//>`}</p></li>`;
}

function Offers({ swaps, again }) {
  const open = swaps.filter((one) => one.state === "asked" && one.person_id !== me.value.id);
  const take = async (one) => (await ask("POST", `/rota/swaps/${one.id}/take`), await again());
  return open.length === 0 ? null : html`<h2>${say("swaps_open")}</h2><ul class="list">${open.map((one) => html`<li key=${one.id} class="card">
    <h3>${say(`layer_${one.layer}`)}</h3><p>${moment(one.since)} – ${moment(one.until)}</p>
    <p><${Act} act=${() => take(one)}>${say("swap_take")}<//></p></li>`)}</ul>`;
}

function Feed() {
  const [made, setMade] = useState(null);
  const make = async () => setMade(await ask("POST", "/rota/calendar", { scope: "own" }));
  return html`<h2>${say("feed_title")}</h2><p>${say("feed_about")}</p>
    ${made ? html`<p class="field"><label for="feed">${say("feed_address")}</label>
        <input id="feed" readonly dir="ltr" value=${made.url} onFocus=${(event) => event.target.select()} /></p>`
      : html`<p><${Act} act=${make}>${say("feed_make")}<//></p>`}
    <p><button onClick=${() => go("work.hours")}>${say("leave_title")}</button></p>`;
}

// Asking for somebody on duty, and what became of it. The numbers stand above everything: peer support is never the only door.
import { ask, words } from "../api.js";
import { Act } from "../parts/act.js";
import { Bar } from "../parts/bar.js";
import { Lines, Numbers } from "../parts/lines.js";
import { makePauses } from "../pauses.js";
import { go } from "../route.js";
import { hearing, me, refreshList } from "../store.js";
import { html, signal, useEffect, useRef, useState } from "../vendored.js";
import { say } from "../words.js";

const WHOSE = ["carer", "consumer", "child", "violence"];
const OPEN = ["paging", "acknowledged", "in_contact"];
const LOOK_AGAIN_MS = 15_000; // nobody waits for a lost event
const TRIES = 6;

/** The newest alert of this person as the service tells it; undefined until it was asked for, null when there is none. */
const alert = signal(undefined);

const take = (found) => void (alert.value = found);
const readOne = async (id) => take((await ask("GET", `/crisis/alerts/${id}`)).alert);

async function readNewest() {
  const { items } = await ask("GET", "/crisis/alerts?limit=1");
  if (items.length === 0) take(null);
  else await readOne(items[0].id);
}

hearing.add(({ kind, data }) => {
  if (kind.startsWith("alert.") && data.alert && data.alert.carer?.id === me.value?.id) readOne(data.alert.id).catch(() => {});
});

export function Screen({ whose }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    alert.value = undefined;
    readNewest().catch((error) => (take(null), setSaid(words(error))));
    const timer = setInterval(() => {
      if (alert.value && OPEN.includes(alert.value.state)) readOne(alert.value.id).catch(() => {});
    }, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const [anew, setAnew] = useState(false);
  const now = alert.value;
  const going = now && OPEN.includes(now.state);
  return html`<${Bar} title=${say("alert_title")} deep />
    <main class="page">
      <${Emergency} />
      ${said && html`<p role="alert">${said}</p>`}
      ${now === undefined ? html`<p role="status">${say("loading")}</p>`
        : now && !anew ? html`<${State} now=${now} again=${() => setAnew(true)} />`
        : html`<${Ask} whose=${whose} asked=${() => setAnew(false)} />`}
      ${!going && html`<p><button onClick=${() => go("crisis")}>${say("alert_numbers")}</button></p>`}
    </main>`;
}

/** For one's region; what the phone keeps when there is no connection. */
function Emergency() {
  const [numbers, setNumbers] = useState([]);
  useEffect(() => void fetch("/api/v1/crisis").then((answer) => answer.json()).then((found) => setNumbers(found.emergency.numbers), () => {}), []);
  return html`<p class="small">${say("alert_danger")}</p><${Numbers} numbers=${numbers} />`;
}

function Ask({ whose, asked }) {
  const [chosen, setChosen] = useState(whose ?? "");
  const [note, setNote] = useState("");
  const [tries, setTries] = useState(0);

  /** Again and again while there is no answer: asked twice, the service answers with the one that is open. */
  async function send() {
    const pauses = makePauses(1_000, 8_000);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await ask("POST", "/crisis/alerts", { whose: chosen, note: note.trim() || null });
        take(answer.alert);
        setTries(0);
        return asked();
      } catch (error) {
        if (error.status || attempt === TRIES) {
          setTries(0);
          throw error;
        }
        setTries(attempt);
        await new Promise((resolve) => setTimeout(resolve, pauses.take()));
      }
    }
  }

  return html`<p>${say("alert_about")}</p>
    <fieldset class="choices"><legend>${say("alert_whose")}</legend>
      ${WHOSE.map((one) => html`<label key=${one} class="tick card"><input type="radio" name="whose" checked=${chosen === one}
        onChange=${() => setChosen(one)} /> ${say(`alert_${one}`)}</label>`)}</fieldset>
    <p class="field"><label for="note">${say("alert_note")}</label>
      <textarea id="note" rows="3" maxlength="1000" dir="auto" value=${note} onInput=${(event) => setNote(event.target.value)}></textarea></p>
    <p><${Act} strong act=${send} disabled=${!chosen}>${say("alert_send")}<//></p>
    <p role="status">${tries > 0 ? say("alert_trying") : ""}</p>`;
}

function State({ now, again }) {
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), [now.state]);
  const cancel = async () => take((await ask("POST", `/crisis/alerts/${now.id}/cancel`)).alert);
  const open = async () => (await refreshList(), go("chat", { id: now.conversation_id }));
  const unanswered = now.state === "unanswered";
  return html`<section class="card" aria-live="assertive" data-alert=${now.state}>
      <h2 tabindex="-1" ref=${heading}>${say(`alert_is_${now.state}`)}</h2>
      <p>${now.text}</p>
      ${now.conversation_id && OPEN.includes(now.state) && html`<p><${Act} strong act=${open}>${say("alert_open")}<//></p>`}
    </section>
    ${unanswered && html`<${Lines} lines=${now.helplines} />`}
    ${OPEN.includes(now.state) && html`<p><${Act} act=${cancel}>${say("alert_cancel")}<//></p>`}
    ${["paging", "acknowledged"].includes(now.state) && html`<p class="small">${say("alert_meanwhile")}</p><${Lines} lines=${now.helplines} />`}
    ${!OPEN.includes(now.state) && html`<p><button class="strong" onClick=${again}>${say("alert_again")}</button></p>`}`;
}

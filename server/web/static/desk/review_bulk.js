// Adverts, several with one decision. What did not go through stays there, with the reason.
import { ask, words } from "../api.js";
import { Act } from "../parts/act.js";
import { Bar } from "../parts/bar.js";
import { Form } from "../parts/form.js";
import { Nav } from "../parts/nav.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say, sayCount } from "../words.js";
import { Trouble } from "./lists.js";
import { readCases } from "./review_data.js";
import { Said } from "./review_text.js";

const PAGE = 100;
const MOST = 50; // in one decision
const DECISIONS = ["remove", "dismiss"];
const CHANGED = new Set(["stale_version", "decision_pending", "decision_not_possible"]);
const GONE = new Set(["case_closed", "not_found"]);
const OTHERS = new Set(["case_claimed", "case_escalated", "second_opinion_wanted"]);

const together = (one) => one.allowed_actions.includes("bulk");

function why(code) {
  if (GONE.has(code)) return say("rvb_gone");
  if (CHANGED.has(code)) return say("rvb_changed");
  return say(OTHERS.has(code) ? "rvb_others" : "rvb_not");
}

export function Bulk() {
  const [list, setList] = useState(null);
  const [next, setNext] = useState(null);
  const [said, setSaid] = useState("");
  const [told, setTold] = useState("");
  const [ticked, setTicked] = useState(() => new Set());
  const [failed, setFailed] = useState({});
  const result = useRef(null);

  const page = (cursor) => ask("GET", `/review/cases?${new URLSearchParams({ limit: PAGE, ...(cursor && { cursor }) })}`);
  /** Anew; what is in `refused` stays, whatever became of it. */
  async function read(refused = {}) {
    try {
      const found = await page();
      const now = new Set(found.items.map((one) => one.id));
      const lost = (list ?? []).filter((one) => refused[one.id] && !now.has(one.id));
      setList([...lost, ...found.items.filter((one) => together(one) || refused[one.id])]);
      setNext(found.next_cursor);
      setSaid("");
    } catch (error) {
      setSaid(words(error));
    }
  }
  async function more() {
    const found = await page(next);
    const known = new Set(list.map((one) => one.id));
    setList([...list, ...found.items.filter((one) => together(one) && !known.has(one.id))]);
    setNext(found.next_cursor);
  }
  useEffect(() => void read(), []);

  const chosen = (list ?? []).filter((one) => ticked.has(one.id));
  const tick = (id, on) => setTicked((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));

  async function decide({ decision, note }) {
    if (chosen.length === 0) throw Object.assign(new Error(), { said: say("rvb_choose") });
    if (chosen.length > MOST) throw Object.assign(new Error(), { said: sayCount("rvb_most", MOST) });
    let answers;
    try {
      answers = (await ask("POST", "/review/cases/bulk", { cases: chosen.map(({ id, version }) => ({ id, version })), decision, note })).items;
    } catch (error) {
      await read(); // without an answer it may have been done all the same
      throw error;
    }
    const refused = Object.fromEntries(answers.filter((one) => !one.ok).map((one) => [one.id, why(one.code)]));
    const left = Object.keys(refused);
    setFailed(refused);
    setTicked(new Set(left));
    setTold(`${sayCount("rvb_done", answers.length - left.length)} ${left.length ? sayCount("rvb_left", left.length) : ""}`);
    await read(refused);
    readCases();
    result.current?.focus();
  }

  return html`<${Bar} title=${say("rvb_title")} deep /><main class="page">
    <p>${say("rvb_about")}</p>
    <p ref=${result} tabindex="-1" role="status"><strong>${told}</strong></p>
    <${Trouble} said=${said} again=${() => read()} />
    ${!list && !said && html`<p role="status">${say("loading")}</p>`}
    ${list?.length === 0 && !next && html`<p>${say("rvb_none")}</p>`}
    ${list?.length > 1 && html`<label class="tick"><input type="checkbox" checked=${chosen.length === list.length}
      onChange=${(event) => setTicked(new Set(event.target.checked ? list.map((one) => one.id) : []))} /> ${say("rvb_all")}</label>`}
    <ul class="list">${list?.map((one) => html`<${Advert} key=${one.id} one=${one} on=${ticked.has(one.id)} tick=${tick} failed=${failed[one.id]} />`)}</ul>
    ${next && html`<${Act} act=${more}>${say("rv_more")}<//>`}
    ${list?.length > 0 && html`<section class="card"><h2>${sayCount("rvb_decide", chosen.length)}</h2><${Form} act=${decide} button=${say("rv_decide_now")}>${(errors) => html`
      <fieldset class="review-choices"><legend>${say("rv_what")}</legend>${DECISIONS.map((kind) => html`<label key=${kind} class="tick">
        <input type="radio" name="decision" value=${kind} required /> ${say(`rv_decide_${kind}`)}</label>`)}</fieldset>
      <p class="field"><label for="rvb-note">${say("rv_note")}</label><textarea id="rvb-note" name="note" rows="2" maxlength="1000" required dir="auto"></textarea>
        ${errors.note && html`<span class="error">${errors.note}</span>`}</p>`}<//></section>`}</main><${Nav} />`;
}

/** Its words come when asked for: each look is on record. */
function Advert({ one, on, tick, failed }) {
  const [seen, setSeen] = useState(null);
  const look = async () => setSeen(await ask("GET", `/review/cases/${one.id}`));
  return html`<li class="card"><label class="tick"><input type="checkbox" checked=${on} onChange=${(event) => tick(one.id, event.target.checked)} />
      <span dir="auto"><strong>${one.target.title ?? say(`rv_target_${one.target.kind}`)}</strong>
        <span class="small"> ${[one.target.author?.display_name, moment(one.opened_at)].filter(Boolean).join(" · ")}</span></span></label>
    ${failed && html`<p class="error">${failed}</p>`}
    ${!seen && html`<p><${Act} act=${look}>${say("rv_reveal")}<//></p>`}
    ${seen?.blurred && html`<p class="small">${seen.in_short} ${say("rvb_covered")}</p>`}
    ${seen?.message && !seen.blurred && html`<${Said} main message=${seen.message} flags=${seen.flags} caseId=${one.id} />`}</li>`;
}

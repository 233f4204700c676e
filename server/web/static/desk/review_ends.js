// Decided and not done: who was told, what was offered to whom, and who looks after it again.
import { ask } from "../api.js";
import { Bar } from "../parts/bar.js";
import { Form } from "../parts/form.js";
import { Nav } from "../parts/nav.js";
import { go } from "../route.js";
import { html, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say, sayCount } from "../words.js";
import { Listed, useList } from "./lists.js";
import { About } from "./review_words.js";

const DAY_MS = 86_400_000;
const DAYS = [1, 3, 7, 14];
const SOON_MS = 60_000; // fourteen days by this clock are no more than that by the service's
const WAYS = ["done", "scheduled", "declined"];
const OUTCOMES = ["supported", "not_reached", "not_wanted", "handed_on"];
const WHY_NOT = ["not_needed", "false_alarm", "in_contact", "not_wanted", "left"];

export function Ends() {
  const list = useList("/review/loose-ends?limit=30");
  const [told, setTold] = useState("");
  async function settled(words) {
    await list.again();
    setTold(words);
    document.querySelector("h1")?.focus();
  }
  return html`<${Bar} title=${say("rve_title")} deep /><main class="page">
    <p>${say("rve_about")}</p><p class="away" role="status">${told}</p>
    <${Listed} list=${list} none=${say("rve_none")} row=${(one) => html`<li key=${one.id} class="card review-head">
      <h2><${About} one=${one} /></h2><${Loop} loop=${one.loop} />
      <p class="choices"><button onClick=${() => go("review.case", { id: one.id })}>${say("rve_open")}</button></p>
      <details><summary>${say("rve_settle")}</summary><${Settle} id=${one.id} settled=${settled} /></details></li>`} /></main><${Nav} />`;
}

/** What is owed after a decision and what was done of it. */
export const Loop = ({ loop }) => loop && html`<ul class="review-loop">
  <li>${say("rve_told", { when: moment(loop.reporters_told_at) })}</li>
  <li>${loop.support === "offered" ? say("rve_support_offered", { when: moment(loop.support_offered_at) }) : say(`rve_support_${loop.support}`)}</li>
  <li><strong>${followUp(loop.follow_up)}</strong></li>
  ${[loop.follow_up.note, loop.follow_up.outcome_note].filter(Boolean).map((note) => html`<li key=${note} dir="auto"><q>${note}</q></li>`)}</ul>`;

function followUp({ state, at, declined, outcome }) {
  if (state === "due") return at ? say("rve_now", { when: moment(at) }) : say("rve_due");
  if (state === "scheduled") return say("rve_scheduled", { when: moment(at) });
  return state === "declined" ? say("rve_declined", { why: say(`rve_why_${declined}`) }) : say("rve_done", { how: say(`rve_how_${outcome}`) });
}

const Select = ({ id, name, label, all, word, value, onChange }) => html`<p class="field"><label for=${id}>${label}</label>
  <select id=${id} name=${name} onChange=${onChange}>${all.map((each) => html`<option key=${each} value=${each} selected=${each === value}>${word(each)}</option>`)}</select></p>`;

/** Say when somebody looks again, why nobody need, or how it went. `settled(words)`: what was done, in words. */
export function Settle({ id, settled }) {
  const [way, setWay] = useState(WAYS[0]);
  const path = `/review/cases/${id}/follow-up`;
  async function act({ days, why, how, note }) {
    if (way === "scheduled") await ask("POST", path, { at: new Date(Date.now() + days * DAY_MS - SOON_MS).toISOString(), note: note.trim() || null });
    else if (way === "declined") await ask("POST", `${path}/decline`, { reason: why });
    else await ask("POST", `${path}/done`, { outcome: how, note: note.trim() || null });
    await settled(say(`rve_did_${way}`));
  }
  return html`<${Form} act=${act} button=${say("rve_keep")}>${(errors) => html`
    <${Select} id=${`way-${id}`} name="way" label=${say("rve_way")} all=${WAYS} value=${way} word=${(each) => say(`rve_way_${each}`)} onChange=${(event) => setWay(event.target.value)} />
    ${way === "scheduled" && html`<${Select} id=${`days-${id}`} name="days" label=${say("rve_when")} all=${DAYS} value=${DAYS[0]} word=${(each) => sayCount("rvs_again_in", each)} />`}
    ${way === "declined" && html`<${Select} id=${`why-${id}`} name="why" label=${say("rve_why")} all=${WHY_NOT} value=${WHY_NOT[0]} word=${(each) => say(`rve_why_${each}`)} />`}
    ${way === "done" && html`<${Select} id=${`how-${id}`} name="how" label=${say("rve_how")} all=${OUTCOMES} value=${OUTCOMES[0]} word=${(each) => say(`rve_how_${each}`)} />`}
    ${way !== "declined" && html`<p class="field"><label for=${`note-${id}`}>${say("rve_note")}</label>
      <textarea id=${`note-${id}`} name="note" rows="2" maxlength="1000" dir="auto"></textarea>${errors.note && html`<span class="error">${errors.note}</span>`}</p>`}`}<//>`;
}

// What members said of a case. What was said in bad faith can be set aside; that of a risk never is.
import { ask } from "../api.js";
import { Form } from "../parts/form.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { labelled } from "./review_words.js";

const ALWAYS_LOOKED_AT = new Set(["risk_to_self", "risk_to_other"]);
const RECORD = ["upheld", "groundless", "bad_faith"];

/** `read()`: the case anew. */
export function Reports({ one, read }) {
  const [told, setTold] = useState("");
  async function change(words) {
    await read();
    setTold(words);
  }
  const may = one.state !== "closed" && (me.value.role !== "coordinator" || one.target.author?.role === "supervisor");
  return html`<p role="status">${told}</p><ul class="list">${one.reported.map((each) => html`<li key=${each.id}>${say("rv_reported", { reason: labelled([each.reason]) })}
    ${each.note && html` <q dir="auto">${each.note}</q>`}
    ${each.record && RECORD.some((name) => each.record[name] > 0) && html`<p class="small">${say("rvr_record")} ${RECORD.map((name) => sayCount(`rvr_${name}`, each.record[name])).join(" · ")}</p>`}
    ${each.state === "set_aside" && html`<p><strong>${say("rvr_is_aside")}</strong></p>`}
    ${each.state === "standing" && may && !ALWAYS_LOOKED_AT.has(each.reason) && html`<${Aside} id=${each.id} change=${change} />`}
    ${each.state === "set_aside" && me.value.role === "supervisor" && html`<${Back} id=${each.id} change=${change} />`}</li>`)}</ul>`;
}

const Note = ({ id, errors }) => html`<p class="field"><label for=${id}>${say("rvr_note")}</label>
  <textarea id=${id} name="note" rows="2" maxlength="1000" required dir="auto"></textarea>${errors.note && html`<span class="error">${errors.note}</span>`}</p>`;

function Aside({ id, change }) {
  async function act({ note, all }) {
    const done = await ask("POST", `/review/reports/${id}/set-aside`, { note, all_open: all === "on" });
    const said = [sayCount("rvr_did", done.set_aside.length), done.left_standing.length && sayCount("rvr_left", done.left_standing.length),
      done.closed_cases.length && sayCount("rvr_closed", done.closed_cases.length)];
    await change(said.filter(Boolean).join(" "));
  }
  return html`<details><summary>${say("rvr_aside")}</summary><p class="small">${say("rvr_aside_long")}</p>
    <${Form} act=${act} button=${say("rvr_aside_now")}>${(errors) => html`<${Note} id=${`aside-${id}`} errors=${errors} />
      <label class="tick"><input type="checkbox" name="all" /> ${say("rvr_all")}</label>`}<//></details>`;
}

const Back = ({ id, change }) => html`<details><summary>${say("rvr_back")}</summary>
  <${Form} button=${say("rvr_back")} act=${async ({ note }) => { await ask("POST", `/review/reports/${id}/reinstate`, { note }); await change(say("rvr_did_back")); }}>${(errors) => html`
    <${Note} id=${`back-${id}`} errors=${errors} />`}<//></details>`;

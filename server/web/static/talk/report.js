// Asking for eyes on a message, on how somebody behaves, or on a part of a conversation of two.
import { ask, askOpenly } from "../api.js";
import { Form } from "../parts/form.js";
import { Lines, Numbers } from "../parts/lines.js";
import { rooms } from "../store.js";
import { html, useEffect, useState } from "../vendored.js";
import { timeOf } from "../when.js";
import { say } from "../words.js";
import { Frame } from "./frame.js";

const REASONS = ["risk_to_self", "risk_to_other", "abuse", "privacy", "stigma", "contact_details", "misinformation", "spam", "other"];
const DANGER = ["risk_to_self", "risk_to_other"];
const MOST_SHOWN = 50; // messages that moderators are shown of a conversation of two
const MARK = 40;

/** Of the message `id`; of `person`; or of the conversation beginning with the seq `from`. */
export function Report({ id, place, person, from, close }) {
  const [reason, setReason] = useState(null);
  const [thanks, setThanks] = useState(null);
  const subject = from ? `/conversations/${place.id}` : person ? `/people/${person.id}` : `/messages/${id}`;

  async function send({ reason: why, note, to }) {
    const body = { reason: why, note: note.trim() || null };
    if (from) Object.assign(body, { from_seq: from, to_seq: Number(to) });
    setThanks((await ask("POST", `${subject}/report`, body)).user_message);
  }

  if (thanks) return html`<${Thanks} words=${thanks} danger=${DANGER.includes(reason)} close=${close} />`;
  const title = say(from ? "report_part" : person ? "report_person" : "report_message", { name: person?.display_name });
  return html`<${Frame} title=${title} close=${close}>
    <p>${say("report_hint")}</p>
    ${from && place.reporting_rule && html`<p class="small">${place.reporting_rule}</p>`}
    <${Form} act=${send} button=${say("report_send")}>${(errors) => html`
      ${from && html`<${Until} from=${from} place=${place} />`}
      <fieldset class="reasons"><legend>${say("report_why")}</legend>
        ${REASONS.map((one) => html`<label key=${one} class="tick"><input type="radio" name="reason" value=${one} required
          checked=${reason === one} onChange=${() => setReason(one)} /> <span>${say(`reason_${one}`)}</span></label>`)}
      </fieldset>
      <p class="field"><label for="note">${say(reason === "other" ? "report_note" : "report_note_free")}</label>
        <textarea id="note" name="note" rows="3" maxlength="1000" dir="auto" required=${reason === "other"}
          aria-invalid=${errors.note ? "true" : null}></textarea>
        ${errors.note && html`<span class="error">${errors.note}</span>`}</p>`}
    <//>
  <//>`;
}

/** Up to which message; from the first on, as many as moderators are shown. */
function Until({ from, place }) {
  const there = (rooms.value[place.id]?.messages ?? []).filter((one) => one.seq >= from && one.state === "visible").slice(0, MOST_SHOWN);
  const short = ({ author, body, created_at: at }) => `${author.display_name}, ${timeOf(at)}: ${body.slice(0, MARK)}`;
  return html`<p class="field"><span class="small" dir="auto">${say("report_from", { text: there[0] ? short(there[0]) : "" })}</span>
    <label for="to">${say("report_to")}</label>
    <select id="to" name="to" dir="auto">${there.map((one) => html`<option key=${one.id} value=${one.seq}>${short(one)}</option>`)}</select></p>`;
}

function Thanks({ words, danger, close }) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    if (danger) askOpenly("GET", "/crisis").then(setFound, () => {});
  }, []);
  return html`<${Frame} title=${say("report_thanks")} close=${close}>
    <p role="status">${words}</p>
    <h3>${say("report_next")}</h3>
    <p>${say("report_next_hint")}</p>
    ${danger && html`<h3>${say("report_danger")}</h3><p>${say("report_danger_hint")}</p>`}
    ${found && html`<${Numbers} numbers=${found.emergency.numbers} /><${Lines} lines=${found.helplines} />`}
    <button class="strong" onClick=${close}>${say("close_sheet")}</button>
  <//>`;
}

// Deciding a case. What is written is kept as a draft, and can be taken back for ten seconds once it is decided.
import { ask } from "../api.js";
import { Form } from "../parts/form.js";
import { back } from "../route.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { say } from "../words.js";
import { readCounter, undoing } from "./review_data.js";
import { key } from "./review_keys.js";
import { Again, asked, chosenIn, drafted, NOTHING, Sanction, WITH } from "./review_sanction.js";

const UNDO_S = 10;
const DRAFT_MS = 1_500;
const REASONS = ["", "hostility", "stigma", "contact_details", "third_party_privacy", "misinformation", "spam", "risk", "other", "none_broken"];
const EMPTY = { decision: null, reason: null, template: null, note: "", words: "", more: NOTHING };

let known = null;
const templates = () => (known ??= ask("GET", "/review/templates").then(({ items }) => items, (error) => {
  known = null;
  throw error;
}));

export function Decide({ id, one, choices, claim, read, decided }) {
  const [draft, setDraft] = useState(EMPTY);
  const [all, setAll] = useState([]);
  const { more } = draft;
  const putMore = (facts) => put({ more: { ...latest.current.more, ...facts } });
  const timer = useRef(null);
  const latest = useRef(EMPTY);
  const path = `/review/cases/${id}`;
  useEffect(() => {
    templates().then(setAll, () => {});
    // What was typed before the answer came goes before it. There may be no draft.
    ask("GET", `${path}/draft`).then((kept) => latest.current === EMPTY && put({ ...EMPTY, ...kept, note: kept.note ?? "", words: kept.words ?? "", more: chosenIn(one, kept) }, false), () => {});
    return () => timer.current && (clearTimeout(timer.current), save());
  }, []);

  const fits = all.filter((each) => each.decisions.includes(draft.decision) && (!draft.reason || each.reasons.includes(draft.reason)));

  function save() {
    timer.current = null;
    const { decision, reason, template, note, words, more: wanted } = latest.current;
    ask("PUT", `${path}/draft`, { decision, reason, template, note: note || null, words: words || null, ...drafted(one, wanted) }).catch(() => {});
  }
  function put(facts, keep = true) {
    latest.current = { ...latest.current, ...facts };
    setDraft(latest.current);
    if (!keep) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(save, DRAFT_MS);
  }
  const chosen = (decision) => {
    put({ decision });
    claim?.().catch(() => {}); // whoever was first is shown above
  };
  function pick(key) {
    const found = all.find((each) => each.key === key);
    put({ template: key || null, words: found?.to_author ?? latest.current.words });
  }

  async function decide() {
    const { decision, reason, note, words } = latest.current;
    if (!decision) throw Object.assign(new Error(), { said: say("rv_choose_decision") });
    const template = fits.some((each) => each.key === latest.current.template) ? latest.current.template : null;
    clearTimeout(timer.current);
    timer.current = null;
    try {
      await ask("POST", `${path}/decide`, { decision, reason, template, note, words: words || null, version: one.version, undo_seconds: UNDO_S,
        ...asked(one, decision, more) });
    } catch (error) {
      if (error.status === 409) {
        await read();
        if (error.code === "stale_version") throw Object.assign(error, { said: say("rv_moved_on") });
      }
      throw error;
    }
    decided();
    undoing.value = { id, until: Date.now() + UNDO_S * 1000 };
    readCounter().catch(() => {});
    back();
  }

  return html`<section class="card" ...${key("decide")}><h2>${say("rv_decide")}</h2>
    <${Form} act=${decide} button=${say("rv_decide_now")}>${(errors) => html`
      <fieldset class="review-choices"><legend>${say("rv_what")}</legend>${choices.map((kind) => html`<label key=${kind} class="tick">
        <input type="radio" name="decision" value=${kind} checked=${draft.decision === kind} onChange=${() => chosen(kind)} /> ${say(`rv_decide_${kind}`)}</label>`)}</fieldset>
      <p class="field"><label for="rv-reason">${say("rv_reason")}</label><select id="rv-reason" onChange=${(event) => put({ reason: event.target.value || null })}>
        ${REASONS.map((each) => html`<option key=${each} value=${each} selected=${(draft.reason ?? "") === each}>${say(`rv_reason_${each || "unsaid"}`)}</option>`)}</select></p>
      ${fits.length > 0 && html`<p class="field"><label for="rv-template">${say("rv_template")}</label><select id="rv-template" onChange=${(event) => pick(event.target.value)}>
        <option value="">${say("rv_template_none")}</option>${fits.map((each) => html`<option key=${each.key} value=${each.key} selected=${draft.template === each.key}>${each.title}</option>`)}</select></p>`}
      <p class="field"><label for="rv-words">${say("rv_to_author")}</label><textarea id="rv-words" rows="4" maxlength="1000" dir="auto" value=${draft.words}
        onInput=${(event) => put({ words: event.target.value })}></textarea></p>
      <p class="field"><label for="rv-note">${say("rv_note")}</label><textarea id="rv-note" rows="2" maxlength="1000" required dir="auto" value=${draft.note}
        onInput=${(event) => put({ note: event.target.value })}></textarea>${errors.note && html`<span class="error">${errors.note}</span>`}</p>
      ${WITH.includes(draft.decision) && html`<${Sanction} one=${one} chosen=${more} put=${putMore} />`}
      <${Again} chosen=${more} put=${putMore} />
      <p class="small">${say("rv_kept")}</p>`}<//></section>`;
}

// What a decision also means for the person: a sanction, with what usually comes next, and when the case is looked after again.
import { ask, words } from "../api.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";

/** With these decisions a sanction can go. */
export const WITH = ["remove", "uphold"];
export const NOTHING = { kind: "", everywhere: false, hours: 24, reason: "abuse", words: "", again: 0, againNote: "" };

const KINDS = ["", "advice", "warning", "read_only", "removal", "suspension"];
const REASONS = ["abuse", "stigma", "privacy", "contact_details", "misinformation", "spam", "bad_faith", "other"];
const LENGTHS = [1, 6, 24, 72, 168, 336, 720, 2160];
const LASTING = 0;
const HOURS_A_DAY = 24;
const AGAIN_DAYS = [0, 1, 3, 7, 14];
// How long a moderator decides alone, and how long others may; longer ones the service refuses.
const LONGEST = { read_only: [168, 720], removal: [168, 2160], suspension: [72, 2160] };

const lengths = (kind) => {
  const alone = me.value?.role === "moderator";
  const [short, long] = LONGEST[kind];
  const fits = LENGTHS.filter((hours) => hours <= (alone ? short : long));
  return alone || kind === "read_only" ? fits : [...fits, LASTING];
};
const inTime = (hours) => {
  if (hours === LASTING) return say("rvs_lasting");
  return hours < HOURS_A_DAY ? sayCount("rvs_hours", hours) : sayCount("rvs_days", hours / HOURS_A_DAY);
};
const groupOf = (one) => (one.target.title ? one.target.conversation_id : null);

/** What of it the service takes with `decision`. */
export function asked(one, decision, chosen) {
  const { kind, everywhere, hours, reason, words: told, again, againNote } = chosen;
  const group = kind === "suspension" || (everywhere && kind !== "removal") ? null : groupOf(one);
  const length = LONGEST[kind] && hours !== LASTING ? { hours } : {};
  const sanction = kind && WITH.includes(decision) ? { kind, reason, words: told, conversation_id: group, ...length } : null;
  const at = again ? new Date(Date.now() + again * 86_400_000).toISOString() : null;
  return { sanction, follow_up: at && { at, note: againNote || null } };
}

/** The same while it is not decided, as a draft keeps it. */
export function drafted(one, chosen) {
  const { sanction } = asked(one, WITH[0], chosen);
  return { sanction: sanction && { ...sanction, words: chosen.words || null }, follow_up: chosen.again ? { days: chosen.again, note: chosen.againNote || null } : null };
}

/** What was chosen, from a draft. */
export function chosenIn(one, { sanction, follow_up: after }) {
  const more = after ? { again: AGAIN_DAYS.find((days) => days >= after.days) ?? AGAIN_DAYS.at(-1), againNote: after.note ?? "" } : {};
  if (!sanction) return { ...NOTHING, ...more };
  const { kind, hours, reason, words: told } = sanction;
  const everywhere = kind !== "suspension" && groupOf(one) !== null && sanction.conversation_id === null;
  return { ...NOTHING, kind, everywhere, hours: hours ?? (LONGEST[kind] ? LASTING : NOTHING.hours), reason: reason ?? NOTHING.reason, words: told ?? "", ...more };
}

const Select = ({ id, label, all, value, put, name }) => html`<p class="field"><label for=${id}>${label}</label>
  <select id=${id} onChange=${(event) => put(event.target.value)}>${all.map((each) => html`
    <option key=${each} value=${each} selected=${each === value}>${name(each)}</option>`)}</select></p>`;

export function Sanction({ one, chosen, put }) {
  const [standing, setStanding] = useState(null);
  const [said, setSaid] = useState("");
  const group = groupOf(one);
  const kinds = KINDS.filter((kind) => kind !== "removal" || group);

  // Looking somebody up is recorded, so it is done only when a sanction is thought of.
  async function choose(kind) {
    const fit = LONGEST[kind] ? lengths(kind) : [];
    put({ kind, ...(fit.length && !fit.includes(chosen.hours) ? { hours: fit[0] } : {}) });
    if (!kind || standing) return;
    try {
      setStanding(await ask("GET", `/people/${one.context.author.person.id}/standing`));
      setSaid("");
    } catch (error) {
      setSaid(words(error));
    }
  }
  const next = standing?.suggestion;
  return html`<fieldset class="review-choices"><legend>${say("rvs_title")}</legend>
    <${Select} id="rvs-kind" label=${say("rvs_kind")} all=${kinds} value=${chosen.kind} put=${choose} name=${(kind) => say(`rvs_kind_${kind || "none"}`)} />
    ${said && html`<p class="error" role="alert">${said}</p>`}
    ${chosen.kind && next && html`<p class="small" role="status">${sayCount("rvs_earlier", next.earlier)}
      ${` ${say("rvs_next", { kind: say(`rvs_kind_${next.kind}`), length: next.hours ? ` (${inTime(next.hours)})` : "" })}`}</p>`}
    ${chosen.kind && html`
      ${group && !["removal", "suspension"].includes(chosen.kind) && html`<${Select} id="rvs-scope" label=${say("rvs_scope")} all=${["here", "everywhere"]}
        value=${chosen.everywhere ? "everywhere" : "here"} put=${(value) => put({ everywhere: value === "everywhere" })} name=${(value) => say(`rvs_${value}`)} />`}
      ${LONGEST[chosen.kind] && html`<${Select} id="rvs-length" label=${say("rvs_length")} all=${lengths(chosen.kind)} value=${chosen.hours}
        put=${(value) => put({ hours: Number(value) })} name=${inTime} />`}
      <${Select} id="rvs-reason" label=${say("rvs_reason")} all=${REASONS} value=${chosen.reason} put=${(reason) => put({ reason })}
        name=${(reason) => say(`rvs_reason_${reason}`)} />
      <p class="field"><label for="rvs-words">${say("rvs_words")}</label><span class="small" id="rvs-words-hint">${say("rvs_words_hint")}</span>
        <textarea id="rvs-words" rows="4" maxlength="1000" required dir="auto" aria-describedby="rvs-words-hint" value=${chosen.words}
          onInput=${(event) => put({ words: event.target.value })}></textarea></p>`}
  </fieldset>`;
}

export const Again = ({ chosen, put }) => html`
  <${Select} id="rvs-again" label=${say("rvs_again")} all=${AGAIN_DAYS} value=${chosen.again} put=${(value) => put({ again: Number(value) })}
    name=${(days) => (days ? sayCount("rvs_again_in", days) : say("rvs_again_no"))} />
  ${chosen.again > 0 && html`<p class="field"><label for="rvs-again-note">${say("rvs_again_note")}</label>
    <textarea id="rvs-again-note" rows="2" maxlength="500" dir="auto" value=${chosen.againNote} onInput=${(event) => put({ againNote: event.target.value })}></textarea></p>`}`;

// A screening rule as a draft. It has no effect before it was tried and put in force.
import { ask } from "../api.js";
import { Form } from "../parts/form.js";
import { go } from "../route.js";
import { html, useState } from "../vendored.js";
import { say } from "../words.js";
import { Area, Choice, linesOf } from "./fields.js";
import { Desk, done } from "./shell.js";

const LABELS = ["risk_to_self", "risk_to_other", "hostility", "stigma", "contact_details", "third_party_privacy", "misinformation", "spam"];
const SEVERITIES = ["low", "medium", "high"];
const KINDS = ["phrases", "exception"];

/** `rule`: a draft to be written anew; `silence`: a shipped rule that shall not count. */
export function WriteRule({ rule, silence }) {
  const [kind, setKind] = useState(rule?.kind ?? (silence ? "silence" : "phrases"));
  async function act({ label, severity, phrases, reason }) {
    const body = {
      reason,
      ...(kind === "silence" ? { silenced: rule?.silenced ?? silence.id } : { label, phrases: linesOf(phrases) }),
      ...(kind === "phrases" ? { severity } : {}),
    };
    const kept = rule
      ? await ask("PATCH", `/review/screening-rules/${rule.id}`, { ...body, version: rule.version })
      : await ask("POST", "/review/screening-rules", { ...body, kind });
    done(say("screening_saved"));
    if (!rule) go("service.screening.rule", { id: kept.id });
  }
  return html`<${Desk} title=${say(rule ? "screening_change" : silence ? "screening_silence" : "screening_add")}>
    <p>${say("screening_write_about")}</p>
    ${silence && html`<div class="card"><p><code dir="ltr">${silence.id}</code></p><p dir="auto">${silence.why}</p></div>
      ${silence.needs_agreement && html`<p><strong>${say("screening_two")}</strong></p>`}`}
    <${Form} act=${act} button=${say("screening_save")}>${(errors) => html`
      ${kind !== "silence" && html`
        ${!rule && html`<${Choice} name="kind" label=${say("screening_kind")} hint=${say(`screening_means_${kind}`)} value=${kind} onChange=${(event) => setKind(event.target.value)}
          options=${KINDS.map((one) => [one, say(`screening_kind_${one}`)])} />`}
        <${Choice} name="label" label=${say("screening_label")} value=${rule?.label ?? "spam"} error=${errors.label} options=${LABELS.map((one) => [one, say(`screening_label_${one}`)])} />
        ${kind === "phrases" && html`<${Choice} name="severity" label=${say("screening_severity")} value=${rule?.severity ?? "low"} error=${errors.severity}
          options=${SEVERITIES.map((one) => [one, say(`screening_severity_${one}`)])} />`}
        <${Area} name="phrases" label=${say("screening_phrases")} hint=${say("screening_phrases_hint")} required rows="6" value=${rule?.phrases.join("\n")} error=${errors.phrases} />`}
      <${Area} name="reason" label=${say("desk_reason")} hint=${say("screening_reason_hint")} required maxlength="500" value=${rule?.reason} error=${errors.reason} />`}<//>
  <//>`;
}

// One screening rule: what it would have done to recent messages, and whether it counts.
import { ask } from "../api.js";
import { Form } from "../parts/form.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Choice } from "./fields.js";
import { Trouble, useFound, useOnce } from "./lists.js";
import { Desk, holdFocus, tell } from "./shell.js";
import { Sure } from "./sure.js";
import { findZone, momentIn } from "./zone.js";

const DAYS = [7, 14, 30, 90];
const OUTCOMES = ["allow", "advise", "flag", "hold"];
const STEPS = ["written", "proposed", "activated", "retired"];
const OPEN = new Set(["draft", "proposed", "active"]);

export function ScreeningRule({ id }) {
  const path = `/review/screening-rules/${id}`;
  const { here, found: rule, said, again } = useFound(async () => (await findZone(), ask("GET", path)), id);
  const [trial, setTrial] = useState(null);
  return html`<${Desk} title=${say("screening_rule")} still>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${rule && html`<div class="card">
        <p><strong>${say(`screening_${rule.state}`)}</strong></p>
        <p>${say(`screening_kind_${rule.kind}`)} · ${say(`screening_label_${rule.label}`)}${rule.severity ? ` · ${say(`screening_severity_${rule.severity}`)}` : ""}</p>
        ${rule.kind === "silence" ? html`<p><code dir="ltr">${rule.silenced}</code></p>` : html`<ul>${rule.phrases.map((one) => html`<li key=${one} dir="auto">${one}</li>`)}</ul>`}
        <blockquote dir="auto">${rule.reason}</blockquote>
        ${STEPS.filter((step) => rule[`${step}_at`]).map((step) => html`<p key=${step} class="small" dir="auto">
          ${say(`screening_by_${step}`, { name: rule[`${step}_by`]?.display_name ?? "", at: momentIn(rule[`${step}_at`]) })}</p>`)}
      </div>
      ${me.value.role === "coordinator" && OPEN.has(rule.state) && html`<${Acts} rule=${rule} path=${path} again=${again} trial=${trial} setTrial=${setTrial} />`}`}
  <//>`;
}

function Acts({ rule, path, again, trial, setTrial }) {
  const [run, refused] = useOnce();
  const act = (verb) => run(async () => {
    try {
      await ask("POST", `${path}/${verb}`, { version: rule.version });
      tell(say("screening_done"));
    } finally {
      await again(); // as it is now, whoever did it
      holdFocus();
    }
  });
  async function tryOut({ days }) {
    setTrial(await ask("POST", `${path}/try`, { version: rule.version, days: Number(days) }));
    await again();
  }
  const mayAgree = rule.state === "proposed" && rule.proposed_by?.id !== me.value.id;
  const ready = rule.state === "draft" && rule.tried;
  return html`
    ${rule.state !== "active" && html`<h2>${say("screening_try")}</h2><p>${say("screening_try_hint")}</p>
      <${Form} act=${tryOut} button=${say("screening_try_now")}>${(errors) => html`<${Choice} name="days" label=${say("screening_days")} value="14" error=${errors.days}
        options=${DAYS.map((one) => [String(one), sayCount("screening_last_days", one)])} />`}<//>`}
    ${trial && html`<${Trial} trial=${trial} />`}
    <h2>${say("screening_acts")}</h2>
    ${rule.needs_agreement && rule.state !== "active" && html`<p><strong>${say("screening_two")}</strong></p>`}
    ${rule.state === "draft" && !rule.tried && html`<p>${say("screening_untried")}</p>`}
    ${rule.state === "proposed" && !mayAgree && html`<p>${say("screening_other_agrees")}</p>`}
    <p class="error" role="alert">${refused}</p>
    ${ready && html`<p><button class="strong" onClick=${() => act("activate")}>${say(rule.needs_agreement ? "screening_propose" : "screening_activate")}</button></p>`}
    ${mayAgree && html`<p><button class="strong" onClick=${() => act("agree")}>${say("screening_agree")}</button></p>`}
    ${rule.state === "draft" && html`<p><button onClick=${() => go("service.screening.write", { id: rule.id, rule })}>${say("screening_change")}</button></p>`}
    <${Sure} words=${say("screening_retire")} means=${say("screening_retire_means")} yes=${say("screening_retire_sure")} act=${() => act("retire")} />`;
}

/** Where in the text the rule hit. Spans count code points. */
function Marked({ one }) {
  const letters = [...one.text];
  const [from, to] = one.span;
  return html`<p class="body" dir="auto">${letters.slice(0, from).join("")}<mark>${letters.slice(from, to).join("")}</mark>${letters.slice(to).join("")}</p>`;
}

const Trial = ({ trial }) => html`<section aria-labelledby="trial"><h3 id="trial">${say("screening_trial")}</h3>
  <div role="status"><p>${sayCount("screening_looked_at", trial.looked_at)} ${sayCount("screening_hit", trial.hit)}</p>
    <p>${sayCount("screening_changed", trial.changed)}</p></div>
  <dl class="facts card">${OUTCOMES.map((one) => html`<dt key=${one}>${say(`screening_outcome_${one}`)}</dt><dd>${trial.outcomes[one] ?? 0}</dd>`)}</dl>
  ${trial.examples.length > 0 && html`<details><summary>${say("screening_examples")}</summary>
    <ul class="list">${trial.examples.map((one) => html`<li key=${one.message_id} class="card"><${Marked} one=${one} />
      <p class="small">${say("screening_now_then", { now: say(`screening_outcome_${one.outcome_now}`), then: say(`screening_outcome_${one.outcome_then}`) })}</p></li>`)}</ul></details>`}
</section>`;

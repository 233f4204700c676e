// What screening looks for here: the service's own rules, tried before they count, and those it came with.
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { say } from "../words.js";
import { Listed, query, Trouble, useFound, useList } from "./lists.js";
import { ScreeningRule } from "./screening_rule.js";
import { WriteRule } from "./screening_write.js";
import { Desk } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

const VIEWS = ["own", "shipped"];

export function Screen(props) {
  const sub = props.name.split(".")[2];
  if (sub === "rule") return html`<${ScreeningRule} key=${props.id} id=${props.id} />`;
  if (sub === "write") return html`<${WriteRule} key=${props.id} ...${props} />`;
  return html`<${Front} />`;
}

function Front() {
  const ready = useFound(findZone, "zone");
  const [view, setView] = useState("own");
  const keeps = me.value.role === "coordinator";
  return html`<${Desk} title=${say("desk_screening")}>
    <p>${say("screening_about")}</p>
    ${keeps && html`<p><button class="strong" onClick=${() => go("service.screening.write", {})}>${say("screening_add")}</button></p>`}
    <p class="choices" role="group" aria-label=${say("screening_which")}>${VIEWS.map((one) => html`<button key=${one}
      aria-pressed=${one === view ? "true" : "false"} onClick=${() => setView(one)}>${say(`screening_${one}`)}</button>`)}</p>
    <${Trouble} said=${ready.said} again=${ready.again} />
    ${ready.here && (view === "own" ? html`<${Own} />` : html`<${Shipped} keeps=${keeps} />`)}
  <//>`;
}

/** What a rule is, in a line: its words, or the rule it silences. */
const gist = (one) => (one.kind === "silence" ? one.silenced : one.phrases.join(" · "));

function Own() {
  const list = useList(query("/review/screening-rules", { limit: 50 }));
  return html`<${Listed} list=${list} none=${say("screening_none")} row=${(one) => html`<li key=${one.id}>
    <button class="row" data-urgent=${one.state === "proposed" && one.proposed_by?.id !== me.value.id ? "true" : null}
      onClick=${() => go("service.screening.rule", { id: one.id })}>
      <span class="row-title" dir="auto">${gist(one)}</span>
      <span>${say(`screening_kind_${one.kind}`)} · ${say(`screening_label_${one.label}`)}</span>
      <span class="small">${say(`screening_${one.state}`)} · ${dateOf(one.activated_at ?? one.changed_at ?? one.written_at)}</span></button></li>`} />`;
}

function Shipped({ keeps }) {
  const list = useList("/review/screening-rules/shipped?limit=50");
  return html`<p>${say("screening_shipped_about")}</p><${Listed} list=${list} none=${say("screening_none")} row=${(one) => html`<li key=${one.id} class="card">
    <h2 class="first"><code dir="ltr">${one.id}</code></h2>
    <p>${say(`screening_label_${one.label}`)} · ${say(`screening_severity_${one.severity}`)}</p>
    <p class="small" dir="auto">${one.why}</p>
    ${one.silenced_by
      ? html`<button onClick=${() => go("service.screening.rule", { id: one.silenced_by })}>${say("screening_silenced")}</button>`
      : keeps && html`<button aria-label=${say("screening_silence_long", { rule: one.id })}
          onClick=${() => go("service.screening.write", { id: one.id, silence: one })}>${say("screening_silence")}</button>`}</li>`} />`;
}

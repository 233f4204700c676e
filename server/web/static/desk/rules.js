// What each role is and is not, and what the service has decided about how people work together.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Area, Choice, linesOf, ticked, Ticks } from "./fields.js";
import { query, Trouble, useFound, whole } from "./lists.js";
import { Code, WriteCode } from "./rules_code.js";
import { Desk, done } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

/** Those with a few values to choose from; the others are numbers of days. */
const CHOICES = { peer_role_model: ["distinct", "by_consent"], team_model: ["complementary", "integrated"] };
const ENDS_CONTACTS = "distinct";

export function Screen(props) {
  const sub = props.name.split(".")[2];
  if (sub === "role") return html`<${Describe} key=${props.id} role=${props.role} />`;
  if (sub === "code") return html`<${Code} key=${props.version} version=${props.version} />`;
  if (sub === "codewrite") return html`<${WriteCode} code=${props.code} />`;
  if (sub === "decide") return html`<${Decide} key=${props.id} decision=${props.decision} />`;
  return html`<${Rules} />`;
}

const valueOf = (one) => (CHOICES[one.name] ? say(`rules_${one.value}`) : sayCount("rules_days", Number(one.value)));

function Rules() {
  const { here, found, said, again } = useFound(async () => {
    const [decisions, roles] = await Promise.all([whole("/decisions"), whole("/roles"), findZone()]);
    return { decisions, roles };
  }, "rules");
  const keeps = me.value.role === "coordinator";
  return html`<${Desk} title=${say("desk_rules")}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<h2 class="first">${say("rules_decided")}</h2>
      <ul class="list">${found.decisions.map((one) => html`<li key=${one.name} class="card">
        <h3>${say(`rules_${one.name}`)}</h3>
        <p><strong>${valueOf(one)}</strong></p>
        ${CHOICES[one.name] && html`<p>${say(`rules_${one.value}_means`)}</p>`}
        <p class="small" dir="auto">${one.since ? say("rules_since", { day: dateOf(one.since), name: one.decided_by?.display_name ?? "" }) : say("rules_default")}</p>
        ${one.reason && html`<p class="small" dir="auto">${one.reason}</p>`}
        ${keeps && html`<button aria-label=${say("rules_decide_long", { what: say(`rules_${one.name}`) })}
          onClick=${() => go("service.rules.decide", { id: one.name, decision: one })}>${say("rules_decide")}</button>`}
      </li>`)}</ul>
      <h2>${say("rules_code")}</h2><p>${say("rules_code_about")}</p>
      <button onClick=${() => go("service.rules.code")}>${say("rules_code_see")}</button>
      <h2>${say("rules_roles")}</h2>
      <ul class="list">${found.roles.map((one) => html`<li key=${one.role} class="card">
        <h3><${Role} role=${one.role} label=${one.role_label} /></h3>
        <p dir="auto">${one.summary}</p>
        <p><strong>${say("rules_does")}</strong></p><ul>${one.does.map((each) => html`<li key=${each} dir="auto">${each}</li>`)}</ul>
        <p><strong>${say("rules_does_not")}</strong></p><ul>${one.does_not.map((each) => html`<li key=${each} dir="auto">${each}</li>`)}</ul>
        <p class="small">${say("rules_version", { version: one.version })} · ${sayCount("rules_written_with", one.written_with_holders)}</p>
        ${keeps && html`<button aria-label=${say("rules_write_long", { role: say(one.role_label) })}
          onClick=${() => go("service.rules.role", { id: one.role, role: one })}>${say("rules_write")}</button>`}
      </li>`)}</ul>`}
  <//>`;
}

function Decide({ decision }) {
  const choices = CHOICES[decision.name];
  async function act({ value, reason, end }) {
    await ask("PUT", `/decisions/${decision.name}`, { value: String(value), reason, version: decision.version, end_open_contacts: Boolean(end) });
    done(say("desk_saved"));
  }
  return html`<${Desk} title=${say("rules_decide")}>
    <h2 class="first">${say(`rules_${decision.name}`)}</h2>
    ${choices?.map((one) => html`<div key=${one} class="card"><p><strong>${say(`rules_${one}`)}</strong></p><p>${say(`rules_${one}_means`)}</p></div>`)}
    <${Form} act=${act} button=${say("rules_decide")}>${(errors) => html`
      ${choices
        ? html`<${Choice} name="value" label=${say("rules_choice")} value=${decision.value} error=${errors.value} options=${choices.map((one) => [one, say(`rules_${one}`)])} />`
        : html`<${Field} name="value" type="number" min="30" max="9131" inputmode="numeric" label=${say("rules_how_long")} hint=${say("rules_how_long_hint")}
            required defaultValue=${decision.value} error=${errors.value} />`}
      <${Area} name="reason" label=${say("desk_reason")} hint=${say("rules_reason_hint")} required maxlength="2000" error=${errors.reason} />
      ${choices?.includes(ENDS_CONTACTS) && html`<p><label class="tick"><input type="checkbox" name="end" /> ${say("rules_end")}</label></p>`}`}<//>
  <//>`;
}

/** A role of the service is described together with people who hold it. */
function Describe({ role }) {
  const { here, found, said, again } = useFound(() => whole(query("/people", { role: role.role, state: "active", limit: 100 })), role.role);
  const byThemselves = role.role === "carer"; // too many to name
  async function act(values) {
    const { summary, does, does_not } = values;
    const body = { summary, does: linesOf(does), does_not: linesOf(does_not), written_with: ticked(values, "with"), version: role.version };
    await ask("PUT", `/roles/${role.role}`, body);
    done(say("desk_saved"));
  }
  return html`<${Desk} title=${say(role.role_label)}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<${Form} act=${act} button=${say("desk_save")}>${(errors) => html`
      <${Area} name="summary" label=${say("rules_summary")} required maxlength="400" value=${role.summary} error=${errors.summary} />
      <${Area} name="does" label=${say("rules_does")} hint=${say("rules_a_line")} required rows="8" value=${role.does.join("\n")} error=${errors.does} />
      <${Area} name="does_not" label=${say("rules_does_not")} hint=${say("rules_a_line")} required rows="8" value=${role.does_not.join("\n")} error=${errors.does_not} />
      ${!byThemselves && html`<${Ticks} name="with" label=${say("rules_with")} values=${[]} options=${found.map((one) => [one.id, one.display_name])} error=${errors.written_with} />`}`}<//>`}
  <//>`;
}

// One thing done about somebody's account. Each says what it means for them before it is done.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { html, useState } from "../vendored.js";
import { say } from "../words.js";
import { Area, Choice } from "./fields.js";
import { query, Trouble, useFound, whole } from "./lists.js";
import { Desk, done } from "./shell.js";
import { findZone, instant, zone } from "./zone.js";

const LOST = ["lost", "stolen", "broken", "other"];

/** What the form of each asks for, and what it sends. */
const DOES = {
  decline: { reason: true, send: (id, { reason }) => ask("POST", `/people/${id}/decline`, { reason }) },
  suspend: { reason: true, send: (id, { reason }) => ask("POST", `/people/${id}/suspend`, { reason }) },
  reinstate: { reason: true, send: (id, { reason }) => ask("POST", `/people/${id}/reinstate`, { reason }) },
  sessions: { send: (id) => ask("DELETE", `/people/${id}/sessions`) },
  factor: { fields: Lost, send: (id, { lost }) => ask("DELETE", `/people/${id}/second-factor`, { reason: lost }) },
  supervisor: { fields: Supervisors, send: (id, { supervisor_id }) => ask("PUT", `/people/${id}/supervisor`, { supervisor_id }) },
  clear: { fields: Records, send: sendRecord },
};

export function Act({ person, what, training }) {
  if (what === "role") return html`<${ChangeRole} person=${person} />`;
  const { reason, fields: Fields, send } = DOES[what];
  async function act(values) {
    await send(person.id, values, training);
    done(say(`people_did_${what}`, { name: person.display_name }));
  }
  return html`<${Desk} title=${say(`people_act_${what}`)}>
    <p dir="auto"><strong>${person.display_name}</strong></p>
    <p>${say(`people_means_${what}`)}</p>
    <${Form} act=${act} button=${say(`people_act_${what}`)}>${(errors) => html`
      ${Fields && html`<${Fields} errors=${errors} training=${training} />`}
      ${reason && html`<${Area} name="reason" label=${say("desk_reason")} hint=${say("desk_reason_hint")} required maxlength="1000" error=${errors.reason} />`}`}<//>
  <//>`;
}

function Lost({ errors }) {
  return html`<${Choice} name="lost" label=${say("desk_reason")} error=${errors.reason} options=${LOST.map((one) => [one, say(`people_factor_${one}`)])} />`;
}

function Supervisors({ errors }) {
  const { found, said, again } = useFound(() => whole(query("/people", { role: "supervisor", state: "active", limit: 100 })), "supervisors");
  return html`<${Trouble} said=${said} again=${again} />
    <${Choice} name="supervisor_id" label=${say("people_supervisor")} error=${errors.supervisor_id}
      options=${(found ?? []).map((one) => [one.id, one.display_name])} />`;
}

const recordOf = (one) => `${one.kind} ${one.training ?? ""}`;

function Records({ errors, training }) {
  const ready = useFound(findZone, "zone");
  return html`<${Trouble} said=${ready.said} again=${ready.again} />
    <${Choice} name="record" label=${say("people_record")} error=${errors.training} options=${training.map((one) => [recordOf(one), one.label])} />
    <${Field} name="valid_until" type="date" label=${say("people_valid_until")} required error=${errors.valid_until} />`;
}

async function sendRecord(id, { record, valid_until }, training) {
  const { kind, training: code } = training.find((one) => recordOf(one) === record);
  await findZone();
  const until = new Date(instant(`${valid_until}T23:59`)).toISOString();
  return ask("POST", "/rota/clearances", { person_id: id, kind, training: code, valid_until: until });
}

/** What people count on this person for must be handed over; the service says what that is. */
function ChangeRole({ person }) {
  const [counted, setCounted] = useState([]);
  const { found, said, again } = useFound(async () => ({
    roles: await whole("/roles"),
    others: (await whole(query("/people", { state: "active", limit: 100 }))).filter((one) => one.id !== person.id),
  }), person.id);

  async function act({ role, reason, ...named }) {
    const handovers = counted.map(({ conversation_id }) => ({ conversation_id, to: named[conversation_id] || null }));
    try {
      await ask("POST", `/people/${person.id}/role`, { role, reason, current_role: person.role, handovers });
    } catch (error) {
      if (error.code === "handover_needed") setCounted(error.problem.conversations);
      throw error;
    }
    done(say("people_did_role", { name: person.display_name }));
  }

  return html`<${Desk} title=${say("people_act_role")}>
    <p dir="auto"><strong>${person.display_name}</strong> · ${say(person.role_label)}</p>
    <p>${say("people_means_role")}</p>
    <${Trouble} said=${said} again=${again} />
    ${!found && !said && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<${Form} act=${act} button=${say("people_act_role")}>${(errors) => html`
      <${Choice} name="role" label=${say("people_new_role")} error=${errors.role}
        options=${found.roles.filter((one) => one.role !== person.role).map((one) => [one.role, say(one.role_label)])} />
      ${counted.map((one) => html`<${Choice} key=${one.conversation_id} name=${one.conversation_id}
        label=${say("people_handover", { title: one.title || say(one.kind) })}
        options=${[["", say("people_handover_nobody")], ...found.others.map((other) => [other.id, `${other.display_name} · ${say(other.role_label)}`])]} />`)}
      <${Area} name="reason" label=${say("desk_reason")} hint=${say("desk_reason_hint")} required maxlength="1000" error=${errors.reason} />`}<//>`}
  <//>`;
}

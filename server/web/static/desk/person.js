// One person of the service, and what can be done about their account.
import { ask } from "../api.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Badge } from "./people_badge.js";
import { Trouble, useFound, useOnce, whole } from "./lists.js";
import { Desk } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

const ON_RECORD = new Set(["carer_peer_worker", "consumer_peer_worker", "supervisor"]);
const SUPERVISED = new Set(["carer_peer_worker", "consumer_peer_worker"]);

/** What may be done, by who looks and how the account stands; the first of them is what is due. */
function acts(person) {
  if (person.id === me.value.id) return [];
  const keeps = me.value.role === "coordinator";
  if (person.state === "pending") return keeps ? ["decline"] : [];
  if (person.state === "suspended") return ["reinstate"];
  const all = keeps ? ["role", "sessions", "factor"] : [];
  if (SUPERVISED.has(person.role) && keeps) all.unshift("supervisor");
  if (ON_RECORD.has(person.role)) all.unshift("clear");
  return [...all, "suspend"];
}

export function Person({ id, person }) {
  const { here, found, said, again } = useFound(async () => {
    const keeps = me.value.role === "coordinator";
    const [one, training, supervision] = await Promise.all([
      keeps ? ask("GET", `/people/${id}`) : person,
      ON_RECORD.has(person.role) ? whole(`/people/${id}/training`).catch(() => []) : [],
      keeps && SUPERVISED.has(person.role) ? ask("GET", `/people/${id}/supervisor`) : null,
      findZone(),
    ]);
    return { one, training, supervisor: supervision?.supervisor };
  }, id);
  const [run, refused] = useOnce();
  const approve = () => run(async () => {
    await ask("POST", `/people/${id}/approve`);
    await again();
  });
  const one = found?.one ?? person;
  return html`<${Desk} title=${person.display_name}>
    <${Trouble} said=${said} again=${again} />
    <p class="error" role="alert">${refused}</p>
    <div class="card" aria-busy=${here ? null : "true"}>
      <p><${Role} role=${one.role} label=${one.role_label} /> <${Badge} state=${one.state} /></p>
      ${found && html`<p>${say("people_since", { day: dateOf(one.created_at) })}</p>
        ${one.email_verified !== undefined && html`
          <p>${say(one.email_verified ? "people_email_known" : "people_email_unknown")}</p>
          <p>${say(one.second_factor ? "people_factor_yes" : "people_factor_no")}</p>
          <p>${sayCount("people_places", one.memberships)}</p>`}
        ${found.supervisor !== undefined && SUPERVISED.has(one.role) && html`<p dir="auto">
          ${found.supervisor ? say("people_supervised_by", { name: found.supervisor.display_name }) : say("people_unsupervised")}</p>`}`}
    </div>
    ${one.state === "pending" && me.value.role === "coordinator" && html`<p>${say("people_pending_hint")}</p>
      <button class="strong" onClick=${approve}>${say("people_approve", { name: one.display_name })}</button>`}
    ${found?.training.length > 0 && html`<h2>${say("people_on_record")}</h2>
      <ul class="list">${found.training.map((record) => html`<li key=${record.kind + record.training} class="card">
        <p><strong>${record.label}</strong></p>
        <p class=${record.state === "current" ? "small" : "error"}>${say(`people_${record.state}`, { day: record.valid_until ? dateOf(record.valid_until) : "" })}</p>
      </li>`)}</ul>`}
    ${acts(one).length > 0 && html`<h2>${say("people_acts")}</h2>
      <ul class="list">${acts(one).map((what) => html`<li key=${what}>
        <button class="row" onClick=${() => go("service.people.act", { id: `${id} ${what}`, person: one, what, training: found?.training ?? [] })}>
          ${say(`people_act_${what}`)}</button></li>`)}</ul>`}
  <//>`;
}

// One gap to fill, or one shift to hand on.
import { ask } from "../api.js";
import { Role } from "../parts/role.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { query, Trouble, useFound, useOnce, whole } from "./lists.js";
import { Desk, done } from "./shell.js";
import { Sure } from "./sure.js";
import { dayIn, findZone, momentIn, timeIn } from "./zone.js";

const MOST_OFFERED = 100;

const When = ({ one }) => html`<p><strong>${dayIn(one.since)}</strong></p>
  <p>${say("rota_from_to", { from: momentIn(one.since), to: momentIn(one.until) })}</p>
  <p>${say(`rota_${one.layer}`)}</p>`;

const told = (person, one) => ({ name: person.display_name, from: momentIn(one.since), to: timeIn(one.until) });

/** Who could be on for the whole of it: the service leaves out who is not trained, not supervised, away or on already. */
export function Fill({ gap }) {
  const { here, found, said, again } = useFound(async () => {
    await findZone();
    const same = (one) => one.layer === gap.layer && one.since <= gap.until && one.until >= gap.since;
    return (await whole("/rota/gaps")).find(same) ?? null;
  }, gap.since);
  const [run, refused] = useOnce();

  const put = (person) => run(async () => {
    const { layer, since, until } = found;
    await ask("POST", "/rota/overrides", { kind: "add", layer, since, until, person_id: person.id });
    done(say("rota_filled", told(person, found)));
  });

  return html`<${Desk} title=${say("rota_fill_title")}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${here && !said && !found && html`<p role="status">${say("rota_filled_already")}</p>`}
    ${found && html`<div class="card"><${When} one=${found} /></div>
      <h2>${say("rota_who")}</h2>
      <p class="small">${say("rota_who_hint")}</p>
      <p class="error" role="alert">${refused}</p>
      ${found.could_fill.length === 0 && html`<p>${say("rota_nobody_free")}</p>`}
      <ul class="list">${found.could_fill.map((one) => html`<li key=${one.id}><button class="row" onClick=${() => put(one)}>
        <span class="row-title">${say("rota_put", { name: one.display_name })}</span>
        <${Role} role=${one.role} label=${one.role_label} /></button></li>`)}</ul>`}
  <//>`;
}

/** Take somebody off a shift, or put another in their place. What stands against the other is the service's to say. */
export function Shift({ span }) {
  const role = span.layer === "supervisor" ? "supervisor" : "carer_peer_worker";
  const { here, found, said, again } = useFound(async () => {
    await findZone();
    return (await whole(query("/people", { role, state: "active", limit: MOST_OFFERED }))).filter((one) => one.id !== span.person.id);
  }, span.since);
  const [run, refused] = useOnce();
  const { layer, since, until, person } = span;

  const change = (facts, said) => run(async () => {
    await ask("POST", "/rota/overrides", { layer, since, until, ...facts });
    done(said);
  });
  const replace = (one) =>
    change({ kind: "replace", person_id: one.id, replaced_id: person.id }, say("rota_filled", told(one, span)));
  const remove = () => change({ kind: "remove", person_id: person.id }, say("rota_taken_off", told(person, span)));

  return html`<${Desk} title=${say("rota_shift_of", { name: person.display_name })}>
    <div class="card">${here && html`<${When} one=${span} />`}</div>
    <${Trouble} said=${said} again=${again} />
    <p class="error" role="alert">${refused}</p>
    <h2>${say("rota_replace")}</h2>
    ${!here && html`<p role="status">${say("loading")}</p>`}
    <ul class="list">${(found ?? []).map((one) => html`<li key=${one.id}><button class="row" onClick=${() => replace(one)}>
      <span class="row-title">${say("rota_put", { name: one.display_name })}</span></button></li>`)}</ul>
    <h2>${say("rota_take_off")}</h2>
    <p>${say("rota_take_off_hint")}</p>
    <${Sure} words=${say("rota_take_off")} means=${say("rota_take_off_means")} yes=${say("rota_take_off_sure", { name: person.display_name })} act=${remove} />
  <//>`;
}

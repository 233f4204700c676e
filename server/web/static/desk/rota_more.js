// Shifts that somebody would hand on, and when somebody is away.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { html, useState } from "../vendored.js";
import { say } from "../words.js";
import { Choice } from "./fields.js";
import { query, Trouble, useFound, useOnce, whole } from "./lists.js";
import { Desk } from "./shell.js";
import { findZone, instant, momentIn, zone } from "./zone.js";

const ON_THE_ROTA = ["carer_peer_worker", "supervisor"];

/** Everybody who could be on the rota. */
export async function whoIsOn() {
  await findZone();
  const all = await Promise.all(ON_THE_ROTA.map((role) => whole(query("/people", { role, state: "active", limit: 100 }))));
  return all.flat();
}

export function Swaps() {
  const { here, found, said, again } = useFound(async () => {
    const [people, swaps] = await Promise.all([whoIsOn(), whole("/rota/swaps")]);
    const names = Object.fromEntries(people.map((one) => [one.id, one.display_name]));
    return swaps.map((one) => ({ ...one, from: names[one.person_id] ?? "…", to: names[one.taken_by] ?? "…" }));
  }, "swaps");
  const [run, refused] = useOnce();
  const act = (one, what) => run(async () => {
    await ask("POST", `/rota/swaps/${one.id}/${what}`);
    await again();
  });
  return html`<${Desk} title=${say("rota_swaps")}>
    <${Trouble} said=${said} again=${again} />
    <p class="error" role="alert">${refused}</p>
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found?.length === 0 && html`<p role="status">${say("rota_no_swaps")}</p>`}
    <ul class="list">${(found ?? []).map((one) => html`<li key=${one.id} class="card">
      <h2 class="first" dir="auto">${say(one.state === "taken" ? "rota_swap_taken" : "rota_swap_asked", one)}</h2>
      <p>${say(`rota_${one.layer}`)}</p>
      <p>${say("rota_from_to", { from: momentIn(one.since), to: momentIn(one.until) })}</p>
      ${one.state === "taken" && html`<button class="strong" onClick=${() => act(one, "approve")}>${say("rota_approve")}</button>`}
    </li>`)}</ul>
  <//>`;
}

/** Leave is kept on the service's clocks. What it leaves open turns red on the rota. */
export function Away() {
  const { here, found, said, again } = useFound(whoIsOn, "away");
  const [kept, setKept] = useState([]);
  const [run, refused] = useOnce();

  async function keep({ person_id, since, until }) {
    const [from, to] = [since, until].map((wall) => new Date(instant(wall)).toISOString());
    const leave = await ask("POST", "/rota/leave", { person_id, since: from, until: to });
    setKept((before) => [{ ...leave, name: found.find((one) => one.id === person_id).display_name }, ...before]);
  }
  const take = (one) => run(async () => {
    await ask("DELETE", `/rota/leave/${one.id}`);
    setKept((before) => before.filter((other) => other.id !== one.id));
  });

  return html`<${Desk} title=${say("rota_away")}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<p>${say("rota_away_hint")}</p><p class="small">${say("rota_zone", { zone: zone.value })}</p>
      <${Form} act=${keep} button=${say("rota_away_keep")}>${(errors) => html`
        <${Choice} name="person_id" label=${say("rota_away_who")} error=${errors.person_id} options=${found.map((one) => [one.id, one.display_name])} />
        <${Field} name="since" type="datetime-local" label=${say("rota_away_from")} required error=${errors.since} />
        <${Field} name="until" type="datetime-local" label=${say("rota_away_until")} required error=${errors.until} />`}<//>`}
    <p class="error" role="alert">${refused}</p>
    <ul class="list" role="status">${kept.map((one) => html`<li key=${one.id} class="card">
      <p dir="auto">${say("rota_away_kept", { name: one.name, from: momentIn(one.since), to: momentIn(one.until) })}</p>
      <button onClick=${() => take(one)}>${say("rota_away_undo")}</button></li>`)}</ul>
  <//>`;
}

// What workers carry, requests that found nobody, and a colleague for the carers of a worker who will be away.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { Role } from "../parts/role.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Choice } from "./fields.js";
import { Listed, Trouble, useFound, useList, whole } from "./lists.js";
import { Desk, tell } from "./shell.js";
import { dateOf, findZone, instant, momentIn, zone } from "./zone.js";

const hours = (minutes) => String(Math.round(minutes / 6) / 10);
const WORKERS = ["carer_peer_worker", "consumer_peer_worker"];

export function Loads() {
  const list = useList("/loads?limit=50");
  return html`<${Desk} title=${say("pairs_loads")} still>
    <p>${say("pairs_loads_about")}</p>
    ${list.items[0] && html`<p class="small">${list.items[0].week.counted}</p>`}
    <${Listed} list=${list} none=${say("pairs_no_workers")} row=${(one) => html`<li key=${one.person.id} class="card" data-urgent=${one.week.over ? "true" : null}>
      <h2 class="first" dir="auto">${one.person.display_name}</h2>
      <p><${Role} role=${one.person.role} label=${one.person.role_label} /></p>
      <dl class="facts">
        <dt>${say("pairs_load_contacts")}</dt><dd>${say("pairs_load_of", { some: one.contacts, all: one.capacity })}</dd>
        <dt>${say("pairs_load_waiting")}</dt><dd>${one.waiting}</dd>
        <dt>${say("pairs_load_week")}</dt><dd>${say("pairs_load_hours", { some: hours(one.week.minutes), all: hours(one.week.most_minutes) })}</dd>
        <dt>${say("pairs_load_after")}</dt><dd>${one.after_hours_messages}</dd>
      </dl>
      ${one.week.over && html`<p class="error">${say("pairs_load_over")}</p>`}
      <p><strong>${say(one.paused ? "pairs_load_paused" : one.takes_new ? "pairs_load_takes" : "pairs_load_full")}</strong></p>
      ${!one.windows_named && html`<p class="small">${say("pairs_load_windows")}</p>`}</li>`} />
  <//>`;
}

export function Unmet() {
  const ready = useFound(findZone, "zone");
  const list = useList("/contact-requests/unmet?limit=50");
  return html`<${Desk} title=${say("pairs_unmet")} still>
    <p>${say("pairs_unmet_about")}</p>
    <${Trouble} said=${ready.said} again=${ready.again} />
    ${ready.here && html`<${Listed} list=${list} none=${say("pairs_unmet_none")} row=${(one) => html`<li key=${one.id} class="card">
      <h2 class="first" dir="auto">${say("pairs_of_two", { carer: one.carer.display_name, worker: one.worker.display_name })}</h2>
      <p>${say(`pairs_state_${one.state}`)} · ${dateOf(one.answered_at ?? one.ended_at ?? one.created_at)}</p>
      ${one.private_reason && html`<p class="small">${say("pairs_private")}</p><blockquote dir="auto">${one.private_reason}</blockquote>`}</li>`} />`}
  <//>`;
}

/** Each carer decides for themselves, so a coordinator sees how it stands and not with whom. */
export function Cover() {
  const { found, said, again } = useFound(async () => {
    const all = await Promise.all(WORKERS.map((role) => whole(`/people?role=${role}&state=active&limit=100`)));
    await findZone();
    return all.flat();
  }, "cover");
  const list = useList("/transfers?limit=50");
  async function act({ worker_id, colleague_id, starts_at, ends_at }) {
    const [from, to] = [starts_at, ends_at].map((wall) => new Date(instant(wall)).toISOString());
    const { proposed, skipped } = await ask("POST", "/covers", { worker_id, colleague_id, starts_at: from, ends_at: to });
    tell(`${sayCount("pairs_covered", proposed)}${skipped ? ` ${sayCount("pairs_skipped", skipped)}` : ""}`);
    await list.again();
  }
  return html`<${Desk} title=${say("pairs_cover")}>
    <p>${say("pairs_cover_about")}</p>
    <${Trouble} said=${said} again=${again} />
    ${!found && !said && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<p class="small">${say("pairs_zone", { zone: zone.value })}</p>
      <${Form} act=${act} button=${say("pairs_cover_ask")}>${(errors) => html`
        <${Choice} name="worker_id" label=${say("pairs_cover_who")} error=${errors.worker_id} options=${found.map((one) => [one.id, one.display_name])} />
        <${Choice} name="colleague_id" label=${say("pairs_cover_colleague")} value=${found[1]?.id} error=${errors.colleague_id} options=${found.map((one) => [one.id, one.display_name])} />
        <${Field} name="starts_at" type="datetime-local" label=${say("pairs_cover_from")} required error=${errors.starts_at} />
        <${Field} name="ends_at" type="datetime-local" label=${say("pairs_cover_until")} required error=${errors.ends_at} />`}<//>
      <h2>${say("pairs_transfers")}</h2>
      <${Listed} list=${list} none=${say("pairs_transfers_none")} row=${(one) => html`<li key=${one.id} class="card">
        <p dir="auto"><strong>${say("pairs_transfer_of", { worker: one.worker.display_name, other: one.to_worker.display_name })}</strong></p>
        <p>${say(`pairs_transfer_${one.state}`)}</p>
        ${one.starts_at && html`<p class="small">${say("pairs_from_to", { from: momentIn(one.starts_at), to: momentIn(one.ends_at) })}</p>`}</li>`} />`}
  <//>`;
}

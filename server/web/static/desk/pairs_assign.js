// A worker for a carer who waits, or an earlier place for them. Why one goes before others is kept on record.
import { ask } from "../api.js";
import { Form } from "../parts/form.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Area, Choice, orNull } from "./fields.js";
import { Trouble, useFound, whole } from "./lists.js";
import { Desk, done } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

const Waiting = ({ one }) => html`<div class="card"><h2 class="first" dir="auto">${one.carer.display_name}</h2>
  <p class="small">${say("pairs_since", { day: dateOf(one.since) })} · ${say("pairs_place", { place: one.place, total: one.total })}</p>
  ${one.wish && html`<blockquote dir="auto">${one.wish}</blockquote>`}</div>`;

export function Assign({ waiting }) {
  const { here, found, said, again } = useFound(async () => {
    const [loads] = await Promise.all([whole("/loads?limit=100"), findZone()]);
    return loads.filter((one) => one.takes_new);
  }, waiting.id);
  async function act({ worker_id, reason }) {
    await ask("POST", `/waiting-list/${waiting.id}/assign`, { worker_id, reason: orNull(reason) });
    const worker = found.find((one) => one.person.id === worker_id).person.display_name;
    done(say("pairs_did_assign", { worker, carer: waiting.carer.display_name }));
  }
  return html`<${Desk} title=${say("pairs_assign")}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<${Waiting} one=${waiting} />
      <p>${say("pairs_assign_hint")}</p>
      ${found.length === 0 ? html`<p role="status"><strong>${say("pairs_nobody_free")}</strong></p>` : html`
        <${Form} act=${act} button=${say("pairs_ask_them")}>${(errors) => html`
          <${Choice} name="worker_id" label=${say("pairs_worker")} error=${errors.worker_id}
            options=${found.map((one) => [one.person.id, `${one.person.display_name} · ${say(one.person.role_label)} · ${sayCount("pairs_places", one.places_left)}`])} />
          <${Area} name="reason" label=${say("pairs_why_first")} hint=${say("pairs_why_first_hint")} maxlength="1000"
            required=${waiting.place > 1} error=${errors.reason} />`}<//>`}`}
  <//>`;
}

export function Forward({ waiting }) {
  const ready = useFound(findZone, "zone");
  async function act({ reason }) {
    await ask("POST", `/waiting-list/${waiting.id}/bring-forward`, { reason });
    done(say("pairs_did_forward", { carer: waiting.carer.display_name }));
  }
  return html`<${Desk} title=${say("pairs_forward")}>
    <${Trouble} said=${ready.said} again=${ready.again} />
    ${ready.here && html`<${Waiting} one=${waiting} />
      <p>${say("pairs_forward_hint")}</p>
      <${Form} act=${act} button=${say("pairs_forward")}>${(errors) => html`
        <${Area} name="reason" label=${say("desk_reason")} hint=${say("pairs_reason_kept")} required maxlength="1000" error=${errors.reason} />`}<//>`}
  <//>`;
}

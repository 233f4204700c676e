// Who must not meet one-to-one, and a consumer's consent that lifts it. Neither of the two learns that the other asked for it.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Form } from "../parts/form.js";
import { go } from "../route.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Area } from "./fields.js";
import { Listed, Trouble, useFound, useList } from "./lists.js";
import { Desk, done, holdFocus } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

const names = (wall) => ({ carer: wall.carer.display_name, worker: wall.worker.display_name });

export function Walls() {
  const ready = useFound(findZone, "zone");
  const list = useList("/walls?limit=50");
  const lift = (wall) => async () => (await ask("DELETE", `/walls/${wall.id}/consent`), await list.again(), holdFocus());
  return html`<${Desk} title=${say("pairs_walls")} still>
    <p>${say("pairs_walls_about")}</p>
    <${Trouble} said=${ready.said} again=${ready.again} />
    ${ready.here && html`<${Listed} list=${list} none=${say("pairs_walls_none")} row=${(wall) => html`<li key=${wall.id} class="card">
      <h2 class="first" dir="auto">${say("pairs_of_two", names(wall))}</h2>
      <p>${say(`pairs_wall_${wall.kind}`)}</p>
      <p class="small">${say(`pairs_wall_by_${wall.declared_by}`, { day: dateOf(wall.declared_at) })}</p>
      ${!wall.stands && html`<p><strong>${say("pairs_consent_on", { day: dateOf(wall.consent_recorded_at) })}</strong> <span dir="auto">${wall.consent_note}</span></p>
        <${Act} act=${lift(wall)} aria-label=${say("pairs_consent_back_long", names(wall))}>${say("pairs_consent_back")}<//>
        <p class="small">${say("pairs_consent_back_hint")}</p>`}
      ${wall.stands && wall.kind === "supports_the_consumer" && html`<button aria-label=${say("pairs_consent_long", names(wall))}
        onClick=${() => go("service.pairs.consent", { id: wall.id, wall })}>${say("pairs_consent")}</button>`}</li>`} />`}
  <//>`;
}

export function Consent({ wall }) {
  async function act({ note }) {
    await ask("POST", `/walls/${wall.id}/consent`, { note });
    done(say("pairs_did_consent", names(wall)));
  }
  return html`<${Desk} title=${say("pairs_consent")}>
    <div class="card"><p dir="auto"><strong>${say("pairs_of_two", names(wall))}</strong></p></div>
    <p>${say("pairs_consent_means")}</p>
    <${Form} act=${act} button=${say("pairs_consent_keep")}>${(errors) => html`
      <${Area} name="note" label=${say("pairs_consent_note")} hint=${say("pairs_consent_note_hint")} required maxlength="1000" error=${errors.note} />`}<//>
  <//>`;
}

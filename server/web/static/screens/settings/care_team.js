// The professionals a carer knows: named with a code of theirs, so that nobody can look for them here. To be named opens nothing to them.
import { ask } from "../../api.js";
import { Act } from "../../parts/act.js";
import { askAll, Asked, useAsked } from "../../parts/asked.js";
import { Field, Form } from "../../parts/form.js";
import { Role } from "../../parts/role.js";
import { html, useState } from "../../vendored.js";
import { moment } from "../../when.js";
import { say } from "../../words.js";

export function CareTeam() {
  const [found, again] = useAsked(() => askAll("/me/care-team"));
  const [said, setSaid] = useState("");
  async function name({ invite_code }, form) {
    const { person } = await ask("POST", "/me/care-team", { invite_code: invite_code.trim() });
    form.reset();
    setSaid(say("care_team_named", { name: person.display_name }));
    await again();
  }
  return html`<p>${say("care_team_about")}</p>
    <${Asked} found=${found} again=${again}>${(team) => (team.length === 0 ? html`<p>${say("care_team_none")}</p>`
      : html`<ul class="list">${team.map((one) => html`<${One} key=${one.person.id} one=${one} again=${again} />`)}</ul>`)}<//>
    <h2>${say("care_team_name")}</h2>
    <${Form} act=${name} button=${say("care_team_add")}>${(errors) => html`
      <${Field} name="invite_code" label=${say("care_team_code")} hint=${say("care_team_code_hint")} error=${errors.invite_code}
        autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="60" required />`}
    <//>
    <p role="status">${said}</p>`;
}

/** Asked twice: the notes they could read are closed to them at once. */
function One({ one: { person, since }, again }) {
  const [sure, setSure] = useState(false);
  const takeOff = async () => (await ask("DELETE", `/me/care-team/${person.id}`), await again());
  return html`<li class="card"><p><strong dir="auto">${person.display_name}</strong> <${Role} role=${person.role} label=${person.role_label} /></p>
    <p class="small">${say("care_team_since", { when: moment(since) })}</p>
    ${sure ? html`<p role="alert">${say("care_team_sure", { name: person.display_name })}</p>
        <p class="choices"><${Act} strong act=${takeOff}>${say("care_team_take_off")}<//>
          <button onClick=${() => setSure(false)}>${say("care_team_keep")}</button></p>`
      : html`<p><button onClick=${() => setSure(true)}>${say("care_team_take_off")}</button></p>`}</li>`;
}

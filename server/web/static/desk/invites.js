// Invites: how people come in. A code is shown once; the service keeps only a print of it.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../route.js";
import { html, useRef, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Area, Choice } from "./fields.js";
import { Listed, Trouble, useFound, useList, useOnce, whole } from "./lists.js";
import { Desk, holdFocus } from "./shell.js";
import { dateIn, dateOf, findZone, instant, plusDays } from "./zone.js";

const LAST_DAYS = 14;
const MOST_USES = 1000;

export function Screen({ name }) {
  return name === "service.invites.new" ? html`<${Make} />` : html`<${Invites} />`;
}

function useRoles() {
  return useFound(async () => {
    await findZone();
    const roles = await whole("/roles");
    return { roles, called: Object.fromEntries(roles.map((one) => [one.role, say(one.role_label)])) };
  }, "roles");
}

const over = (one) => one.revoked_at || one.uses >= one.max_uses || Date.parse(one.expires_at) <= Date.now();

function Invites() {
  const { found, said, again } = useRoles();
  const list = useList("/invites?limit=50");
  const [run, refused] = useOnce();
  const revoke = (one) => run(async () => {
    await ask("DELETE", `/invites/${one.id}`);
    await list.again();
  });
  return html`<${Desk} title=${say("desk_invites")}>
    <button class="strong" onClick=${() => go("service.invites.new")}>${say("invites_make")}</button>
    <p class="error" role="alert">${refused}</p>
    <${Trouble} said=${said} again=${again} />
    ${found && html`<${Listed} list=${list} none=${say("invites_none")} row=${(one) => html`<li key=${one.id} class="card">
      <h2 class="first">${found.called[one.role]}</h2>
      ${one.note && html`<p dir="auto">${one.note}</p>`}
      <p class="small">${say("invites_used", { uses: one.uses, most: one.max_uses })} · ${say("invites_until", { day: dateOf(one.expires_at) })}</p>
      ${over(one)
        ? html`<p><strong>${say(one.revoked_at ? "invites_revoked" : "invites_over")}</strong></p>`
        : html`<button aria-label=${say("invites_revoke_long", { role: found.called[one.role], day: dateOf(one.created_at) })}
            onClick=${() => revoke(one)}>${say("invites_revoke")}</button>`}
    </li>`} />`}
  <//>`;
}

function Make() {
  const { found, said, again } = useRoles();
  const [made, setMade] = useState(null);
  async function act({ role, until, max_uses, note }) {
    const expires_at = new Date(instant(`${until}T23:59`)).toISOString();
    setMade(await ask("POST", "/invites", { role, expires_at, max_uses: Number(max_uses), note: note.trim() || null }));
    holdFocus();
  }
  if (made) return html`<${Made} made=${made} called=${found.called} />`;
  return html`<${Desk} title=${say("invites_make")}>
    <${Trouble} said=${said} again=${again} />
    ${!found && !said && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<${Form} act=${act} button=${say("invites_make")}>${(errors) => html`
      <${Choice} name="role" label=${say("invites_role")} hint=${say("invites_role_hint")} value="carer" error=${errors.role}
        options=${found.roles.map((one) => [one.role, say(one.role_label)])} />
      <${Field} name="until" type="date" label=${say("invites_last_day")} required defaultValue=${plusDays(dateIn(Date.now()), LAST_DAYS)} error=${errors.expires_at} />
      <${Field} name="max_uses" type="number" min="1" max=${MOST_USES} inputmode="numeric" label=${say("invites_uses")} hint=${say("invites_uses_hint")}
        defaultValue="1" required error=${errors.max_uses} />
      <${Area} name="note" label=${say("invites_note")} hint=${say("invites_note_hint")} maxlength="500" error=${errors.note} />`}<//>`}
  <//>`;
}

function Made({ made, called }) {
  const code = useRef(null);
  const [said, setSaid] = useState("");
  async function copy() {
    try {
      await navigator.clipboard.writeText(made.code);
      setSaid(say("invites_copied"));
    } catch {
      getSelection().selectAllChildren(code.current);
      setSaid(say("invites_not_copied"));
    }
  }
  return html`<${Desk} title=${say("invites_made")}>
    <div class="card">
      <p>${called[made.role]} · ${sayCount("invites_people", made.max_uses)} · ${say("invites_until", { day: dateOf(made.expires_at) })}</p>
      <p class="code-once" ref=${code} dir="ltr">${made.code}</p>
      <p><strong>${say("invites_once")}</strong></p>
      <button class="strong" onClick=${copy}>${say("invites_copy")}</button>
      <p role="status">${said}</p>
    </div>
    <p>${say("invites_how")}</p>
  <//>`;
}

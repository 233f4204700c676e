// The code of conduct: as it is now, and its next version. Whoever uses the service agrees to that before they go on.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Area } from "./fields.js";
import { Listed, Trouble, useFound, useList, whole } from "./lists.js";
import { Desk, done } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

const paragraphs = (text) => text.split(/\n{2,}/).map((one, place) => html`<p key=${place} class="body" dir="auto">${one}</p>`);
const when = (one) => (one.created_at ? say("rules_code_since", { day: dateOf(one.created_at) }) : say("rules_code_shipped"));

export function Code({ version }) {
  const { here, found, said, again } = useFound(async () => {
    const [code, versions] = await Promise.all([
      ask("GET", `/code-of-conduct${version ? `?version=${version}` : ""}`), whole("/code-of-conduct/versions?limit=50"), findZone()]);
    return { code, versions };
  }, version);
  const now = found && !found.versions.some((one) => one.version > found.code.version);
  return html`<${Desk} title=${say("rules_code")} still>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<p class="small">${say("rules_code_version", { version: found.code.version })} · ${when(found.code)}</p>
      ${!now && html`<p><strong>${say("rules_code_old")}</strong></p>`}
      <div class="card"><h2 class="first" dir="auto">${found.code.title}</h2>${paragraphs(found.code.text)}
        <h3>${say("broken_when")}</h3>${paragraphs(found.code.confidentiality_broken_when)}</div>
      ${now && me.value.role === "coordinator" && html`<button class="strong" onClick=${() => go("service.rules.codewrite", { id: "code", code: found.code })}>${say("rules_code_write")}</button>
        <${Agreed} />`}
      ${found.versions.length > 1 && html`<h2>${say("rules_code_versions")}</h2>
        <ul class="list">${found.versions.filter((one) => one.version !== found.code.version).map((one) => html`<li key=${one.version}>
          <button class="row" onClick=${() => go("service.rules.code", { id: one.version, version: one.version, slug: one.version })}>
            <span class="row-title">${say("rules_code_version", { version: one.version })}</span><span class="small">${when(one)}</span></button></li>`)}</ul>`}`}
  <//>`;
}

/** How many agreed to the newest version, and who did not yet: somebody may have to help them in. */
function Agreed() {
  const list = useList("/code-of-conduct/agreement?limit=50");
  return html`<h2>${say("rules_code_agreed")}</h2>
    ${list.page && html`<p><strong>${sayCount("rules_code_agreed_of", list.page.active, { agreed: list.page.agreed })}</strong></p>`}
    ${list.items.length > 0 && html`<p>${say("rules_code_awaited")}</p>`}
    <${Listed} list=${list} none=${say("rules_code_all")} row=${(one) => html`<li key=${one.id} class="card">
      <p><strong dir="auto">${one.display_name}</strong> <${Role} role=${one.role} label=${one.role_label} /></p>
      <p class="small">${say("rules_code_last", { version: one.accepted_code_version })}</p></li>`} />`;
}

export function WriteCode({ code }) {
  async function act({ title, text, confidentiality_broken_when }) {
    await ask("PUT", "/code-of-conduct", { title, text, confidentiality_broken_when, version: code.version });
    done(say("rules_code_written"));
  }
  return html`<${Desk} title=${say("rules_code_write")}>
    <p><strong>${say("rules_code_means")}</strong></p>
    <p>${say("rules_code_plain")}</p>
    <${Form} act=${act} button=${say("rules_code_publish")}>${(errors) => html`
      <${Field} name="title" label=${say("rules_code_title")} required maxlength="120" defaultValue=${code.title} dir="auto" error=${errors.title} />
      <${Area} name="text" label=${say("rules_code_text")} hint=${say("rules_code_text_hint")} required maxlength="20000" rows="14" value=${code.text} error=${errors.text} />
      <${Area} name="confidentiality_broken_when" label=${say("broken_when")} hint=${say("rules_code_broken_hint")} required maxlength="4000" rows="6"
        value=${code.confidentiality_broken_when} error=${errors.confidentiality_broken_when} />`}<//>
  <//>`;
}

// Who belongs to a group, and in which standing.
import { ask } from "../api.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { html, useState } from "../vendored.js";
import { say } from "../words.js";
import { Listed, query, useList, useOnce } from "./lists.js";
import { Desk, done } from "./shell.js";

const FOUND = 10;

export function Members({ group }) {
  const list = useList(`/groups/${group.id}/members?limit=50`);
  const open = (person, state, standing) =>
    go("service.groups.member", { id: `${group.id} ${person.id}`, group, person, state, standing });
  const [q, setQ] = useState("");
  const find = (event) => {
    event.preventDefault();
    setQ(new FormData(event.target).get("who").trim());
  };
  return html`<${Desk} title=${group.name}>
    <${Listed} list=${list} none=${say("groups_nobody")} row=${({ person, state, standing }) => html`<li key=${person.id}>
      <button class="row" data-urgent=${state === "requested" ? "true" : null} onClick=${() => open(person, state, standing)}>
        <span class="row-title" dir="auto">${person.display_name}</span>
        <${Role} role=${person.role} label=${person.role_label} />
        <span class="small">${say(state === "member" ? `groups_is_${standing}` : `groups_is_${state}`)}</span>
      </button></li>`} />
    <h2>${say("groups_bring")}</h2>
    <form role="search" onSubmit=${find}>
      <p class="field"><label for="who">${say("groups_who")}</label><input id="who" name="who" type="search" maxlength="40" autocomplete="off" dir="auto" /></p>
      <button>${say("groups_find")}</button>
    </form>
    ${q && html`<${Found} q=${q} open=${open} />`}
  <//>`;
}

function Found({ q, open }) {
  const list = useList(query("/people", { q, state: "active", limit: FOUND }));
  return html`<${Listed} list=${list} none=${say("groups_nobody_found")} row=${(one) => html`<li key=${one.id}>
    <button class="row" onClick=${() => open(one, "none", "member")}><span class="row-title" dir="auto">${one.display_name}</span>
      <${Role} role=${one.role} label=${one.role_label} /></button></li>`} />`;
}

/** What can be made of them, from where they stand. */
function choices(state, standing) {
  const standings = ["member", "facilitator", "guest"].filter((one) => state !== "member" || one !== standing);
  return state === "member" || state === "requested" ? [...standings, "removed"] : standings;
}

export function Member({ group, person, state, standing }) {
  const [run, said] = useOnce();
  const put = (what) => run(async () => {
    const body = what === "removed" ? { state: "removed" } : { state: "member", standing: what };
    await ask("PUT", `/groups/${group.id}/members/${person.id}`, body);
    done(say(`groups_did_${what}`, { name: person.display_name, group: group.name }));
  });
  return html`<${Desk} title=${person.display_name}>
    <p><${Role} role=${person.role} label=${person.role_label} /></p>
    <p dir="auto">${group.name}: ${say(state === "member" ? `groups_is_${standing}` : `groups_is_${state}`)}</p>
    <p class="error" role="alert">${said}</p>
    <ul class="list">${choices(state, standing).map((what) => html`<li key=${what}><button class="row" onClick=${() => put(what)}>
      <span class="row-title">${say(`groups_put_${what}`)}</span><span class="small">${say(`groups_put_${what}_hint`)}</span></button></li>`)}</ul>
  <//>`;
}

// Who belongs to the service: found by name, role and state.
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, signal } from "../vendored.js";
import { say } from "../words.js";
import { Choice } from "./fields.js";
import { Badge } from "./people_badge.js";
import { Act } from "./person_act.js";
import { Person } from "./person.js";
import { Listed, query, useFound, useList, whole } from "./lists.js";
import { Desk } from "./shell.js";

const LISTED = 50;
const STATES = ["active", "pending", "suspended"];

/** What is searched for, `by` whom: the next person on this phone begins anew. */
const asked = signal({});

export function Screen(props) {
  const sub = props.name.split(".")[2];
  if (sub === "one") return html`<${Person} key=${props.id} ...${props} />`;
  if (sub === "act") return html`<${Act} key=${props.id} ...${props} />`;
  return html`<${People} first=${props} />`;
}

function People({ first }) {
  const by = me.value.id;
  if (asked.value.by !== by) asked.value = { by };
  if (first.state && asked.value.from !== first) asked.value = { by, from: first, state: first.state };
  const { state, role, q } = asked.value;
  const roles = useFound(() => whole("/roles"), "roles");
  const list = useList(query("/people", { state, role, q, limit: LISTED }));
  const turn = (facts) => (asked.value = { ...asked.value, ...facts });
  const find = (event) => {
    event.preventDefault();
    turn({ q: new FormData(event.target).get("q").trim() });
  };
  return html`<${Desk} title=${say("desk_people")}>
    <form role="search" onSubmit=${find}>
      <p class="field"><label for="q">${say("people_name")}</label>
        <input id="q" name="q" type="search" maxlength="40" autocomplete="off" defaultValue=${q ?? ""} dir="auto" /></p>
      <div class="side">
        <${Choice} name="state" label=${say("people_state")} value=${state ?? ""} onChange=${(event) => turn({ state: event.target.value })}
          options=${[["", say("people_any")], ...STATES.map((one) => [one, say(`people_${one}`)])]} />
        <${Choice} name="role" label=${say("people_role")} value=${role ?? ""} onChange=${(event) => turn({ role: event.target.value })}
          options=${[["", say("people_any")], ...(roles.found ?? []).map((one) => [one.role, say(one.role_label)])]} />
      </div>
      <button>${say("people_find")}</button>
    </form>
    <${Listed} list=${list} none=${say("people_none")} row=${(one) => html`<li key=${one.id}>
      <button class="row" onClick=${() => go("service.people.one", { id: one.id, person: one })}>
        <span class="row-title" dir="auto">${one.display_name}</span>
        <span><${Role} role=${one.role} label=${one.role_label} /> <${Badge} state=${one.state} /></span>
      </button></li>`} />
  <//>`;
}

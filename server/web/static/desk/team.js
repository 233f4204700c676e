// Looking after those who support carers: who would like to talk, who is called, how much each carries.
import { ask } from "../api.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Listed, Trouble, useFound, useList, useOnce } from "./lists.js";
import { Desk } from "./shell.js";
import { Alerts, Concerns } from "./team_alerts.js";
import { Loads, Shared } from "./team_shared.js";
import { Hold, Plan, Sessions } from "./team_sessions.js";
import { findZone, momentIn } from "./zone.js";

const PAGES = { alerts: Alerts, concerns: Concerns, sessions: Sessions, plan: Plan, hold: Hold, shared: Shared, loads: Loads };
const SHOWN = { coordinator: ["alerts", "concerns", "loads"], supervisor: ["alerts", "concerns", "sessions", "shared", "loads"] };

export function Screen(props) {
  const zone = useFound(findZone, "zone");
  const Page = PAGES[props.name.split(".")[2]] ?? Debriefs;
  if (!zone.here || zone.said) return html`<${Desk} title=${say("desk_team")}><${Trouble} said=${zone.said} again=${zone.again} /><//>`;
  return html`<${Page} key=${props.name} ...${props} />`;
}

function Debriefs() {
  const list = useList("/debriefs?limit=50");
  const [run, refused] = useOnce();
  const act = (one, what) => run(async () => {
    try {
      await ask("POST", `/debriefs/${one.id}/${what}`);
    } finally {
      await list.again();
    }
  });
  return html`<${Desk} title=${say("desk_team")}>
    <h2 class="first">${say("team_debriefs")}</h2>
    <p class="error" role="alert">${refused}</p>
    <${Listed} list=${list} none=${say("team_no_debriefs")} row=${(one) => html`<li key=${one.id} class="card">
      <h3 dir="auto">${one.person.display_name}</h3>
      <p><${Role} role=${one.person.role} label=${one.person.role_label} /></p>
      <p><strong>${say(`team_wish_${one.wish}`)}</strong> · ${say(`team_after_${one.source}`)}</p>
      <p class="small">${say("team_asked", { at: momentIn(one.asked_at) })}${one.due_at ? ` · ${say("team_due", { at: momentIn(one.due_at) })}` : ""}</p>
      ${one.words && html`<blockquote dir="auto">${one.words}</blockquote>`}
      ${one.taken_by && html`<p role="status">${say("team_taken", { name: one.taken_by.display_name })}</p>`}
      <${Choices} one=${one} act=${act} />
    </li>`} />
    <h2>${say("team_more")}</h2>
    <ul class="list">${SHOWN[me.value.role].map((page) => html`<li key=${page}><button class="row" onClick=${() => go(`service.team.${page}`)}>
      <span class="row-title">${say(`team_${page}`)}</span><span class="small">${say(`team_${page}_hint`)}</span></button></li>`)}</ul>
  <//>`;
}

function Choices({ one, act }) {
  if (me.value.role !== "supervisor" || one.person.id === me.value.id) return null;
  if (one.state === "open") return html`<button class="strong" onClick=${() => act(one, "take")}>${say("team_take", { name: one.person.display_name })}</button>`;
  if (one.taken_by?.id !== me.value.id) return null;
  return html`<button class="strong" onClick=${() => act(one, "done")}>${say("team_done", { name: one.person.display_name })}</button>`;
}

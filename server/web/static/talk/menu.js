// What one can do with a message: a sign of support first, then the rest.
import { openSheet } from "../parts/lazy.js";
import { REACTIONS, toggle } from "../reacting.js";
import { me, rooms } from "../store.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { among, Frame } from "./frame.js";

const MARK = 60; // characters of it, so that one sees which it is

export function Menu({ id, place, close }) {
  const message = among(rooms.value[place.id], id);
  if (!message) return null;
  const { author, body, content_warning: warning, state } = message;
  const own = author.id === me.value?.id;
  const react = (name) => (toggle(message, name), close());
  const row = (key, show, facts = {}) => html`<li><button class="row" onClick=${() => openSheet(show, { id, ...facts })}>
    ${say(key, { name: author.display_name, role: say(author.role_label) })}</button></li>`;
  return html`<${Frame} title=${own ? say("own_message") : say("message_by", { name: author.display_name })} close=${close}>
    <p class="small quote" dir="auto">${warning ? say("warned", { text: warning }) : short(body)}</p>
    ${state === "visible" && !place.ended_at && html`<div class="signs" role="group" aria-label=${say("signs")}>
      ${Object.entries(REACTIONS).map(([name, sign]) => html`<button key=${name}
        aria-pressed=${message.reactions[name]?.mine ? "true" : "false"} onClick=${() => react(name)}>
        <span aria-hidden="true">${sign}</span> <span class="small">${say(name)}</span></button>`)}</div>`}
    <ul class="list">
      ${own && !place.ended_at && row("change_message", "change")}
      ${own && row("take_back_message", "takeBack")}
      ${!own && row("report_message", "report")}
      ${!own && place.kind !== "group" && message.seq && row("report_part", "report", { from: message.seq })}
      ${!own && row("report_person", "report", { person: author })}
      ${row("about_role", "role", { role: author.role })}
    </ul>
  <//>`;
}

const short = (body) => (body.length > MARK ? `${body.slice(0, MARK)}…` : body);

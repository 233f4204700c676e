// A message. Its words are text wherever they stand: nothing a person wrote is ever read as markup.
import { REACTIONS, toggle } from "../reacting.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { timeOf } from "../when.js";
import { say, sayCount } from "../words.js";
import { Icon } from "./icons.js";
import { openSheet, Talk } from "./lazy.js";
import { Role } from "./role.js";

const QUOTED = 80; // characters of what is answered
const READ = ["visible", "held"]; // the states in which its words are here

export function Message({ message, of, answer }) {
  const { author, state } = message;
  const own = author.id === me.value?.id;
  return html`<article class="message" id=${`m-${message.id}`} data-role=${author.role} data-own=${own ? "true" : null}
    data-state=${state}>
    <header>
      <strong class="name" dir="auto">${author.display_name}</strong> ${own && html`<span class="small">(${say("you")})</span>`}
      <${Role} role=${author.role} label=${author.role_label} />
      <time class="small" datetime=${message.created_at}>${timeOf(message.created_at)}</time>
      ${message.edited_at && html`<span class="small">${say("edited")}</span>`}
    </header>
    ${of !== null && of !== undefined && html`<${Quote} of=${of} />`}
    ${READ.includes(state) ? html`<${Body} message=${message} />` : html`<p class="gone">${say(state)}</p>`}
    ${state === "held" &&
    html`<p class="held"><${Icon} name="held" /> <span><strong>${say("held")}.</strong> ${say("held_long")}</span></p>`}
    <footer>
      ${Object.entries(message.reactions).filter(([, one]) => one.count > 0).map(([name, one]) =>
        html`<button key=${name} class="reaction" aria-pressed=${one.mine ? "true" : "false"} disabled=${state !== "visible"}
          aria-label=${say("reacted", { sign: say(name), count: one.count })}
          onClick=${() => toggle(message, name)}>${REACTIONS[name] ?? ""} ${one.count}</button>`)}
      ${answer && html`<button class="plain" onClick=${answer}>${say("answer")}</button>`}
      ${READ.includes(state) && html`<button class="plain" aria-haspopup="dialog"
        aria-label=${say("more_for", { name: author.display_name })} onClick=${() => openSheet("menu", { id: message.id })}>
        <${Icon} name="more" /></button>`}
    </footer>
  </article>`;
}

function Body({ message: { content_warning: warning, body, photos, resource } }) {
  const [shown, setShown] = useState(!warning);
  return html`${warning &&
    html`<p class="warning"><${Icon} name="warning" /> <span dir="auto">${say("warned", { text: warning })}</span>
      <button aria-expanded=${shown ? "true" : "false"} onClick=${() => setShown(!shown)}>${say(shown ? "fold" : "show")}</button></p>`}
    ${shown && html`<p class="body" dir="auto">${body}</p>`}
    ${shown && photos?.length > 0 &&
    html`<${Talk} show="photos" photos=${photos}><p class="small">${sayCount("photos", photos.length)}</p><//>`}
    ${shown && resource?.gone && html`<p class="gone">${say("piece_gone")}</p>`}
    ${shown && resource && !resource.gone && html`<button class="row" dir="auto" onClick=${() => go("library.piece", { slug: resource.slug })}>
      <span class="small"><${Icon} name="piece" /> ${say("piece")}</span>
      <span class="row-title">${resource.title}</span> <span class="small">${resource.summary}</span></button>`}`;
}

function Quote({ of }) {
  const seen = of && of.state === "visible";
  const text = seen && (of.content_warning ? say("warned", { text: of.content_warning }) : shortened(of.body));
  return html`<p class="quote small" dir="auto">
    ${seen ? say("answered", { name: of.author.display_name, text }) : say("answered_gone")}
  </p>`;
}

const shortened = (body) => (body.length > QUOTED ? `${body.slice(0, QUOTED)}…` : body);

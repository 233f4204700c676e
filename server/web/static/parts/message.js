// A message. Its words are text wherever they stand: nothing a person wrote is ever read as markup.
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { timeOf } from "../when.js";
import { say, sayCount } from "../words.js";
import { Icon } from "./icons.js";
import { Role } from "./role.js";

const QUOTED = 80; // characters of what is answered
const REACTIONS = { heart: "❤️", hug: "🫂", thanks: "🙏", strength: "💪", me_too: "🤝", candle: "🕯️" };

export function Message({ message, of, answer }) {
  const { author, state } = message;
  const own = author.id === me.value?.id;
  return html`<article class="message" data-role=${author.role} data-own=${own ? "true" : null} data-state=${state}>
    <header>
      <strong class="name" dir="auto">${author.display_name}</strong> ${own && html`<span class="small">(${say("you")})</span>`}
      <${Role} role=${author.role} label=${author.role_label} />
      <time class="small" datetime=${message.created_at}>${timeOf(message.created_at)}</time>
      ${message.edited_at && html`<span class="small">${say("edited")}</span>`}
    </header>
    ${of !== null && of !== undefined && html`<${Quote} of=${of} />`}
    ${state === "visible" || state === "held" ? html`<${Body} message=${message} />` : html`<p class="gone">${say(state)}</p>`}
    ${state === "held" &&
    html`<p class="held"><${Icon} name="held" /> <span><strong>${say("held")}.</strong> ${say("held_long")}</span></p>`}
    <footer>
      ${Object.entries(message.reactions).filter(([, one]) => one.count > 0).map(([name, one]) =>
        html`<span key=${name} class="reaction">${REACTIONS[name] ?? name} ${one.count}</span>`)}
      ${answer && html`<button class="plain" onClick=${answer}>${say("answer")}</button>`}
    </footer>
  </article>`;
}

function Body({ message }) {
  const [shown, setShown] = useState(!message.content_warning);
  return html`${message.content_warning &&
    html`<p class="warning"><${Icon} name="warning" /> <span dir="auto">${say("warned", { text: message.content_warning })}</span>
      <button aria-expanded=${shown ? "true" : "false"} onClick=${() => setShown(!shown)}>${say(shown ? "fold" : "show")}</button></p>`}
    ${shown && html`<p class="body" dir="auto">${message.body}</p>`}
    ${shown && message.photos?.length > 0 && html`<p class="small">${sayCount("photos", message.photos.length)}</p>`}`;
}

function Quote({ of }) {
  const seen = of && of.state === "visible";
  const text = seen && (of.content_warning ? say("warned", { text: of.content_warning }) : shortened(of.body));
  return html`<p class="quote small" dir="auto">
    ${seen ? say("answered", { name: of.author.display_name, text }) : say("answered_gone")}
  </p>`;
}

const shortened = (body) => (body.length > QUOTED ? `${body.slice(0, QUOTED)}…` : body);

// The frame of every screen of the service's desk, and what was done said on the next one.
import { Bar } from "../parts/bar.js";
import { Nav } from "../parts/nav.js";
import { back, go, screen, turnTo } from "../route.js";
import { me, notice } from "../store.js";
import { html, useEffect } from "../vendored.js";
import { say } from "../words.js";

/** The parts of the desk by role, in the order in which they stand. */
const SECTIONS = {
  coordinator: ["rota", "people", "pairs", "invites", "groups", "lines", "library", "reports", "team", "rules", "screening", "access", "audit"],
  supervisor: ["team", "rota", "people", "library", "reports", "rules", "screening", "access"],
};

/** To a part of the desk: from there, back leads to the desk's start. */
function open(name) {
  turnTo("service");
  if (name) go(`service.${name}`);
}

const Entry = ({ name, at }) => html`<li><button class=${at ? "plain" : "row"} aria-current=${at === (name || "start") ? "page" : null}
  onClick=${() => open(name)}>${say(`desk_${name || "start"}`)}</button></li>`;

export const Sections = ({ at }) => html`<ul class="list">
  ${at !== undefined && html`<${Entry} name="" at=${at || "start"} />`}
  ${SECTIONS[me.value.role].map((name) => html`<${Entry} key=${name} name=${name} at=${at === undefined ? null : at || "start"} />`)}
</ul>`;

/** What was done is said until one goes on; what is said where one goes back to, until one goes on from there. */
function forgetSaid() {
  const { desk, kept } = notice.value ?? {};
  if (desk) notice.value = kept ? { ...notice.value, kept: false } : null;
}

/** `broad`: what is on it stands side by side where there is room. `still`: it may have nothing to press, and is scrolled itself. */
export function Desk({ title, broad, busy, still, children }) {
  const [, part = ""] = screen.value.name.split(".");
  useEffect(() => forgetSaid, [screen.value]);
  return html`<${Bar} title=${title} deep=${part !== ""} />
    <div class="desk">
      <nav class="desk-nav" aria-label=${say("desk_places")}><${Sections} at=${part} /></nav>
      <main class=${broad ? "page broad" : "page"} tabindex=${still ? "0" : null} aria-busy=${busy ? "true" : null}>${children}</main>
    </div>
    <${Nav} />`;
}

/** Where what had the focus is gone with what was done, it goes to the top of the screen. */
export const holdFocus = () =>
  requestAnimationFrame(() => document.activeElement === document.body && document.querySelector("h1")?.focus());

export const tell = (words) => (notice.value = { words, desk: true });

/** Back to where one came from, with what was done said there. */
export function done(words) {
  notice.value = { words, desk: true, kept: true };
  back();
}

// Numbers that always answer: signed out, without a connection, one tap from every screen.
import { Bar } from "../parts/bar.js";
import { Lines, Numbers } from "../parts/lines.js";
import { locked } from "../lock.js";
import { go } from "../route.js";
import { me, online } from "../store.js";
import { html, useEffect, useState } from "../vendored.js";
import { say } from "../words.js";

/** What the service or, without a connection, this phone knows; null when neither does. */
async function read() {
  try {
    const answer = await fetch("/api/v1/crisis");
    return answer.ok ? { ...(await answer.json()), kept: answer.headers.has("X-Kept") } : null;
  } catch {
    return null;
  }
}

export function Crisis() {
  const [found, setFound] = useState(undefined);
  useEffect(() => void read().then(setFound), []);
  return html`<${Bar} title=${say("crisis_title")} deep />
    <main class="page" aria-busy=${found === undefined ? "true" : null}>
      ${found === undefined && html`<p role="status">${say("loading")}</p>`}
      ${found === null && html`<p role="alert">${say("crisis_nothing")}</p>`}
      ${found && html`<${Found} found=${found} kept=${found.kept} />`}
      <p><a class="button" href="/crisis.html">${say(found ? "other_country" : "crisis_page")}</a></p>
    </main>`;
}

/** Somebody of the service, for who is signed in: one door beside the others, never before the numbers. */
const Asking = () => me.value?.role === "carer" && !locked.value &&
  html`<p><button class="strong" onClick=${() => go("alert")}>${say("ask_somebody")}</button></p>`;

/** Pages on what to do: those that this phone keeps, or all of them for whoever can ask. The numbers wait for none of it. */
function Reading({ named }) {
  const [kept, setKept] = useState([]);
  useEffect(() => {
    import("../library/pack.js").then(async ({ readPack }) => setKept((await readPack())?.pieces ?? [])).catch(() => {});
  }, []);
  const shown = named.filter((one) => (me.value && online.value) || kept.some(({ slug }) => slug === one.slug));
  return shown.length > 0 && !locked.value && html`<h2>${say("read_now")}</h2>
    <ul class="list">${shown.map(({ slug, title, language }) => html`<li key=${slug}>
      <button class="row" lang=${language} dir="auto" onClick=${() => go("library.piece", { slug })}>${title}</button></li>`)}</ul>`;
}

const Found = ({ found, kept }) => html`
  <${Numbers} numbers=${found.emergency.numbers} />
  <p class="small">${found.emergency.region_name}${found.emergency.note ? `. ${found.emergency.note}` : ""}</p>
  <${Asking} />
  ${kept && html`<p class="offline" role="status">${say("crisis_kept")}</p>`}
  <p><strong>${found.text}</strong></p>
  <h2>${say("what_to_do")}</h2>
  <ul>${found.what_to_do.map((one) => html`<li key=${one}>${one}</li>`)}</ul>
  <${Reading} named=${found.resources ?? []} />
  <h2>${say("lines")}</h2>
  <${Lines} lines=${found.helplines} kept=${kept} />
  ${!kept && !found.stale && html`<p>${duty(found)}</p>`}`;

function duty({ staffed_now: staffed, on_duty: people }) {
  if (!staffed) return say("nobody_here");
  return say("somebody_here", { names: people.map((one) => one.display_name).join(", ") });
}

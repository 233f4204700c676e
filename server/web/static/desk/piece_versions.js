// What a piece said before, what changed since, and going back to it.
import { ask } from "../api.js";
import { go } from "../route.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Listed, Trouble, useFound, useList, useOnce } from "./lists.js";
import { Desk, done } from "./shell.js";
import { dateOf } from "./zone.js";

export function Versions({ slug, version }) {
  const list = useList(`/resources/${slug}/versions?limit=20`);
  return html`<${Desk} title=${say("lib_versions")}>
    <${Listed} list=${list} none="" row=${(one) => html`<li key=${one.version}>
      <button class="row" onClick=${() => go("service.library.version", { id: `${slug} ${one.version}`, slug, number: one.version, newest: version })}>
        <span class="row-title">${say("lib_version", one)} · ${say(`lib_${one.version_state}`)}</span>
        <span class="small" dir="auto">${one.title} · ${dateOf(one.written_at)}</span></button></li>`} />
  <//>`;
}

const LINES = { "+": "added", "-": "removed" };

export function Version({ slug, number, newest }) {
  const against = number > 1 ? number - 1 : null;
  const { here, found, said, again } = useFound(
    () => (against ? ask("GET", `/resources/${slug}/versions/${number}/diff?against=${against}`) : ask("GET", `/resources/${slug}/versions/${number}`)),
    number,
  );
  const [run, refused] = useOnce();
  const restore = () => run(async () => {
    await ask("POST", `/resources/${slug}/restore`, { version: newest, number });
    done(say("lib_restored", { version: number }));
  });
  return html`<${Desk} title=${say("lib_version", { version: number })} still>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    <p class="error" role="alert">${refused}</p>
    ${number !== newest && html`<button class="strong" onClick=${restore}>${say("lib_restore")}</button>`}
    ${found && (against
      ? html`<h2>${say("lib_changed", { version: against })}</h2>
        ${found.lines.length === 0 && html`<p>${say("lib_nothing_changed")}</p>`}
        <pre class="card" dir="auto">${found.lines.map((line, place) => html`<span key=${place} class=${LINES[line[0]] ?? ""}>${line}${"\n"}</span>`)}</pre>`
      : html`<pre class="card" dir="auto">${found.body}</pre>`)}
  <//>`;
}

// What somebody put aside, and what they told the library.
import { Bar } from "../parts/bar.js";
import { go } from "../route.js";
import { online } from "../store.js";
import { html, useEffect } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";
import { Offline } from "./kept.js";
import { pack, readPack } from "./pack.js";
import { Foot, usePages } from "./pages.js";
import { Rows } from "./rows.js";

export function Bookmarks() {
  const list = usePages("/me/bookmarks?limit=20");
  useEffect(() => void (pack.value || readPack()), []);
  const kept = pack.value?.pieces.filter((one) => one.why === "bookmark") ?? [];
  const offline = !online.value && !list.first;
  return html`<${Bar} title=${say("library_bookmarks")} deep />
    <${Offline} />
    <main class="page">
      <p class="small">${say("library_bookmarks_hint")}</p>
      <${Rows} pieces=${offline ? kept : list.items} />
      ${list.first && list.items.length === 0 && html`<p>${say("library_no_bookmarks")}</p>`}
      ${!(offline && kept.length > 0) && html`<${Foot} list=${list} />`}
    </main>`;
}

export function Suggestions() {
  const list = usePages("/me/resource-suggestions?limit=20");
  return html`<${Bar} title=${say("library_suggestions")} deep />
    <${Offline} />
    <main class="page">
      <p><button class="strong" onClick=${() => go("library.suggest")}>${say("library_suggest")}</button></p>
      <ul class="list">${list.items.map((one) => html`<${Suggestion} key=${one.id} one=${one} />`)}</ul>
      ${list.first && list.items.length === 0 && html`<p>${say("library_no_suggestions")}</p>`}
      <${Foot} list=${list} />
    </main>`;
}

const Suggestion = ({ one }) => html`<li class="card">
  <p><strong>${say(`suggestion_${one.state}`)}</strong> <time class="small" datetime=${one.created_at}>${moment(one.created_at)}</time></p>
  ${one.problem && html`<p class="small">${say(`problem_${one.problem}`)}</p>`}
  <p class="body" dir="auto">${one.words}</p>
  ${one.url && html`<p class="small" dir="ltr">${one.url}</p>`}
  ${one.answer && html`<p class="quote body" dir="auto">${one.answer}</p>`}
  ${one.resource && html`<button onClick=${() => go("library.piece", { slug: one.resource })}>${say("library_the_page")}</button>`}
</li>`;

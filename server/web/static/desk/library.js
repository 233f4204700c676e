// Keeping the library: what is being written, what is due to be read again, and what readers would have different.
import { ask } from "../api.js";
import { Form } from "../parts/form.js";
import { go } from "../route.js";
import { html, useState } from "../vendored.js";
import { say } from "../words.js";
import { Area, orNull } from "./fields.js";
import { Piece } from "./piece.js";
import { Version, Versions } from "./piece_versions.js";
import { Write } from "./piece_write.js";
import { Listed, query, Trouble, useFound, useList } from "./lists.js";
import { Desk, done } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

const PAGES = { one: Piece, write: Write, versions: Versions, version: Version, due: Due, suggestions: Suggestions, answer: Answer };
const AHEAD_DAYS = 60;
const LISTED = 20;

export function Screen(props) {
  const zone = useFound(findZone, "zone");
  const Page = PAGES[props.name.split(".")[2]] ?? Front;
  if (!zone.here || zone.said) return html`<${Desk} title=${say("desk_library")}><${Trouble} said=${zone.said} again=${zone.again} /><//>`;
  return html`<${Page} key=${`${props.name} ${props.id ?? ""}`} ...${props} />`;
}

const open = (slug) => go("service.library.one", { id: slug, slug });

const Row = ({ one, small, urgent }) => html`<li><button class="row" data-urgent=${urgent ? "true" : null} onClick=${() => open(one.slug)}>
  <span class="row-title" dir="auto">${one.title}</span><span class="small">${small}</span></button></li>`;

function Front() {
  const drafts = useList(`/library/drafts?limit=${LISTED}`);
  const [q, setQ] = useState("");
  const find = (event) => {
    event.preventDefault();
    setQ(new FormData(event.target).get("q").trim());
  };
  return html`<${Desk} title=${say("desk_library")}>
    <button class="strong" onClick=${() => go("service.library.write", {})}>${say("lib_write")}</button>
    <p class="choices"><button onClick=${() => go("service.library.due")}>${say("lib_due")}</button>
      <button onClick=${() => go("service.library.suggestions")}>${say("lib_suggestions")}</button></p>
    <h2>${say("lib_making")}</h2>
    <${Listed} list=${drafts} none=${say("lib_no_drafts")} row=${(one) => html`<${Row} key=${one.slug} one=${one}
      small=${say(`lib_${one.version_state}`)} urgent=${one.version_state === "in_review"} />`} />
    <h2>${say("lib_find")}</h2>
    <form role="search" onSubmit=${find}>
      <p class="field"><label for="q">${say("lib_words")}</label><input id="q" name="q" type="search" maxlength="200" dir="auto" /></p>
      <button>${say("lib_search")}</button>
    </form>
    ${q && html`<${Found} q=${q} />`}
  <//>`;
}

function Found({ q }) {
  const list = useList(query("/resources", { q, limit: LISTED }));
  return html`<${Listed} list=${list} none=${say("lib_none")} row=${(one) => html`<${Row} key=${one.slug} one=${one} small=${one.summary} />`} />`;
}

function Due() {
  const list = useList(`/library/due?days=${AHEAD_DAYS}&limit=${LISTED}`);
  return html`<${Desk} title=${say("lib_due")}>
    <p>${say("lib_due_about")}</p>
    <${Listed} list=${list} none=${say("lib_nothing_due")} row=${(one) => html`<${Row} key=${one.slug} one=${one} urgent=${!one.current}
      small=${one.review_due ? say("lib_due_on", { day: dateOf(`${one.review_due}T12:00Z`) }) : say("lib_never_read")} />`} />
  <//>`;
}

function Suggestions() {
  const list = useList(`/resource-suggestions?state=open&limit=${LISTED}`);
  return html`<${Desk} title=${say("lib_suggestions")} still>
    <${Listed} list=${list} none=${say("lib_no_suggestions")} row=${(one) => html`<li key=${one.id} class="card">
      <p><strong>${say(one.problem ? `lib_${one.problem}` : "lib_idea")}</strong> · ${dateOf(one.created_at)}</p>
      <blockquote dir="auto">${one.words}</blockquote>
      ${one.url && html`<p dir="ltr" class="small">${one.url}</p>`}
      <p class="choices"><button class="strong" onClick=${() => go("service.library.answer", { id: one.id, suggestion: one })}>${say("lib_answer")}</button>
        ${one.resource && html`<button onClick=${() => open(one.resource)}>${say("lib_open")}</button>`}</p>
    </li>`} />
  <//>`;
}

function Answer({ suggestion }) {
  async function act({ taken, answer }) {
    await ask("POST", `/resource-suggestions/${suggestion.id}/answer`, { taken_up: Boolean(taken), answer: orNull(answer) });
    done(say("lib_answered"));
  }
  return html`<${Desk} title=${say("lib_answer")}>
    <blockquote dir="auto">${suggestion.words}</blockquote>
    <${Form} act=${act} button=${say("lib_answer")}>${(errors) => html`
      <p><label class="tick"><input type="checkbox" name="taken" /> ${say("lib_taken_up")}</label></p>
      <${Area} name="answer" label=${say("lib_answer_words")} hint=${say("lib_answer_hint")} maxlength="500" error=${errors.answer} />`}<//>
  <//>`;
}

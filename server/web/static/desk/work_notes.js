// A worker's notes on one of their one-to-ones. The carer reads them too; under the team model, and once the carer agreed, the team.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Asked, askAll, useAsked } from "../parts/asked.js";
import { html, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";

export function Notes({ conversation, carer }) {
  const [found, again] = useAsked(() => askAll(`/conversations/${conversation}/notes`), conversation);
  return html`<p>${say("notes_about", { name: carer })}</p>
    <${Write} save=${(body) => ask("POST", `/conversations/${conversation}/notes`, body)} again=${again} />
    <${Asked} found=${found} again=${again}>${(items) => html`<ul class="list">${items.map((one) => html`<${Note} key=${one.id + one.version} one=${one} again=${again} />`)}</ul>`}<//>`;
}

function Write({ save, again, before = "" }) {
  const [body, setBody] = useState(before);
  const [advice, setAdvice] = useState(null);
  async function act() {
    try {
      await save({ body: body.trim(), ...(advice && { acknowledged_advice: true }) });
    } catch (error) {
      if (error.code !== "advice_given") throw error;
      return setAdvice(error.problem.advice);
    }
    setBody("");
    setAdvice(null);
    await again();
  }
  return html`<p class="field"><label for=${`note-${before.length}`}>${say("note_write")}</label>
      <textarea id=${`note-${before.length}`} rows="4" value=${body} dir="auto"
        onInput=${(event) => (setBody(event.target.value), setAdvice(null))}></textarea></p>
    ${advice && html`<div class="advice" role="alert"><h2>${say("advice")}</h2>${advice.map((one) => html`<p key=${one.label}>${one.text}</p>`)}</div>`}
    <p><${Act} strong act=${act} disabled=${!body.trim()}>${say(advice ? "note_anyway" : "save")}<//></p>`;
}

function Note({ one, again }) {
  const [changing, setChanging] = useState(false);
  const gone = one.taken_back_at !== null;
  return html`<li class="card"><p class="small">${moment(one.created_at)}${one.edited_at ? ` · ${say("edited")}` : ""}</p>
    ${gone ? html`<p class="gone">${say("note_gone")}</p>` : changing
      ? html`<${Write} before=${one.body} save=${(body) => ask("PATCH", `/notes/${one.id}`, { ...body, version: one.version })} again=${again} />`
      : html`<p class="body" dir="auto">${one.body}</p>`}
    ${!gone && html`<p class="small">${one.agreed ? say("note_agreed", { when: moment(one.agreed_at) }) : say("note_between")}</p>
      <p class="choices"><button onClick=${() => setChanging(!changing)}>${say(changing ? "back" : "change_it")}</button>
        <${Act} act=${async () => (await ask("DELETE", `/notes/${one.id}`), await again())}>${say("note_drop")}<//></p>`}</li>`;
}

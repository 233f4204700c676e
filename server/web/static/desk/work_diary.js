// The reflective diary: three questions, one's own; a supervisor reads what is shared.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Asked, useAsked } from "../parts/asked.js";
import { Form } from "../parts/form.js";
import { html, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";

export function Diary() {
  const [found, again, set] = useAsked(() => ask("GET", "/me/diary?limit=20"));
  const more = async (data) => {
    const page = await ask("GET", `/me/diary?limit=20&cursor=${encodeURIComponent(data.next_cursor)}`);
    set({ ...page, items: [...data.items, ...page.items] });
  };
  return html`<p>${say("diary_about")}</p><${Asked} found=${found} again=${again}>${(data) => html`
    <${Entry} key=${data.items.length} questions=${data.questions} save=${(body) => ask("POST", "/me/diary", body)} again=${again} />
    <h2>${say("diary_before")}</h2>
    ${data.items.length === 0 && html`<p>${say("diary_none")}</p>`}
    <ul class="list">${data.items.map((one) => html`<${Written} key=${one.id + one.version} one=${one} questions=${data.questions} again=${again} />`)}</ul>
    ${data.next_cursor && html`<p><${Act} act=${() => more(data)}>${say("more")}<//></p>`}`}<//>`;
}

function Entry({ questions, one = {}, save, again }) {
  async function act(values) {
    await save({ happened: values.happened, helped: values.helped.trim() || null, mattered: values.mattered.trim() || null });
    await again();
  }
  const of = one.id ?? "new";
  return html`<${Form} act=${act} button=${say("save")}>${(errors) => Object.entries(questions).map(([name, question]) => html`
    <p class="field" key=${name}><label for=${`${name}-${of}`}>${question}</label>
      <textarea id=${`${name}-${of}`} name=${name} rows="3" maxlength="4000" required=${name === "happened"} dir="auto"
        defaultValue=${one[name] ?? ""}></textarea>
      ${errors[name] && html`<span class="error">${errors[name]}</span>`}</p>`)}<//>`;
}

function Written({ one, questions, again }) {
  const [changing, setChanging] = useState(false);
  const [named, setNamed] = useState(null); // what the service says about somebody who could be known
  async function share(acknowledged_advice) {
    try {
      await ask("POST", `/me/diary/${one.id}/share`, { version: one.version, acknowledged_advice });
      await again();
    } catch (error) {
      if (error.code !== "somebody_identifiable") throw error;
      setNamed(error.words);
    }
  }
  const unshare = async () => (await ask("POST", `/me/diary/${one.id}/unshare`), await again());
  const drop = async () => (await ask("DELETE", `/me/diary/${one.id}`), await again());
  const save = (body) => ask("PUT", `/me/diary/${one.id}`, { ...body, version: one.version });
  return html`<li class="card"><h3>${moment(one.created_at)}</h3>
    ${one.shared_at && html`<p class="small">${say("diary_shared", { when: moment(one.shared_at) })}</p>`}
    ${changing
      ? html`<${Entry} one=${one} questions=${questions} save=${save} again=${again} />`
      : Object.entries(questions).filter(([name]) => one[name]).map(([name, question]) => html`<p key=${name}><strong>${question}</strong><br />
          <span class="body" dir="auto">${one[name]}</span></p>`)}
    ${named && html`<div class="advice" role="alert"><p>${named}</p><p><${Act} act=${() => share(true)}>${say("diary_share_anyway")}<//></p></div>`}
    <p class="choices">
      ${one.shared_at ? html`<${Act} act=${unshare}>${say("diary_unshare")}<//>` : html`<${Act} act=${() => share(false)}>${say("diary_share")}<//>`}
      <button onClick=${() => setChanging(!changing)}>${say(changing ? "back" : "change_it")}</button>
      <${Act} act=${drop}>${say("diary_drop")}<//></p></li>`;
}

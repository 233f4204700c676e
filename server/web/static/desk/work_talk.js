// To talk about what was hard: asking for it, and what became of it.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Asked, askAll, useAsked } from "../parts/asked.js";
import { Form } from "../parts/form.js";
import { html } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";

export function Debriefs() {
  const [found, again] = useAsked(() => askAll("/debriefs"));
  async function act({ wish, words }) {
    await ask("POST", "/debriefs", { wish, words: words.trim() || null });
    await again();
  }
  const closed = async (one, verb) => (await ask("POST", `/debriefs/${one.id}/${verb}`), await again());
  return html`<p>${say("talk_about")}</p>
    <${Form} act=${act} button=${say("talk_ask")}>${() => html`
      <p class="field"><label for="wish">${say("talk_when")}</label><select id="wish" name="wish">
        <option value="soon">${say("talk_soon")}</option><option value="later">${say("talk_later")}</option></select></p>
      <p class="field"><label for="words">${say("talk_words")}</label>
        <textarea id="words" name="words" rows="3" maxlength="2000" dir="auto"></textarea></p>`}<//>
    <${Asked} found=${found} again=${again}>${(items) => html`<ul class="list">${items.map((one) => html`<li key=${one.id} class="card">
      <h2>${say(`debrief_${one.state}`, { name: one.taken_by?.display_name })}</h2>
      <p class="small">${say("debrief_asked", { when: moment(one.asked_at) })}</p>
      ${one.words && html`<p class="body" dir="auto">${one.words}</p>`}
      ${["open", "taken"].includes(one.state) && html`<p class="choices"><${Act} act=${() => closed(one, "done")}>${say("debrief_over")}<//>
        <${Act} act=${() => closed(one, "withdraw")}>${say("debrief_back")}<//></p>`}</li>`)}</ul>`}<//>`;
}

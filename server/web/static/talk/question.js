// Whose crisis it is, asked of whoever wrote: beside the conversation, never in its way. Nobody has to answer.
import { ask, words } from "../api.js";
import { Lines, Numbers } from "../parts/lines.js";
import { go } from "../route.js";
import { questions } from "../store.js";
import { html, useRef, useState } from "../vendored.js";
import { say } from "../words.js";

const OF_ALERTS = ["carer", "consumer", "child", "violence"]; // whose crisis somebody on duty can be asked about

export function Question({ question }) {
  const [answered, setAnswered] = useState(null);
  const [folded, setFolded] = useState(false);
  const [said, setSaid] = useState("");
  const [help, setHelp] = useState(question.support);
  const busy = useRef(false);
  const gone = () => (questions.value = questions.value.filter((one) => one.id !== question.id));

  async function answer(whose) {
    if (busy.current) return;
    busy.current = true;
    try {
      const found = await ask("POST", `/me/crisis-questions/${question.id}/answer`, { whose });
      setAnswered(found);
      setHelp(found.support);
      setSaid("");
    } catch (error) {
      setSaid(words(error));
      if (error.problem?.support) setHelp(error.problem.support);
    }
    busy.current = false;
  }

  const duty = () => go("alert", OF_ALERTS.includes(answered?.whose) ? { whose: answered.whose } : {});
  if (folded) return html`<button class="question" onClick=${() => setFolded(false)}>${say("question_title")}</button>`;
  return html`<section class="question" aria-labelledby=${`q-${question.id}`}>
    <h2 id=${`q-${question.id}`}>${say("question_title")}</h2>
    ${answered
      ? html`<p role="status">${answered.text}</p>
        <${Numbers} numbers=${help.emergency.numbers} /> <${Lines} lines=${help.helplines} />`
      : html`<p>${question.text}</p>
        <p class="small">${say("question_private")}</p>
        <ul class="list">${question.choices.map((one) => html`<li key=${one.whose}>
          <button class="row" onClick=${() => answer(one.whose)}>${one.text}</button></li>`)}</ul>
        <details><summary>${say("question_numbers")}</summary>
          <${Numbers} numbers=${help.emergency.numbers} /> <${Lines} lines=${help.helplines} /></details>`}
    ${said && html`<p class="error" role="alert">${said}</p>`}
    <p class="choices">
      ${question.contact_offered && html`<button class="strong" onClick=${duty}>${say("ask_duty")}</button>`}
      ${answered
        ? html`<button onClick=${() => setAnswered(null)}>${say("answer_otherwise")}</button> <button onClick=${gone}>${say("done_with")}</button>`
        : html`<button onClick=${() => setFolded(true)}>${say("question_not_now")}</button>`}
    </p>
  </section>`;
}

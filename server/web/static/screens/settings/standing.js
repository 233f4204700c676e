// What was decided about oneself, in the service's own words, and saying that it was wrong; what became of one's reports.
import { ask } from "../../api.js";
import { Act } from "../../parts/act.js";
import { Asked, useAsked } from "../../parts/asked.js";
import { Form } from "../../parts/form.js";
import { html, useState } from "../../vendored.js";
import { moment } from "../../when.js";
import { say } from "../../words.js";

const read = async () => {
  const [standing, reports] = await Promise.all([ask("GET", "/me/standing"), ask("GET", "/me/reports?limit=50")]);
  return { ...standing, reports: reports.items };
};

export function Standing() {
  const [found, again] = useAsked(read);
  return html`<p>${say("standing_about")}</p><${Asked} found=${found} again=${again}>${({ present, past, decisions, appeals, reports }) => {
    const about = (one) => ({ appeal: appeals.find((other) => other.decision_id === one.decision_id), again });
    return html`
      ${present.length + past.length + decisions.length === 0 && html`<p>${say("standing_nothing")}</p>`}
      <ul class="list">
        ${[...present, ...past].map((one) => html`<li key=${one.id} class="card">
          <h2>${one.user_message}</h2>
          ${one.words && html`<p class="body" dir="auto">${one.words}</p>`}
          <p class="small">${moment(one.imposed_at)}${one.ending ? ` · ${say(`ending_${one.ending}`)}` : ""}</p>
          <${Appeal} id=${one.decision_id} until=${one.appeal_until} ...${about(one)} /></li>`)}
        ${decisions.map((one) => html`<li key=${one.decision_id} class="card">
          <h2>${say(`decided_${one.decision}`)}</h2><p class="small">${moment(one.at)}</p>
          <${Appeal} id=${one.decision_id} until=${one.appeal_until} ...${about(one)} /></li>`)}
      </ul>
      ${reports.length > 0 && html`<h2>${say("reports_mine")}</h2><ul class="list">${reports.map((one) => html`<li key=${one.id} class="card">
        <h3>${say(one.state === "closed" && one.outcome ? `report_${one.outcome}` : `report_${one.state}`)}</h3>
        <p class="small">${moment(one.created_at)}</p>
        ${one.note && html`<p class="body" dir="auto">${one.note}</p>`}
        ${one.words && html`<blockquote dir="auto">${one.words}</blockquote>`}</li>`)}</ul>`}`;
  }}<//>`;
}

/** One appeal for each decision, within its time; somebody else decides it. */
function Appeal({ id, until, appeal, again }) {
  const [writing, setWriting] = useState(false);
  const make = async ({ words }) => (await ask("POST", `/decisions/${id}/appeal`, { words }), await again());
  const withdraw = async () => (await ask("POST", `/me/appeals/${appeal.id}/withdraw`), await again());
  if (appeal) {
    return html`<p><strong>${say(`appeal_${appeal.state}`)}</strong>
        ${appeal.state === "open" ? ` ${say("appeal_by", { when: moment(appeal.due_at) })}` : ""}</p>
      ${appeal.answer && html`<blockquote dir="auto">${appeal.answer}</blockquote>`}
      ${appeal.state === "open" && html`<p><${Act} act=${withdraw}>${say("appeal_back")}<//></p>`}`;
  }
  if (!until || new Date(until) < new Date()) return null;
  return writing
    ? html`<${Form} act=${make} button=${say("appeal_send")}>${(errors) => html`<p class="field"><label for=${`a-${id}`}>${say("appeal_words")}</label>
        <textarea id=${`a-${id}`} name="words" rows="4" maxlength="2000" required dir="auto"></textarea>
        ${errors.words && html`<span class="error">${errors.words}</span>`}</p>`}<//>`
    : html`<p><button onClick=${() => setWriting(true)}>${say("appeal_begin")}</button>
        <span class="small">${say("appeal_until", { when: moment(until) })}</span></p>`;
}

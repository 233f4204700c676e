// Appeals: somebody says that a decision was wrong, and somebody else than who took it looks again.
import { ask, words } from "../api.js";
import { Act } from "../parts/act.js";
import { Bar } from "../parts/bar.js";
import { Form } from "../parts/form.js";
import { Nav } from "../parts/nav.js";
import { back, go } from "../route.js";
import { html, useEffect, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";
import { Said } from "./review_text.js";

const PAGE = 30;
const STATES = ["open", "upheld", "overturned", "withdrawn"];
const OUTCOMES = ["upheld", "overturned"];

const about = (one) => (one.sanction ? say(`rvs_kind_${one.sanction}`) : say(`rv_decide_${one.decision}`));

export const Appeals = ({ id }) => html`<${Bar} title=${say(id ? "rva_one" : "rva_title")} deep />
  <main class="page">${id ? html`<${Appeal} key=${id} id=${id} />` : html`<${List} />`}</main><${Nav} />`;

function List() {
  const [state, setState] = useState("open");
  return html`<p class="field"><label for="rva-state">${say("rv_state")}</label>
      <select id="rva-state" onChange=${(event) => setState(event.target.value)}>${STATES.map((each) => html`
        <option key=${each} value=${each} selected=${each === state}>${say(`rva_state_${each}`)}</option>`)}</select></p>
    <${Rows} key=${state} state=${state} />`;
}

function Rows({ state }) {
  const [page, setPage] = useState(null);
  const [said, setSaid] = useState("");
  const [again, setAgain] = useState(0);
  const read = (cursor) =>
    ask("GET", `/review/appeals?${new URLSearchParams({ state, limit: PAGE, ...(cursor && { cursor }) })}`);
  useEffect(() => {
    let here = true;
    setSaid("");
    read().then((first) => here && setPage(first), (error) => here && setSaid(words(error)));
    return () => (here = false);
  }, [again]);
  async function more() {
    const next = await read(page.next_cursor);
    setPage({ ...next, items: [...page.items, ...next.items] });
  }
  if (said) return html`<p role="alert" class="error">${said} <button onClick=${() => setAgain(again + 1)}>${say("try_again")}</button></p>`;
  if (!page) return html`<p role="status">${say("loading")}</p>`;
  if (page.items.length === 0) return html`<p>${say("rva_none")}</p>`;
  return html`<ul class="list">${page.items.map((one) => html`<li key=${one.id}>
      <button class="row review-row" onClick=${() => go("review.appeal", { id: one.id })}><span class="row-title" dir="auto">${one.person.display_name}</span>
        <span>${about(one)}</span><span class="small">${say(one.closed_at ? "rva_closed" : "rva_due", { when: moment(one.closed_at ?? one.due_at) })}</span></button></li>`)}</ul>
    ${page.next_cursor && html`<${Act} act=${more}>${say("rva_more")}<//>`}`;
}

function Appeal({ id }) {
  const [one, setOne] = useState(null);
  const [said, setSaid] = useState("");
  const path = `/review/appeals/${id}`;
  async function read() {
    try {
      setOne(await ask("GET", path));
      setSaid("");
    } catch (error) {
      setSaid(words(error));
    }
  }
  useEffect(() => void read(), []);
  async function decide({ outcome, words: told, note }) {
    try {
      await ask("POST", `${path}/decide`, { outcome, words: told, note, version: one.version });
    } catch (error) {
      if (error.status === 409) await read(); // what was typed stays, and what changed is shown above it
      throw error;
    }
    back();
  }
  if (!one) return html`<p role=${said ? "alert" : "status"}>${said || say("loading")}</p>${said && html`<button onClick=${read}>${say("try_again")}</button>`}`;
  const { decided } = one;
  return html`<section class="card"><h2 dir="auto">${one.person.display_name}</h2>
      <p class="small">${say(`rva_state_${one.state}`)} · ${say(one.closed_at ? "rva_closed" : "rva_due", { when: moment(one.closed_at ?? one.due_at) })}</p>
      <h3>${say("rva_says")}</h3><blockquote dir="auto">${one.words}</blockquote></section>
    <section class="card"><h3>${say("rva_decision")}</h3><p><strong>${about(one)}</strong></p>
      <p class="small" dir="auto">${say("rva_by", { name: decided.by.display_name, when: moment(decided.at) })}
        ${decided.until && ` ${say("rv_until", { when: moment(decided.until) })}`}</p>
      ${decided.reason && html`<p>${say(`rvs_reason_${decided.reason}`)}</p>`}
      ${[decided.words, decided.note].filter(Boolean).map((text) => html`<blockquote dir="auto">${text}</blockquote>`)}
      ${one.message && html`<${Said} main message=${one.message} />`}</section>
    ${one.answer && html`<section class="card"><h3>${say("rva_answer")}</h3><p dir="auto">${one.answer}</p>
      ${one.note && html`<p class="small" dir="auto">${one.note}</p>`}</section>`}
    ${one.state === "open" && !one.may_decide && html`<p role="status">${say("rva_not_you")}</p>`}
    ${one.may_decide && html`<section class="card"><h3>${say("rva_decide")}</h3><${Form} act=${decide} button=${say("rva_send")}>${(errors) => html`
      <fieldset class="review-choices"><legend>${say("rva_outcome")}</legend>${OUTCOMES.map((each) => html`<label key=${each} class="tick">
        <input type="radio" name="outcome" value=${each} required /> ${say(`rva_${each}`)}</label>`)}</fieldset>
      ${["words", "note"].map((name) => html`<p key=${name} class="field"><label for=${`rva-${name}`}>${say(`rva_${name}`)}</label>
        <textarea id=${`rva-${name}`} name=${name} rows="3" maxlength=${name === "words" ? 2000 : 1000} required dir="auto"></textarea>
        ${errors[name] && html`<span class="error">${errors[name]}</span>`}</p>`)}`}<//></section>`}`;
}

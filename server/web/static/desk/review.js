// The moderator's desk: the cases, and beside them, where there is room, the one that is looked at.
import { Act } from "../parts/act.js";
import { Bar } from "../parts/bar.js";
import { Nav } from "../parts/nav.js";
import { go } from "../route.js";
import { html, useEffect, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { ask } from "../api.js";
import { Appeals } from "./review_appeals.js";
import { Case } from "./review_case.js";
import { cases, choose, counter, failed, filter, next, readCases, readCounter, readMore, told, undoing } from "./review_data.js";
import { About, dueIn } from "./review_words.js";

const FOCUS_MS = 150; // after the heading of the list had it
const STATES = ["", "open", "claimed", "closed"];
const QUEUES = ["", "safety", "conduct", "privacy", "pre_moderation"];

export const Screen = ({ name, id }) => (name.startsWith("review.appeal") ? html`<${Appeals} id=${id} />` : html`<${Desk} id=${id} />`);

function Desk({ id }) {
  useEffect(() => {
    readCases();
    readCounter();
  }, []);
  return html`<${Bar} title=${say(id ? "rv_case" : "rv_title")} deep=${Boolean(id)} />
    <p class="away" role="status">${told.value}</p>
    <div class="review" data-open=${id ? "true" : null}>
      <section class="review-queue" aria-label=${say("rv_queue")}><${Queue} id=${id} /></section>
      <main class="review-case">${id ? html`<${Case} key=${id} id=${id} />` : html`<p class="small">${say("rv_choose")}</p>`}</main>
    </div>
    ${undoing.value && html`<${Undo} key=${undoing.value.id} ...${undoing.value} />`}
    <${Nav} />`;
}

const Choice = ({ name, label, all }) => html`<p class="field"><label for=${`rv-${name}`}>${label}</label>
  <select id=${`rv-${name}`} onChange=${(event) => choose({ [name]: event.target.value })}>
    ${all.map((one) => html`<option key=${one} value=${one} selected=${filter.value[name] === one}>${say(`rv_${name}_${one || "all"}`)}</option>`)}
  </select></p>`;

function Queue({ id }) {
  const list = cases.value;
  return html`${counter.value && html`<p class="small">${say("rv_counter", { seen: counter.value.this_shift.severe, cap: counter.value.cap })}</p>`}
    <p class="choices"><button onClick=${() => go("review.appeals")}>${say("rva_title")}</button></p>
    <div class="review-filters"><${Choice} name="queue" label=${say("rv_about")} all=${QUEUES} />
      <${Choice} name="state" label=${say("rv_state")} all=${STATES} /></div>
    ${failed.value && html`<p role="alert" class="error">${failed.value} <button onClick=${readCases}>${say("try_again")}</button></p>`}
    ${!list && !failed.value && html`<p role="status">${say("loading")}</p>`}
    ${list?.length === 0 && html`<p>${say("rv_none")}</p>`}
    <ul class="list">${list?.map((one) => html`<li key=${one.id}><button class="row review-row" data-urgent=${one.queue === "safety" ? "true" : null}
      aria-current=${one.id === id ? "true" : null} onClick=${() => go("review.case", { id: one.id })}><${About} one=${one} />
      <span class="small">${dueIn(one)}${one.reports > 0 ? ` · ${sayCount("rv_reports", one.reports)}` : ""}</span>
      ${one.claimed_by_name && html`<strong class="small" dir="auto">${say("rv_held_by", { name: one.claimed_by_name })}</strong>`}
    </button></li>`)}</ul>
    ${next.value && html`<${Act} act=${readMore}>${say("rv_more")}<//>`}`;
}

function Undo({ id, until }) {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left());
  useEffect(() => {
    setTimeout(() => document.getElementById("rv-undo")?.focus(), FOCUS_MS);
    const timer = setInterval(() => {
      setSeconds(left());
      if (left() === 0) undoing.value = null;
    }, 500);
    return () => clearInterval(timer);
  }, []);
  async function undo() {
    await ask("POST", `/review/cases/${id}/undo`);
    undoing.value = null;
    go("review");
    go("review.case", { id });
  }
  return html`<div class="notice review-undo"><p role="status">${say("rv_decided")}</p>
    <${Act} id="rv-undo" aria-label=${say("rv_undo")} act=${undo}>${say("rv_undo")} <span aria-hidden="true">(${seconds})</span><//></div>`;
}

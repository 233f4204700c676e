// The moderator's desk: the cases, and beside them, where there is room, the one that is looked at.
import { Act } from "../parts/act.js";
import { Bar } from "../parts/bar.js";
import { Nav } from "../parts/nav.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useEffect, useState } from "../vendored.js";
import { timeOf } from "../when.js";
import { say, sayCount } from "../words.js";
import { ask } from "../api.js";
import { Appeals } from "./review_appeals.js";
import { Bulk } from "./review_bulk.js";
import { Case } from "./review_case.js";
import { cases, choose, counter, duty, failed, filter, mayBeThere, next, readCases, readCounter, readDuty, readMore, told, undoing } from "./review_data.js";
import { Ends } from "./review_ends.js";
import { Figures } from "./review_figures.js";
import { answer, key, listen, openSheet, sheet } from "./review_keys.js";
import { Mine } from "./review_mine.js";
import { About, dueIn } from "./review_words.js";

const FOCUS_MS = 150; // after the heading of the list had it
const STATES = ["", "open", "claimed", "closed"];
const QUEUES = ["", "safety", "conduct", "privacy", "pre_moderation"];
const PAGES = { appeals: Appeals, appeal: Appeals, ends: Ends, mine: Mine, bulk: Bulk, figures: Figures };

export function Screen({ name, id }) {
  useEffect(listen, []);
  useEffect(() => void (answer.value = ""), [name, id]);
  return html`<${PAGES[name.split(".")[1]] ?? Desk} id=${id} />
    <p class=${answer.value ? "notice review-said" : "away"} role="status">${answer.value}</p>
    ${sheet.value && html`<${sheet.value} />`}`;
}

function Desk({ id }) {
  useEffect(() => {
    readCases();
    readCounter().catch(() => {});
    readDuty().catch(() => {});
  }, []);
  return html`<${Bar} title=${say(id ? "rv_case" : "rv_title")} deep=${Boolean(id)} />
    <p class="away" role="status">${told.value}</p>
    <div class="review" data-open=${id ? "true" : null}>
      <section class="review-queue" aria-label=${say("rv_queue")}><${Queue} id=${id} /></section>
      <main class="review-case">${id ? html`<${Case} key=${id} id=${id} /><p class="review-narrow"><${Help} /></p>` : html`<p class="small">${say("rv_choose")}</p>`}</main>
    </div>
    ${undoing.value && html`<${Undo} key=${undoing.value.id} ...${undoing.value} />`}
    <${Nav} />`;
}

const Help = () => html`<button ...${key("help")} aria-label=${say("rvk_title")} title=${say("rvk_title")} aria-haspopup="dialog" onClick=${openSheet}>?</button>`;

const Choice = ({ name, label, all }) => html`<p class="field"><label for=${`rv-${name}`}>${label}</label>
  <select id=${`rv-${name}`} onChange=${(event) => choose({ [name]: event.target.value })}>
    ${all.map((one) => html`<option key=${one} value=${one} selected=${filter.value[name] === one}>${say(`rv_${name}_${one || "all"}`)}</option>`)}
  </select></p>`;

/** Where one is with oneself: there or not, and how much of what is hard there was. */
function Standing() {
  const mine = duty.value?.find((one) => one.person.id === me.value.id);
  const seen = counter.value;
  return html`<p class="small">${mayBeThere() && duty.value && (mine ? say("rvm_here", { when: timeOf(mine.until) }) : say("rvm_away"))}
    ${seen && ` ${say("rv_counter", { seen: seen.this_shift.severe, cap: seen.cap })}`}</p>`;
}

const Places = ({ list }) => html`<p class="choices">
  <button onClick=${() => go("review.mine")}>${say("rvm_title")}</button>
  <button onClick=${() => go("review.ends")}>${say("rve_title")}</button>
  <button onClick=${() => go("review.appeals")}>${say("rva_title")}</button>
  ${list?.some((one) => one.allowed_actions.includes("bulk")) && html`<button onClick=${() => go("review.bulk")}>${say("rvb_title")}</button>`}
  ${me.value?.role !== "moderator" && html`<button onClick=${() => go("review.figures")}>${say("rvf_title")}</button>`}
  <${Help} /></p>`;

/** What waits for the very one who looks. */
function wanted(one) {
  if (one.allowed_actions.includes("acknowledge")) return say("rv_wants_you");
  if (one.escalation && !one.escalation.acknowledged_at) return say("rv_with_supervisors");
  return one.second_opinion && one.second_opinion.asked_by !== me.value.id ? say("rv_wants_opinion") : null;
}

function Queue({ id }) {
  const list = cases.value;
  return html`<${Standing} /><${Places} list=${list} />
    <div class="review-filters"><${Choice} name="queue" label=${say("rv_about")} all=${QUEUES} />
      <${Choice} name="state" label=${say("rv_state")} all=${STATES} /></div>
    <label class="tick"><input type="checkbox" checked=${filter.value.skipped} onChange=${(event) => choose({ skipped: event.target.checked })} /> ${say("rv_skipped")}</label>
    ${failed.value && html`<p role="alert" class="error">${failed.value} <button onClick=${readCases}>${say("try_again")}</button></p>`}
    ${!list && !failed.value && html`<p role="status">${say("loading")}</p>`}
    ${list?.length === 0 && html`<p>${say("rv_none")}</p>`}
    <ul class="list">${list?.map((one) => html`<li key=${one.id}><button class="row review-row" data-urgent=${one.queue === "safety" ? "true" : null}
      aria-current=${one.id === id ? "true" : null} onClick=${() => (one.id === id ? document.getElementById("rv-head")?.focus() : go("review.case", { id: one.id }))}><${About} one=${one} />
      <span class="small">${dueIn(one)}${one.reports > 0 ? ` · ${sayCount("rv_reports", one.reports)}` : ""}</span>
      ${wanted(one) && html`<strong class="small">${wanted(one)}</strong>`}
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
      if (left() > 0) return;
      // Whoever still stood on the button goes on from the top, not from nowhere.
      if (document.activeElement?.id === "rv-undo") document.querySelector("h1").focus();
      undoing.value = null;
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
    <${Act} id="rv-undo" ...${key("undo")} aria-label=${say("rv_undo")} act=${undo}>${say("rv_undo")} <span aria-hidden="true">(${seconds})</span><//></div>`;
}

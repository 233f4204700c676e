// One case: its words and what stands around them, in whose hands it is, and what one may do with it.
import { ask, words } from "../api.js";
import { Act } from "../parts/act.js";
import { Form } from "../parts/form.js";
import { back } from "../route.js";
import { me } from "../store.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say, sayCount } from "../words.js";
import { heard, readCases, readCounter } from "./review_data.js";
import { Decide } from "./review_decide.js";
import { Loop, Settle } from "./review_ends.js";
import { key } from "./review_keys.js";
import { Reports } from "./review_reports.js";
import { Said } from "./review_text.js";
import { About, dueIn, labelled } from "./review_words.js";

const FOCUS_MS = 50; // once what was done is drawn
const KEPT_MS = 120_000; // how often work on a case that one has in hand is told; its claim lasts ten minutes
const SKIPS = ["", "too_close", "not_now", "conflict_of_interest", "other"];
const WATCHED = ["state", "version", "claimed_by", "reports", "pending", "second_opinion", "escalation", "whose", "loop"];
const count = () => readCounter().catch(() => {}); // what it says is said again with the next case

/** What had the focus went with what was done: on from the place of what came instead. */
const goOn = (id) => setTimeout(() => document.activeElement === document.body && document.getElementById(id)?.focus(), FOCUS_MS);

export function Case({ id }) {
  const [one, setOne] = useState(null);
  const [said, setSaid] = useState("");
  const [pause, setPause] = useState(null);
  const seen = useRef({ shown: false, at: 0, mine: false });
  const path = `/review/cases/${id}`;
  const mine = one?.claimed_by === me.value?.id;
  seen.current.mine = mine;

  /** Anew; what one asked to see once stays seen. */
  async function read() {
    seen.current.at = Date.now();
    try {
      setOne(await (seen.current.shown ? ask("POST", `${path}/reveal`, {}) : ask("GET", path)));
      setSaid("");
    } catch (error) {
      setSaid(words(error));
    }
  }
  async function reveal(anyway) {
    try {
      setOne(await ask("POST", `${path}/reveal`, { anyway }));
      seen.current.shown = true;
      setPause(null);
      goOn("rv-words");
    } catch (error) {
      if (error.code !== "time_for_a_pause" && error.code !== "enough_for_today") throw error;
      setPause(error);
      goOn("rv-pause");
    }
    count();
  }
  async function step(name, body) {
    try {
      await ask("POST", `${path}/${name}`, body);
    } catch (error) {
      if (error.status === 409) await read();
      throw error;
    }
    await read();
    goOn("rv-head");
  }

  useEffect(() => void read().then(count), []);
  useEffect(() => {
    const active = () => seen.current.mine && Date.now() - seen.current.at > KEPT_MS && read();
    document.addEventListener("keydown", active);
    document.addEventListener("pointerdown", active);
    return () => {
      document.removeEventListener("keydown", active);
      document.removeEventListener("pointerdown", active);
      // Not to be heard does no harm: the claim runs out by itself.
      if (seen.current.mine && me.value) ask("POST", `${path}/release`).catch(() => {});
    };
  }, []);
  const news = heard.value[id];
  useEffect(() => {
    if (news && one && WATCHED.some((name) => JSON.stringify(news[name]) !== JSON.stringify(one[name]))) read();
  }, [news]);

  if (!one) return html`<p role=${said ? "alert" : "status"}>${said || say("loading")}</p>
    ${said && html`<button onClick=${read}>${say("try_again")}</button>`}`;
  const may = (name) => one.allowed_actions.includes(name);
  const choices = one.allowed_actions.filter((name) => name.startsWith("decide:")).map((name) => name.slice(7));
  return html`<section class="card review-head"><h2 id="rv-head" tabindex="-1"><${About} one=${one} /></h2>
      <p class="small">${dueIn(one)} · ${sayCount("rv_reports", one.reports)}</p>
      <p role="status">${one.claimed_by ? (mine ? say("rv_mine") : say("rv_held_by", { name: one.claimed_by_name })) : ""}
        ${one.pending ? ` ${say("rv_pending")}` : ""}${one.escalation && !one.escalation.acknowledged_at ? ` ${say("rv_with_supervisors")}` : ""}</p>
      ${said && html`<p role="alert" class="error">${said}</p>`}
      <p class="choices">
        ${may("acknowledge")
          ? html`<${Act} key="acknowledge" strong ...${key("claim")} act=${() => step("acknowledge")}>${say("rv_acknowledge")}<//>`
          : may("claim") && !mine && html`<${Act} key="claim" strong ...${key("claim")} act=${() => step("claim")}>${say("rv_claim")}<//>`}
        ${may("release") && mine && html`<${Act} key="release" act=${() => step("release")}>${say("rv_release")}<//>`}
      </p></section>
    ${one.loop && html`<section class="card"><h3>${say(one.loop.done_at ? "rve_after" : "rve_open_end")}</h3><${Loop} loop=${one.loop} />
      ${!one.loop.done_at && html`<details><summary>${say("rve_settle")}</summary><${Settle} id=${id} settled=${async () => { await read(); goOn("rv-head"); }} /></details>`}</section>`}
    ${one.blurred && html`<section class="card"><p>${one.in_short}</p><p class="small">${say("rv_covered_long")}</p>
      ${pause
        ? html`<p role="alert" id="rv-pause" tabindex="-1">${pause.words}</p>${pause.problem.paused_until && html`<p>${say("rv_until", { when: moment(pause.problem.paused_until) })}</p>`}
          <p class="choices"><button class="strong" onClick=${back}>${say("rv_leave_it")}</button>
          <${Act} act=${async () => { await ask("POST", "/debriefs", { wish: "soon" }); setPause({ ...pause, words: say("rv_debrief_asked") }); }}>${say("rv_debrief")}<//>
          ${pause.problem.may_look_anyway && html`<${Act} act=${() => reveal(true)}>${say("rv_anyway")}<//>`}</p>`
        : html`<${Act} ...${key("show")} act=${() => reveal(false)}>${say("rv_reveal")}<//>`}</section>`}
    ${one.word && html`<p role="status">${one.word}</p>`}
    <${Words} one=${one} id=${id} />
    <${Facts} one=${one} read=${read} />
    ${choices.length > 0 && html`<${Decide} id=${id} one=${one} choices=${choices} read=${read} claim=${may("claim") && !mine ? () => step("claim") : null}
      decided=${() => (seen.current.mine = false)} />`}
    ${may("second_opinion") && html`<${Ask} name="opinion" act=${({ note }) => step("second-opinion", { note })} />`}
    ${may("escalate") && html`<${Ask} name="escalate" act=${({ note }) => step("escalate", { note })} />`}
    ${may("skip") && html`<details class="card"><summary ...${key("skip")}>${say("rv_skip")}</summary><p class="small">${say("rv_skip_long")}</p>
      <${Form} button=${say("rv_skip")} act=${async ({ reason }) => { await ask("POST", `${path}/skip`, { reason: reason || null }); seen.current.mine = false; readCases(); back(); }}>${() => html`
        <p class="field"><label for="rv-skip">${say("rv_skip_why")}</label><select id="rv-skip" name="reason">
          ${SKIPS.map((why) => html`<option key=${why} value=${why}>${say(`rv_skip_${why || "unsaid"}`)}</option>`)}</select></p>`}<//></details>`}`;
}

const Ask = ({ name, act }) => html`<details class="card"><summary ...${name === "opinion" ? key("opinion") : null}>${say(`rv_${name}`)}</summary>
  <${Form} act=${act} button=${say(`rv_${name}`)}>${() => html`<p class="field"><label for=${`rv-${name}`}>${say("rv_ask_note")}</label>
    <textarea id=${`rv-${name}`} name="note" rows="3" maxlength="1000" required dir="auto"></textarea></p>`}<//></details>`;

const Words = ({ one, id }) => html`<section id="rv-words" tabindex="-1" aria-label=${say("rv_words")} class="review-words">
  ${one.context.before.map((each) => html`<${Said} key=${each.id} message=${each} />`)}
  ${one.message && html`<${Said} main message=${one.message} flags=${one.flags} caseId=${id} />`}
  ${one.context.after.map((each) => html`<${Said} key=${each.id} message=${each} />`)}
  ${one.stretches.map((part) => part.messages.map((each) => html`<${Said} main key=${each.id} message=${each} caseId=${id} />`))}
</section>`;

const Facts = ({ one, read }) => html`<section class="card"><h3>${say("rv_why")}</h3><ul>
    ${one.flags.filter((flag) => flag.source === "screening").map((flag) => html`<li key=${`${flag.rule} ${flag.span}`}>${labelled([flag.label])}
      ${flag.rule && html` <span class="small">${say("rv_rule", { rule: flag.rule })}</span>`}</li>`)}</ul>
  <${Reports} one=${one} read=${read} />
  ${one.opinions.map((each) => html`<p key=${each.asked_at} dir="auto">${say("rv_opinion_asked", { text: each.note })}</p>`)}
  ${one.escalation?.note && html`<p dir="auto">${say("rv_called", { text: one.escalation.note })}</p>`}
  <h3>${say("rv_author")}</h3>
  <p dir="auto">${one.context.author.person.display_name}</p>
  <p class="small">${say("rv_since", { when: moment(one.context.author.account_since) })} ${sayCount("rv_removed", one.context.author.removed_in_90_days)}</p>
  ${one.context.author.earlier_decisions.length > 0 && html`<h3>${say("rv_earlier")}</h3><ul>${one.context.author.earlier_decisions.map((each) => html`
    <li key=${each.created_at}>${say(`rv_decide_${each.decision}`)} <span class="small">${moment(each.created_at)}</span></li>`)}</ul>`}
</section>`;

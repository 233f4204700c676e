// What the desk asks of whoever sits at it: when they are there, what they looked at, and what stays covered.
import { ask, words } from "../api.js";
import { Act } from "../parts/act.js";
import { Bar } from "../parts/bar.js";
import { Form } from "../parts/form.js";
import { Nav } from "../parts/nav.js";
import { me } from "../store.js";
import { html, useEffect, useState } from "../vendored.js";
import { moment, timeOf } from "../when.js";
import { say, sayCount } from "../words.js";
import { Trouble, useFound, useOnce } from "./lists.js";
import { counter, duty, mayBeThere, readCounter, readDuty, resting } from "./review_data.js";

const HOUR_MS = 3_600_000;
const LENGTHS = [1, 2, 3, 4, 6, 8];
const USUAL = 4;
const BLURS = ["severe", "all"];
const SPANS = ["this_shift", "today", "last_7_days"];

export const Mine = () => html`<${Bar} title=${say("rvm_title")} deep />
  <main class="page">${mayBeThere() && html`<${Duty} />`}<${Looked} /><${Covered} /></main><${Nav} />`;

function Duty() {
  const [said, setSaid] = useState("");
  const read = () => readDuty().then(() => setSaid(""), (error) => setSaid(words(error)));
  useEffect(() => void read(), []);
  const begin = async (until) => {
    await ask("PUT", "/review/duty", { until });
    resting.value = null;
    await read();
  };
  const end = async (rest) => {
    await ask("DELETE", "/review/duty");
    resting.value = rest;
    await read();
  };
  const all = duty.value;
  const mine = all?.find((one) => one.person.id === me.value.id);
  const others = all?.filter((one) => one !== mine) ?? [];
  const rest = !mine && resting.value && new Date(resting.value) > Date.now() ? resting.value : null;
  return html`<section class="card"><h2>${say("rvm_desk")}</h2>
    <${Trouble} said=${said} again=${read} />
    ${!all && !said && html`<p role="status">${say("loading")}</p>`}
    ${all && html`<p role="status"><strong>${mine ? say("rvm_here", { when: timeOf(mine.until) }) : say(rest ? "rvm_resting" : "rvm_away")}</strong></p>
      ${mine && html`<p class="small">${say("rvm_rest_hint")}</p>
        <p class="choices"><${Act} act=${() => end(mine.until)}>${say("rvm_rest")}<//><${Act} act=${() => end(null)}>${say("rvm_end")}<//></p>`}
      ${rest && html`<p class="choices"><${Act} strong act=${() => begin(rest)}>${say("rvm_back", { when: timeOf(rest) })}<//>
        <${Act} act=${() => end(null)}>${say("rvm_end")}<//></p>`}
      ${!mine && !rest && html`<${Form} button=${say("rvm_begin")} act=${({ hours }) => begin(new Date(Date.now() + hours * HOUR_MS).toISOString())}>${(errors) => html`
        <p class="field"><label for="rvm-hours">${say("rvm_hours")}</label><select id="rvm-hours" name="hours">
          ${LENGTHS.map((hours) => html`<option key=${hours} value=${hours} selected=${hours === USUAL}>${sayCount("rvs_hours", hours)}</option>`)}</select>
          ${errors.until && html`<span class="error">${errors.until}</span>`}</p>`}<//>`}
      <h3>${say("rvm_others")}</h3>
      ${others.length === 0 ? html`<p>${say("rvm_nobody")}</p>` : html`<ul>${others.map(({ person, until, every_group }) => html`<li key=${person.id} dir="auto">${person.display_name}
        <span class="small"> ${say(every_group ? "rvm_until" : "rvm_until_groups", { when: timeOf(until) })}</span></li>`)}</ul>`}`}</section>`;
}

const askedFor = async () => (await ask("GET", "/debriefs?limit=20")).items.find((one) => ["open", "taken"].includes(one.state) && one.person.id === me.value.id);

function Looked() {
  const seen = useFound(readCounter, "exposure");
  const talk = useFound(askedFor, "debriefs");
  const mayAsk = me.value.role !== "coordinator";
  const one = counter.value;
  return html`<section class="card"><h2>${say("rvm_looked")}</h2>
    <${Trouble} said=${seen.said} again=${seen.again} />
    ${!one && !seen.said && html`<p role="status">${say("loading")}</p>`}
    ${one && html`<p role="status"><strong>${standing(one)}</strong></p>
      ${one.rest_suggested && !one.paused_until && !one.enough_for_today && html`<p>${say("rvm_rest_now")}</p>`}
      <dl class="review-counts">${SPANS.map((span) => html`<div key=${span}><dt>${say(`rvm_${span}`)}</dt>
        <dd>${sayCount("rvm_severe", one[span].severe)} · ${sayCount("rvm_ordinary", one[span].ordinary)}</dd></div>`)}</dl>
      <p class="small">${say("rvm_private")}</p>
      ${mayAsk && talk.found && html`<p>${say("rvm_asked", { when: moment(talk.found.asked_at) })}</p>`}
      ${mayAsk && talk.here && !talk.found && html`${one.debrief_offered && html`<p>${say("rvm_offered")}</p>`}
        <p class="choices"><${Act} act=${async () => { await ask("POST", "/debriefs", { wish: "soon" }); await talk.again(); }}>${say("rv_debrief")}<//></p>`}`}</section>`;
}

function standing(one) {
  if (one.enough_for_today) return say("rvm_enough");
  if (one.paused_until) return say("rvm_pause", { when: timeOf(one.paused_until) });
  return sayCount("rvm_left", one.severe_left);
}

function Covered() {
  const kept = useFound(() => ask("GET", "/me/desk-preferences"), "blur");
  const [run, refused] = useOnce();
  const [wish, setWish] = useState(null); // as pressed, until the service has answered
  const [done, setDone] = useState(false);
  async function choose(blur) {
    setWish(blur);
    setDone(false);
    const went = await run(() => ask("PATCH", "/me/desk-preferences", { blur }));
    await kept.again(); // what holds is what the service says
    setWish(null);
    setDone(went);
  }
  return html`<section class="card"><h2>${say("rvm_covered")}</h2>
    <${Trouble} said=${kept.said} again=${kept.again} />
    ${kept.found && html`<fieldset><legend class="away">${say("rvm_covered")}</legend>${BLURS.map((blur) => html`<label key=${blur} class="tick">
      <input type="radio" name="blur" value=${blur} checked=${(wish ?? kept.found.blur) === blur} onChange=${() => choose(blur)} /> ${say(`rvm_blur_${blur}`)}</label>`)}</fieldset>
      <p class="error" role="alert">${refused}</p><p class="small" role="status">${done ? say("rvm_kept") : ""}</p>`}</section>`;
}

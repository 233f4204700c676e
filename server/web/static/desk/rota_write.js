// A draft of a rota: who is on at what times, by turns. It changes nothing until it is published.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../route.js";
import { html, useRef, useState } from "../vendored.js";
import { say } from "../words.js";
import { Choice, ticked, Ticks } from "./fields.js";
import { Trouble, useFound } from "./lists.js";
import { whoIsOn } from "./rota_more.js";
import { DAYS, dayName, daysOf, onDays } from "./rota_rules.js";
import { Desk, done } from "./shell.js";
import { dateIn, findZone, instant, plusDays, wallOf, weekday, zone } from "./zone.js";

const LAYERS = ["primary", "backup", "supervisor"];
const TURNS = ["occurrence", "day", "week"];
const ROLE_OF = { primary: "carer_peer_worker", backup: "carer_peer_worker", supervisor: "supervisor" };

const nextMonday = () => {
  const today = dateIn(Date.now());
  return plusDays(today, 7 - weekday(today));
};

/** `from`: the rota it begins as a copy of; `draft`: that one is a draft, and is written anew. */
export function WritePlan({ from, draft }) {
  const { here, found, said, again } = useFound(async () => {
    await findZone();
    const [people, source] = await Promise.all([whoIsOn(), from ? ask("GET", `/rota/shifts/${from}`) : null]);
    return { people, source: source ?? { kind: "regular", rules: [], opening: [] } };
  }, from);
  return html`<${Desk} title=${say(draft ? "plan_edit" : "plan_make")}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<${Writing} key=${from} ...${found} draft=${draft} />`}
  <//>`;
}

function Writing({ people, source, draft }) {
  const next = useRef(source.rules.length + source.opening.length);
  const [rules, setRules] = useState(source.rules.map((rule, number) => ({ ...rule, number })));
  const [opening, setOpening] = useState(source.opening.map((one, place) => ({ ...one, number: source.rules.length + place })));
  const [kind, setKind] = useState(draft ? source.kind : "regular");

  function add() {
    const number = next.current++;
    setRules([...rules, { number, layer: "primary", turn: "occurrence", zone: zone.value, starts: `${nextMonday()}T22:00`, minutes: 480, rrule: "FREQ=DAILY", people: [] }]);
    requestAnimationFrame(() => document.getElementById(`layer-${number}`)?.focus());
  }

  function open() {
    const number = next.current++;
    setOpening([...opening, { number, zone: zone.value, starts: `${nextMonday()}T08:00`, minutes: 720, rrule: "FREQ=DAILY" }]);
    requestAnimationFrame(() => document.getElementById(`time-${number}`)?.focus());
  }

  async function act(values) {
    const moment = (wall) => new Date(instant(wall)).toISOString();
    const body = {
      kind, starts_at: moment(values.starts_at), ends_at: kind === "temporary" ? moment(values.ends_at) : null,
      rules: rules.map((rule) => shiftOf(rule, values)), opening: opening.map((one) => timesOf(one, values, "plan_open_incomplete")),
    };
    const plan = draft
      ? await ask("PUT", `/rota/shifts/${draft}`, { ...body, version: source.version })
      : await ask("POST", "/rota/shifts", body);
    done(say("plan_saved"));
    if (!draft) go("service.rota.plan", { id: plan.id });
  }

  return html`<p>${say("plan_write_about")}</p><p class="small">${say("rota_zone", { zone: zone.value })}</p>
    <${Form} act=${act} button=${say("plan_save")}>${(errors) => html`
      <${Choice} name="kind" label=${say("plan_kind")} value=${kind} options=${["regular", "temporary"].map((one) => [one, say(`plan_kind_${one}`)])}
        onChange=${(event) => setKind(event.target.value)} error=${errors.kind} />
      <${Field} name="starts_at" type="datetime-local" label=${say("plan_starts")} required
        defaultValue=${draft ? wallOf(source.starts_at) : `${nextMonday()}T00:00`} error=${errors.starts_at} />
      ${kind === "temporary" && html`<${Field} name="ends_at" type="datetime-local" label=${say("plan_ends")} required
        defaultValue=${draft && source.ends_at ? wallOf(source.ends_at) : ""} error=${errors.ends_at} />`}
      ${rules.map((rule, place) => html`<${Rule} key=${rule.number} rule=${rule} place=${place} people=${people}
        drop=${() => setRules(rules.filter((one) => one !== rule))} />`)}
      <p><button type="button" onClick=${add}>${say("plan_add")}</button></p>
      <h2>${say("plan_open")}</h2>
      <p>${say(opening.length ? "plan_open_means" : "plan_open_always")}</p>
      ${opening.map((one, place) => html`<fieldset key=${one.number} class="ticks"><legend>${say("plan_open_one", { number: place + 1 })}</legend>
        <${Times} rule=${one} />
        <button type="button" aria-label=${say("plan_open_drop_long", { number: place + 1 })}
          onClick=${() => setOpening(opening.filter((each) => each !== one))}>${say("plan_open_drop")}</button></fieldset>`)}
      <p><button type="button" onClick=${open}>${say("plan_open_add")}</button></p>`}<//>`;
}

/** When something comes again: from when, for how long, on which days. */
function Times({ rule }) {
  const { number } = rule;
  const days = daysOf(rule);
  return html`<div class="side">
      <${Field} name=${`time-${number}`} type="time" label=${say("plan_time")} required defaultValue=${rule.starts.slice(11)} />
      <${Field} name=${`hours-${number}`} type="number" min="0.25" max="24" step="0.25" label=${say("plan_hours")} required defaultValue=${rule.minutes / 60} />
    </div>
    ${days
      ? html`<${Ticks} name=${`days-${number}`} label=${say("plan_days")} values=${days} options=${DAYS.map((one) => [one, dayName(one)])} />`
      : html`<${Field} name=${`rrule-${number}`} label=${say("plan_rrule")} hint=${say("plan_rrule_hint")} dir="ltr" required defaultValue=${rule.rrule} />`}`;
}

/** Those who take turns already come first, in their order. */
function candidates(rule, layer, people) {
  const able = people.filter((one) => one.role === ROLE_OF[layer]).map((one) => one.id);
  const mine = rule.people.filter((id) => able.includes(id));
  return [...mine, ...able.filter((id) => !mine.includes(id))];
}

function Rule({ rule, place, people, drop }) {
  const [layer, setLayer] = useState(rule.layer);
  const { number } = rule;
  const names = Object.fromEntries(people.map((one) => [one.id, one.display_name]));
  return html`<fieldset class="ticks"><legend>${say("plan_rule", { number: place + 1 })}</legend>
    <${Choice} name=${`layer-${number}`} label=${say("plan_layer")} value=${rule.layer} options=${LAYERS.map((one) => [one, say(`rota_${one}`)])}
      onChange=${(event) => setLayer(event.target.value)} />
    <${Times} rule=${rule} />
    <${Ticks} key=${layer} name=${`people-${number}`} label=${say("plan_who")} values=${rule.people}
      options=${candidates(rule, layer, people).map((id) => [id, names[id]])} />
    <${Choice} name=${`turn-${number}`} label=${say("plan_turn")} value=${rule.turn} options=${TURNS.map((one) => [one, say(`plan_turns_${one}`)])} />
    <button type="button" aria-label=${say("plan_drop_long", { number: place + 1 })} onClick=${drop}>${say("plan_drop")}</button>
  </fieldset>`;
}

const incomplete = (key) => Object.assign(new Error("rule"), { said: say(key) });

function timesOf(rule, values, otherwise) {
  const of = (name) => values[`${name}-${rule.number}`];
  const days = of("rrule") !== undefined ? null : ticked(values, `days-${rule.number}`);
  if (days?.length === 0) throw incomplete(otherwise);
  return {
    zone: rule.zone, starts: `${rule.starts.slice(0, 11)}${of("time")}`,
    minutes: Math.round(Number(of("hours")) * 60), rrule: days ? onDays(rule, days) : of("rrule"),
  };
}

function shiftOf(rule, values) {
  const people = ticked(values, `people-${rule.number}`);
  if (people.length === 0) throw incomplete("plan_incomplete");
  return { ...timesOf(rule, values, "plan_incomplete"), layer: values[`layer-${rule.number}`], turn: values[`turn-${rule.number}`], people };
}

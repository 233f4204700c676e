// Rotas as they are planned: those in force and before, drafts, what a draft would change and what stands against it.
import { ask } from "../api.js";
import { go } from "../route.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Trouble, useFound, useOnce, whole } from "./lists.js";
import { whoIsOn } from "./rota_more.js";
import { comes, differences, inTurn } from "./rota_rules.js";
import { Desk, done } from "./shell.js";
import { Sure } from "./sure.js";
import { momentIn, zone } from "./zone.js";

const MOST_TOLD = 200; // problems in one answer of the service
const VERSIONS = "/rota/shifts?limit=50";

/** The regular rota that holds at a moment, as the summary in `versions` has it. */
function holdsAt(versions, at) {
  const regular = versions.filter((one) => one.kind === "regular" && one.state === "published" && one.starts_at <= at);
  return regular.sort((a, b) => b.starts_at.localeCompare(a.starts_at) || b.published_at.localeCompare(a.published_at))[0];
}

async function readVersions() {
  const [people, versions] = await Promise.all([whoIsOn(), whole(VERSIONS)]);
  const inForce = holdsAt(versions, new Date().toISOString());
  return { people, versions, inForce };
}

/** Of a temporary rota also when it ends. */
const When = ({ one }) => (one.ends_at
  ? say("plan_from_to", { from: momentIn(one.starts_at), to: momentIn(one.ends_at) })
  : say("plan_from", { from: momentIn(one.starts_at) }));

export function Plans() {
  const { here, found, said, again } = useFound(readVersions, "plans");
  const shown = (found?.versions ?? []).filter((one) => one.state !== "discarded");
  const state = (one) => (one.id === found.inForce?.id ? "in_force" : one.state);
  return html`<${Desk} title=${say("plan_title")}>
    <p>${say("plan_about")}</p>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<p class="small">${say("rota_zone", { zone: zone.value })}</p>
      <button class="strong" onClick=${() => go("service.rota.write", { from: found.inForce?.id })}>${say("plan_make")}</button>
      <ul class="list">${shown.map((one) => html`<li key=${one.id}>
        <button class="row" onClick=${() => go("service.rota.plan", { id: one.id })}>
          <span class="row-title">${say(`plan_${state(one)}`)}${one.kind === "temporary" ? ` · ${say("plan_temporary")}` : ""}</span>
          <span class="small"><${When} one=${one} /></span></button></li>`)}</ul>`}
  <//>`;
}

export function Plan({ id }) {
  const { here, found, said, again } = useFound(async () => {
    const { people, versions } = await readVersions();
    const plan = await ask("GET", `/rota/shifts/${id}`);
    const base = plan.state === "draft" && holdsAt(versions, plan.starts_at);
    const before = base ? await ask("GET", `/rota/shifts/${base.id}`) : null;
    return { plan, before, names: Object.fromEntries(people.map((one) => [one.id, one.display_name])) };
  }, id);
  const plan = found?.plan;
  return html`<${Desk} title=${say(plan && plan.state !== "draft" ? "plan_one" : "plan_draft")}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<div class="card"><p><strong><${When} one=${plan} /></strong></p>
        <p>${say(plan.kind === "temporary" ? "plan_temporary_means" : "plan_regular_means")}</p></div>
      ${plan.state === "draft"
        ? html`<${Draft} ...${found} again=${again} />`
        : html`<${Rules} of=${plan.rules.map((rule) => ["same", rule])} names=${found.names} />
          <${Opening} plan=${plan} />
          <button onClick=${() => go("service.rota.write", { from: plan.id })}>${say("plan_make_from")}</button>`}`}
  <//>`;
}

const Rules = ({ of, names }) => html`<ul class="list">${of.map(([what, rule, old], place) => html`<li key=${place} class="card" data-change=${what}>
  ${what !== "same" && html`<p><strong class=${what === "gone" ? "removed" : "added"}>${say(`plan_change_${what}`)}</strong></p>`}
  <h3 class="first">${say(`rota_${rule.layer}`)}</h3>
  <p dir="auto">${comes(rule)}</p>
  ${what === "people" && html`<p class="small" dir="auto">${say("plan_people_before", { names: inTurn(old.people, names) })}</p>`}
  <p dir="auto">${say(rule.people.length > 1 ? `plan_turn_${rule.turn}` : "plan_alone", { names: inTurn(rule.people, names) })}</p>
</li>`)}</ul>`;

/** When somebody is meant to be there; of a draft with what that changes. */
function Opening({ plan, before }) {
  const changes = differences(plan.opening, (before ?? plan).opening);
  return html`<h2>${say("plan_open")}</h2>
    <p>${say(plan.opening.length ? "plan_open_means" : "plan_open_always")}</p>
    <ul class="list">${changes.map(([what, one], place) => html`<li key=${place} class="card" data-change=${what}>
      ${what !== "same" && html`<p><strong class=${what === "gone" ? "removed" : "added"}>${say(`plan_change_${what}`)}</strong></p>`}
      <p dir="auto">${comes(one)}</p></li>`)}</ul>`;
}

/** The same thing against the same person once, with the first time that it does. */
function Problems({ of, names }) {
  const alike = new Map();
  for (const one of of) {
    const key = `${one.person_id} ${one.layer} ${one.words}`;
    alike.set(key, { first: alike.get(key)?.first ?? one, times: (alike.get(key)?.times ?? 0) + 1 });
  }
  return html`<p role="status"><strong>${sayCount("plan_problems", alike.size)}</strong>
      ${of.length >= MOST_TOLD && html` ${say("plan_maybe_more")}`}</p>
    <ul class="list">${[...alike].map(([key, { first, times }]) => html`<li key=${key} class="card" data-urgent="true">
      <p dir="auto"><strong>${names[first.person_id] ?? say("plan_somebody")}</strong> · ${say(`rota_${first.layer}`)}</p>
      <p>${first.words}</p>
      <p class="small">${sayCount("plan_times", times)} ${say("rota_from_to", { from: momentIn(first.since), to: momentIn(first.until) })}</p></li>`)}</ul>`;
}

function Draft({ plan, before, names, again }) {
  const [run, refused] = useOnce();
  const changes = differences(plan.rules, before?.rules ?? []);
  const changed = changes.filter(([what]) => what !== "same");
  const act = (verb) => run(async () => {
    try {
      await ask("POST", `/rota/shifts/${plan.id}/${verb}`, { version: plan.version });
    } catch (error) {
      await again(); // what stands against it now, or what somebody else made of it
      throw error;
    }
    done(say(`plan_did_${verb}`));
  });
  return html`<h2>${say("plan_checks")}</h2>
    ${plan.problems.length === 0 ? html`<p role="status">${say("plan_fit")}</p>` : html`<${Problems} of=${plan.problems} names=${names} />`}
    <h2>${say("plan_changes")}</h2>
    ${changed.length === 0 && html`<p>${say("plan_no_changes")}</p>`}
    <${Rules} of=${changed} names=${names} />
    ${changes.length > changed.length && html`<details class="card"><summary>${say("plan_stays")}</summary>
      <${Rules} of=${changes.filter(([what]) => what === "same")} names=${names} /></details>`}
    <${Opening} plan=${plan} before=${before ?? { opening: [] }} />
    <p class="error" role="alert">${refused}</p>
    ${plan.problems.length === 0 && html`<${Sure} strong words=${say("plan_publish")} means=${say("plan_means_publish")} yes=${say("plan_publish_sure")}
      act=${() => act("publish")} />`}
    <p><button class=${plan.problems.length ? "strong" : null} onClick=${() => go("service.rota.write", { from: plan.id, draft: plan.id })}>${say("plan_edit")}</button></p>
    <${Sure} words=${say("plan_discard")} means=${say("plan_means_discard")} yes=${say("plan_discard_sure")} act=${() => act("discard")} />`;
}

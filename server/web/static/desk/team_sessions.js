// Supervision: sessions with the workers one supervises, planned and held.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../route.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Area, Choice, orNull, ticked, Ticks } from "./fields.js";
import { Listed, Trouble, useFound, useList, useOnce } from "./lists.js";
import { Desk, done } from "./shell.js";
import { instant, momentIn, zone } from "./zone.js";

const THEMES = ["boundaries", "hard_contact", "safety", "workload", "role", "own_experience", "team", "skills", "other"];

const told = (one) => ({ name: one.worker.display_name, at: momentIn(one.planned_at) });

export function Sessions() {
  const list = useList("/supervision/sessions?limit=50");
  const [run, refused] = useOnce();
  const cancel = (one) => run(async () => {
    await ask("POST", `/supervision/sessions/${one.id}/cancel`);
    await list.again();
  });
  return html`<${Desk} title=${say("team_sessions")}>
    <button class="strong" onClick=${() => go("service.team.plan")}>${say("team_plan")}</button>
    <p class="error" role="alert">${refused}</p>
    <${Listed} list=${list} none=${say("team_no_sessions")} row=${(one) => html`<li key=${one.id} class="card">
      <h2 class="first" dir="auto">${one.worker.display_name}</h2>
      <p>${momentIn(one.planned_at)} · <strong>${say(`team_session_${one.state}`)}</strong></p>
      ${one.themes?.length > 0 && html`<p class="small">${one.themes.map((each) => say(`team_theme_${each}`)).join(" · ")}</p>`}
      ${one.words && html`<blockquote dir="auto">${one.words}</blockquote>`}
      ${one.state === "planned" && html`<p class="choices">
        <button aria-label=${say("team_hold_long", told(one))} onClick=${() => go("service.team.hold", { id: one.id, session: one })}>${say("team_hold")}</button>
        <button aria-label=${say("team_cancel_long", told(one))} onClick=${() => cancel(one)}>${say("team_cancel")}</button></p>`}
    </li>`} />
  <//>`;
}

export function Plan() {
  const { here, found, said, again } = useFound(() => ask("GET", "/supervision"), "supervision");
  async function act({ worker_id, at }) {
    await ask("POST", "/supervision/sessions", { worker_id, planned_at: new Date(instant(at)).toISOString() });
    done(say("team_planned"));
  }
  return html`<${Desk} title=${say("team_plan")}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found?.supervised.length === 0 && html`<p>${say("team_supervises_nobody")}</p>`}
    ${found?.supervised.length > 0 && html`<p class="small">${say("team_zone", { zone: zone.value })}</p>
      <${Form} act=${act} button=${say("team_plan")}>${(errors) => html`
        <${Choice} name="worker_id" label=${say("team_with")} error=${errors.worker_id} options=${found.supervised.map((one) => [one.id, one.display_name])} />
        <${Field} name="at" type="datetime-local" label=${say("team_when")} required error=${errors.planned_at} />`}<//>`}
  <//>`;
}

export function Hold({ session }) {
  async function act(values) {
    await ask("POST", `/supervision/sessions/${session.id}/hold`, { themes: ticked(values, "theme"), words: orNull(values.words) });
    done(say("team_held"));
  }
  return html`<${Desk} title=${say("team_hold")}>
    <p dir="auto"><strong>${session.worker.display_name}</strong> · ${momentIn(session.planned_at)}</p>
    <${Form} act=${act} button=${say("team_hold")}>${(errors) => html`
      <${Ticks} name="theme" label=${say("team_themes")} values=${[]} options=${THEMES.map((one) => [one, say(`team_theme_${one}`)])} error=${errors.themes} />
      <${Area} name="words" label=${say("team_note")} hint=${say("team_note_hint")} maxlength="4000" error=${errors.words} />
      ${errors.session_id && html`<p class="error">${errors.session_id}</p>`}`}<//>
  <//>`;
}

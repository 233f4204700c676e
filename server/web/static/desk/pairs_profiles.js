// What peer workers say of themselves: read by the service before carers see it.
import { ask } from "../api.js";
import { Form } from "../parts/form.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { html, useState } from "../vendored.js";
import { manners, say } from "../words.js";
import { Area } from "./fields.js";
import { Listed, Trouble, useFound, useList, useOnce, whole } from "./lists.js";
import { Desk, done } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

const SEVERAL = ["relationships", "conditions", "topics", "languages", "cultures"];
const ONE = ["gender", "age_band"];
const list = new Intl.ListFormat(manners, { type: "conjunction" });
const STATES = ["waiting", "agreed"];

export function Profiles() {
  const ready = useFound(findZone, "zone");
  const [state, setState] = useState("waiting");
  const found = useList(`/worker-profiles?state=${state}&limit=50`);
  return html`<${Desk} title=${say("pairs_profiles")}>
    <p>${say("pairs_profiles_about")}</p>
    <p class="choices" role="group" aria-label=${say("pairs_profiles_which")}>${STATES.map((one) => html`<button key=${one}
      aria-pressed=${one === state ? "true" : "false"} onClick=${() => setState(one)}>${say(`pairs_profiles_${one}`)}</button>`)}</p>
    <${Trouble} said=${ready.said} again=${ready.again} />
    ${ready.here && html`<${Listed} list=${found} none=${say(`pairs_profiles_none_${state}`)} row=${({ profile, worker }) => html`<li key=${profile.id}>
      <button class="row" onClick=${() => go("service.pairs.profile", { id: profile.id, profile, worker })}>
        <span class="row-title" dir="auto">${worker.display_name}</span>
        <span><${Role} role=${worker.role} label=${worker.role_label} /></span>
        <span class="small">${say("pairs_written", { day: dateOf(profile.written_at) })}</span></button></li>`} />`}
  <//>`;
}

/** `[words, value]` of what is said, in the order in which carers read it. */
function saidIn(profile) {
  const several = SEVERAL.map((name) => [name, list.format(profile[name].map((one) => one.label))]);
  const one = ONE.map((name) => [name, profile[name]?.label]);
  return [...several, ...one, ["years_as_carer", profile.years_as_carer], ["approach", profile.approach]];
}

function Said({ profile, agreed }) {
  const before = agreed && agreed.id !== profile.id ? Object.fromEntries(saidIn(agreed)) : null;
  const all = saidIn(profile).filter(([name, value]) => (value ?? "") !== "" || before?.[name]);
  return all.map(([name, value]) => html`<div key=${name} class="card">
    <p class="small">${say(`pairs_says_${name}`)}</p>
    <p class="body" dir="auto">${(value ?? "") === "" ? say("pairs_says_nothing") : value}</p>
    ${before && (before[name] ?? "") !== (value ?? "") && html`<p class="small" dir="auto"><strong>${say("pairs_changed")}</strong>
      ${" "}${say("pairs_before", { words: before[name] || say("pairs_says_nothing") })}</p>`}</div>`);
}

export function Profile({ id, profile, worker }) {
  const waits = profile.state === "waiting";
  const { here, found, said, again } = useFound(async () => {
    const [view, training] = await Promise.all([
      waits ? ask("GET", `/worker-profiles/${id}`) : { profile, worker, agreed: null },
      whole(`/people/${worker.id}/training`), findZone()]);
    return { ...view, training };
  }, id);
  const [run, refused] = useOnce();
  const [back, setBack] = useState(false);
  const agree = () => run(async () => {
    await ask("POST", `/worker-profiles/${id}/agree`);
    done(say("pairs_did_agree_profile", { name: worker.display_name }));
  });
  async function sendBack({ reason }) {
    await ask("POST", `/worker-profiles/${id}/send-back`, { reason });
    done(say("pairs_did_send_back", { name: worker.display_name }));
  }
  return html`<${Desk} title=${worker.display_name} still>
    <p><${Role} role=${worker.role} label=${worker.role_label} /></p>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<h2>${say("pairs_they_say")}</h2><div class="list"><${Said} ...${found} /></div>
      <h2>${say("pairs_training")}</h2>
      <ul class="list">${found.training.map((one) => html`<li key=${one.kind + one.training} class="card"><p><strong>${one.label}</strong></p>
        <p class=${one.state === "current" ? "small" : "error"}>${say(`pairs_training_${one.state}`, { day: one.valid_until ? dateOf(one.valid_until) : "" })}</p></li>`)}</ul>
      <p class="error" role="alert">${refused}</p>
      ${waits && (back
        ? html`<h2>${say("pairs_send_back")}</h2><${Form} act=${sendBack} button=${say("pairs_send_back_now")}>${(errors) => html`
            <${Area} name="reason" label=${say("pairs_send_back_why")} hint=${say("pairs_send_back_hint")} required maxlength="1000" error=${errors.reason} />`}<//>
            <p><button onClick=${() => setBack(false)}>${say("desk_keep")}</button></p>`
        : html`<p>${say("pairs_agree_profile_hint")}</p><p class="choices"><button class="strong" onClick=${agree}>${say("pairs_agree_profile")}</button>
            <button onClick=${() => setBack(true)}>${say("pairs_send_back")}</button></p>`)}`}
  <//>`;
}

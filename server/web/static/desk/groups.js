// The groups: what each is for, how it is looked after, and who belongs.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Area, Choice, linesOf, ticked, Ticks } from "./fields.js";
import { Member, Members } from "./members.js";
import { Listed, useList } from "./lists.js";
import { Desk, done } from "./shell.js";

const FOCUS = ["remedial", "interactional", "social"];
const FORMS = ["open_ended", "course", "social_circle"];
const AUDIENCE = ["parent", "partner", "sibling", "adult_child", "any"];
const JOINS = ["open", "request", "invite"];
const MODERATION = ["after", "new_members", "before"];
const TIGHTER = ["none", "new_members", "before"];
const WINDOW = /^(mon|tue|wed|thu|fri|sat|sun)\s+(\d\d:\d\d)\s*-\s*(\d\d:\d\d)$/i;

export function Screen(props) {
  const sub = props.name.split(".")[2];
  if (sub === "write") return html`<${Write} key=${props.id} group=${props.group} />`;
  if (sub === "members") return html`<${Members} key=${props.id} group=${props.group} />`;
  if (sub === "member") return html`<${Member} key=${props.id} ...${props} />`;
  return html`<${Groups} />`;
}

function Groups() {
  const list = useList("/groups?limit=50");
  return html`<${Desk} title=${say("desk_groups")}>
    <button class="strong" onClick=${() => go("service.groups.write", {})}>${say("groups_make")}</button>
    <${Listed} list=${list} none=${say("groups_none")} row=${(one) => html`<li key=${one.id} class="card">
      <h2 class="first" dir="auto">${one.name}</h2>
      <p dir="auto">${one.description}</p>
      <p class="small">${sayCount("groups_members", one.member_count)} · ${say(`groups_join_${one.join_policy}`)} · ${say(`groups_looked_${one.moderation}`)}</p>
      ${one.moderation_now !== one.moderation && html`<p><strong>${say("groups_now", { how: say(`groups_looked_${one.moderation_now}`) })}</strong></p>`}
      <p class="choices">
        <button aria-label=${say("groups_members_of", one)} onClick=${() => go("service.groups.members", { id: one.id, group: one })}>${say("groups_people")}</button>
        <button aria-label=${say("groups_change_long", one)} onClick=${() => go("service.groups.write", { id: one.id, group: one })}>${say("groups_change")}</button>
      </p></li>`} />
  <//>`;
}

const hoursText = (hours) => (hours?.windows ?? []).map((one) => `${one.day} ${one.opens}-${one.closes}`).join("\n");

function readHours(text, timezone) {
  const windows = linesOf(text).map((line) => {
    const [, day, opens, closes] = WINDOW.exec(line) ?? [];
    if (!day) throw Object.assign(new Error("hours"), { said: say("groups_hours_wrong", { line }) });
    return { day: day.toLowerCase(), opens, closes };
  });
  return windows.length ? { timezone, windows } : null;
}

const told = (names, prefix) => names.map((one) => [one, say(`${prefix}_${one}`)]);

function Write({ group }) {
  async function act(values) {
    const { name, description, focus, form, join_policy, moderation, tighten_when_unstaffed } = values;
    const body = {
      name, description, focus, form, join_policy, moderation, tighten_when_unstaffed,
      audience: ticked(values, "audience"),
      capacity: values.capacity ? Number(values.capacity) : null,
      photos: Boolean(values.photos),
      newcomer_messages: Number(values.newcomer_messages),
      slow_mode_seconds: Number(values.slow_mode_seconds),
      opening_hours: readHours(values.hours, values.timezone.trim()),
    };
    if (group) await ask("PATCH", `/groups/${group.id}`, { ...body, version: group.version });
    else await ask("POST", "/groups", body);
    done(say("desk_saved"));
  }
  const its = group ?? {};
  return html`<${Desk} title=${say(group ? "groups_change" : "groups_make")}>
    <${Form} act=${act} button=${say("desk_save")}>${(errors) => html`
      <${Field} name="name" label=${say("groups_name")} required minlength="2" maxlength="80" dir="auto" defaultValue=${its.name} error=${errors.name} />
      <${Area} name="description" label=${say("groups_description")} hint=${say("groups_description_hint")} required maxlength="1000" value=${its.description} error=${errors.description} />
      <${Choice} name="focus" label=${say("groups_focus")} value=${its.focus ?? "interactional"} options=${told(FOCUS, "groups_focus")} error=${errors.focus} />
      <${Choice} name="form" label=${say("groups_form")} value=${its.form} options=${told(FORMS, "groups_form")} error=${errors.form} />
      <${Ticks} name="audience" label=${say("groups_audience")} values=${its.audience ?? ["any"]} options=${told(AUDIENCE, "groups_for")} error=${errors.audience} />
      <${Choice} name="join_policy" label=${say("groups_join")} value=${its.join_policy} options=${told(JOINS, "groups_join")} error=${errors.join_policy} />
      <${Choice} name="moderation" label=${say("groups_looked")} value=${its.moderation} options=${told(MODERATION, "groups_looked")} error=${errors.moderation} />
      <${Choice} name="tighten_when_unstaffed" label=${say("groups_tighten")} value=${its.tighten_when_unstaffed} options=${told(TIGHTER, "groups_tighten")} error=${errors.tighten_when_unstaffed} />
      <${Field} name="newcomer_messages" type="number" min="1" inputmode="numeric" label=${say("groups_newcomers")} required defaultValue=${its.newcomer_messages ?? 3} error=${errors.newcomer_messages} />
      <${Field} name="slow_mode_seconds" type="number" min="0" inputmode="numeric" label=${say("groups_slow")} hint=${say("groups_slow_hint")} required defaultValue=${its.slow_mode_seconds ?? 0} error=${errors.slow_mode_seconds} />
      <${Field} name="capacity" type="number" min="2" inputmode="numeric" label=${say("groups_capacity")} hint=${say("groups_capacity_hint")} defaultValue=${its.capacity} error=${errors.capacity} />
      <p><label class="tick"><input type="checkbox" name="photos" defaultChecked=${its.photos} /> ${say("groups_photos")}</label></p>
      <${Area} name="hours" label=${say("groups_hours")} hint=${say("groups_hours_hint")} dir="ltr" value=${hoursText(its.opening_hours)} />
      <${Field} name="timezone" label=${say("groups_zone")} required defaultValue=${its.opening_hours?.timezone ?? me.value.timezone} />`}<//>
  <//>`;
}

// The helplines that carers are shown: who checked them and when, and keeping them right.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { manners, say } from "../words.js";
import { Area, Choice, linesOf, orNull, ticked, Ticks } from "./fields.js";
import { Trouble, useFound, useOnce, whole } from "./lists.js";
import { Desk, done } from "./shell.js";
import { dateOf, findZone } from "./zone.js";

const REGIONS = ["AU", "NZ", "GB", "IE", "US", "CA", "ZZ"];
const WHOSE = ["carer", "consumer", "child", "violence"];
const WAY = /^(phone|sms|chat):\s*(.+)$/;
const countries = new Intl.DisplayNames([manners], { type: "region" });
const regionName = (code) => (code === "ZZ" ? say("lines_everywhere") : countries.of(code));
const secure = (url) => (/^https:\/\//.test(url ?? "") ? url : null);

export function Screen(props) {
  const sub = props.name.split(".")[2];
  if (sub === "one") return html`<${Line} key=${props.id} id=${props.id} />`;
  if (sub === "write") return html`<${Write} line=${props.line} />`;
  return html`<${Lines} />`;
}

async function read() {
  await findZone();
  return whole("/crisis/helplines");
}

const checked = (line) =>
  line.last_verified_on ? say("lines_checked", { day: dateOf(`${line.last_verified_on}T12:00Z`) }) : say("lines_never");

const rank = (one) => (one.withdrawn ? 2 : one.verification_due ? 0 : 1);

function Lines() {
  const { here, found, said, again } = useFound(read, "lines");
  const sorted = [...(found ?? [])].sort((a, b) => rank(a) - rank(b) || a.region.localeCompare(b.region) || a.name.localeCompare(b.name));
  return html`<${Desk} title=${say("desk_lines")}>
    <p>${say("lines_about")}</p>
    <button onClick=${() => go("service.lines.write", {})}>${say("lines_add")}</button>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    <ul class="list">${sorted.map((line) => html`<li key=${line.id}>
      <button class="row" data-urgent=${line.verification_due && !line.withdrawn ? "true" : null} onClick=${() => go("service.lines.one", { id: line.id })}>
        <span class="row-title" dir="auto">${line.name}</span>
        <span>${regionName(line.region)}${line.phone ? ` · ${line.phone}` : ""}</span>
        <span class="small">${line.withdrawn ? say("lines_withdrawn") : checked(line)}</span>
      </button></li>`)}</ul>
  <//>`;
}

function Line({ id }) {
  const { here, found, said, again } = useFound(async () => (await read()).find((one) => one.id === id), id);
  const [run, refused] = useOnce();
  const act = (what) => run(async () => {
    try {
      await ask("POST", `/crisis/helplines/${id}/${what}`, { version: found.version });
    } catch (error) {
      await again(); // somebody may have changed it: what is checked must be what is shown
      throw error;
    }
    done(say(`lines_did_${what}`, found));
  });
  return html`<${Desk} title=${say("desk_lines")}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<div class="card">
      <h2 class="first" dir="auto">${found.name}</h2>
      <p><strong>${found.withdrawn ? say("lines_withdrawn") : checked(found)}</strong></p>
      <p>${regionName(found.region)} · <span dir="auto">${found.for_whom}</span></p>
      <p class="ways">${found.phone && html`<a href=${`tel:${found.phone.replace(/[\s-]/g, "")}`}>${say("call", { number: found.phone })}</a>`}
        ${secure(found.chat_url) && html`<a href=${found.chat_url} rel="noreferrer" target="_blank">${say("chat")}</a>`}</p>
      ${found.sms && html`<p>${say("text", { number: found.sms })}</p>`}
      <p>${say("lines_hours")}</p>
      <ul>${hoursLines(found.hours).map((one) => html`<li key=${one} dir="ltr">${one}</li>`)}</ul>
      <p class="small">${found.zone}</p>
      ${found.note && html`<p dir="auto">${found.note}</p>`}
      ${secure(found.source) && html`<p class="ways"><a href=${found.source} rel="noreferrer" target="_blank">${say("lines_source")}</a></p>`}
    </div>
    <p class="error" role="alert">${refused}</p>
    ${found.withdrawn
      ? html`<p>${say("lines_restore_hint")}</p><button class="strong" onClick=${() => act("restore")}>${say("lines_restore")}</button>`
      : html`<p>${say("lines_verify_hint")}</p>
        <p class="choices"><button class="strong" onClick=${() => act("verify")}>${say("lines_verify")}</button>
          <button onClick=${() => go("service.lines.write", { line: found })}>${say("lines_change")}</button>
          <button onClick=${() => act("withdraw")}>${say("lines_withdraw")}</button></p>
        <p class="small">${say("lines_withdraw_hint")}</p>`}`}
  <//>`;
}

/** Hours as one writes them: a span on each line, before it the way where the ways differ. */
function hoursLines(hours) {
  if (typeof hours === "string") return [hours];
  if (Array.isArray(hours)) return hours;
  return Object.entries(hours).flatMap(([way, own]) => hoursLines(own).map((one) => `${way}: ${one}`));
}

function readHours(text) {
  const lines = linesOf(text);
  if (!lines.some((one) => WAY.test(one))) return lines.length === 1 && lines[0] === "24/7" ? "24/7" : lines;
  const ways = {};
  for (const one of lines) {
    const [, way, span] = WAY.exec(one) ?? [];
    if (!way) throw Object.assign(new Error("hours"), { said: say("lines_hours_hint") });
    ways[way] = span === "24/7" ? span : [...(ways[way] ?? []), span];
  }
  return ways;
}

function Write({ line }) {
  async function act(values) {
    const body = {
      region: values.region, name: values.name, zone: values.zone, hours: readHours(values.hours), for_whom: values.for_whom, source: values.source,
      phone: orNull(values.phone), sms: orNull(values.sms), chat_url: orNull(values.chat_url), note: orNull(values.note),
      whose: ticked(values, "whose"), languages: values.languages.split(",").map((one) => one.trim()).filter(Boolean),
    };
    if (line) await ask("PUT", `/crisis/helplines/${line.id}`, { ...body, version: line.version });
    else await ask("POST", "/crisis/helplines", body);
    done(say("lines_did_write", body));
  }
  return html`<${Desk} title=${say(line ? "lines_change" : "lines_add")}>
    <${Form} act=${act} button=${say("desk_save")}>${(errors) => html`
      <${Field} name="name" label=${say("lines_name")} required maxlength="80" defaultValue=${line?.name} dir="auto" error=${errors.name} />
      <${Choice} name="region" label=${say("lines_region")} value=${line?.region ?? me.value.region} error=${errors.region}
        options=${REGIONS.map((one) => [one, regionName(one)])} />
      <${Field} name="phone" type="tel" label=${say("lines_phone")} maxlength="40" defaultValue=${line?.phone} error=${errors.phone} />
      <${Field} name="sms" label=${say("lines_sms")} hint=${say("lines_sms_hint")} maxlength="40" defaultValue=${line?.sms} error=${errors.sms} />
      <${Field} name="chat_url" type="url" label=${say("lines_chat")} maxlength="200" defaultValue=${line?.chat_url} error=${errors.chat_url} />
      <${Area} name="hours" label=${say("lines_hours")} hint=${say("lines_hours_hint")} required dir="ltr" value=${hoursLines(line?.hours ?? "24/7").join("\n")} error=${errors.hours} />
      <${Field} name="zone" label=${say("lines_zone")} hint=${say("lines_zone_hint")} required defaultValue=${line?.zone ?? me.value.timezone} error=${errors.zone} />
      <${Field} name="for_whom" label=${say("lines_for_whom")} required maxlength="120" defaultValue=${line?.for_whom} dir="auto" error=${errors.for_whom} />
      <${Ticks} name="whose" label=${say("lines_whose")} values=${line?.whose ?? ["carer"]} options=${WHOSE.map((one) => [one, say(`lines_whose_${one}`)])} error=${errors.whose} />
      <${Field} name="languages" label=${say("lines_languages")} hint=${say("lines_languages_hint")} required defaultValue=${(line?.languages ?? ["en"]).join(", ")} error=${errors.languages} />
      <${Field} name="note" label=${say("lines_note")} maxlength="120" defaultValue=${line?.note} dir="auto" error=${errors.note} />
      <${Field} name="source" type="url" label=${say("lines_own_page")} hint=${say("lines_own_page_hint")} required maxlength="200" defaultValue=${line?.source} error=${errors.source} />`}<//>
  <//>`;
}

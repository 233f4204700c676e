// What a conversation is: what it is for, who looks at what is written, who is in it, and how to have peace from it.
import { ask, words } from "../api.js";
import { openSheet } from "../parts/lazy.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { change, me, refreshList } from "../store.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say, sayCount } from "../words.js";
import { Frame } from "./frame.js";

const MOST_PAGES = 10;

async function groupOf(id) {
  let cursor = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, next_cursor: next } = await ask("GET", `/groups?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    const found = items.find((one) => one.conversation_id === id);
    if (found || !next) return found;
    cursor = next;
  }
  return null;
}

export function About({ place, close }) {
  const [group, setGroup] = useState(null);
  const [said, setSaid] = useState("");
  const busy = useRef(false);
  useEffect(() => {
    if (place.kind === "group") groupOf(place.id).then(setGroup, (error) => setSaid(words(error)));
  }, [place.id]);

  async function mute() {
    if (busy.current) return;
    busy.current = true;
    try {
      change(place.id, await ask("PUT", `/conversations/${place.id}/mute`, { muted: !place.muted }));
      setSaid("");
    } catch (error) {
      setSaid(words(error));
    }
    busy.current = false;
  }

  return html`<${Frame} title=${place.title} close=${close}>
    <p class="choices">
      <button onClick=${() => go("search", { id: place.id })}>${say("search_here")}</button>
      <button aria-pressed=${place.muted ? "true" : "false"} onClick=${mute}>${say("mute")}</button>
    </p>
    <p class="small">${say(place.muted ? "muted_hint" : "mute_hint")}</p>
    ${said && html`<p class="error" role="alert">${said}</p>`}
    ${place.other && html`<${Person} person=${place.other} />`}
    ${place.reporting_rule && html`<h3>${say("who_looks")}</h3><p>${place.reporting_rule}</p>`}
    ${group && html`<${Group} group=${group} />`}
  <//>`;
}

const Person = ({ person }) => html`<p class="member"><strong dir="auto">${person.display_name}</strong>
  <button class="plain" aria-label=${say("about_role", { role: say(person.role_label) })} onClick=${() => openSheet("role", { role: person.role })}>
    <${Role} role=${person.role} label=${person.role_label} /></button></p>`;

const Group = ({ group }) => html`
  <p class="body" dir="auto">${group.description}</p>
  ${group.opens_at && html`<p>${say("closed_until", { when: moment(group.opens_at) })}</p>`}
  <h3>${say("who_looks")}</h3>
  <p>${say(`looks_${group.moderation}`)}</p>
  ${group.moderation_text && html`<p>${group.moderation_text}</p>`}
  <h3>${sayCount("members", group.member_count)}</h3>
  <${Members} id=${group.id} />
  ${group.membership?.state === "member" && html`<${LeaveGroup} group=${group} />`}`;

function Members({ id }) {
  const [all, setAll] = useState([]);
  const [next, setNext] = useState(undefined);
  const [said, setSaid] = useState("");
  async function more() {
    try {
      const page = await ask("GET", `/groups/${id}/members?limit=50${next ? `&cursor=${encodeURIComponent(next)}` : ""}`);
      setAll((before) => [...before, ...page.items.filter((one) => !before.some(({ person }) => person.id === one.person.id))]);
      setNext(page.next_cursor);
      setSaid("");
    } catch (error) {
      setSaid(words(error));
    }
  }
  useEffect(() => void more(), []);
  const about = (person, key) => html`<button class="plain" onClick=${() => openSheet("report", { person })}
    aria-label=${say(key, { name: person.display_name })}>${say("report_short")}</button>`;
  return html`<ul class="list">${all.filter((one) => one.state === "member").map(({ person, standing }) => html`<li key=${person.id} class="card">
      <${Person} person=${person} />
      ${standing !== "member" && html`<p class="small">${say(`standing_${standing}`)}</p>`}
      ${person.id !== me.value?.id && about(person, "report_person")}</li>`)}</ul>
    ${said && html`<p class="error" role="alert">${said}</p>`}
    ${(next || said) && html`<button onClick=${more}>${say(said ? "try_again" : "more")}</button>`}`;
}

function LeaveGroup({ group }) {
  const [sure, setSure] = useState(false);
  const [said, setSaid] = useState("");
  async function leave() {
    try {
      await ask("POST", `/groups/${group.id}/leave`);
      go("home");
      await refreshList();
    } catch (error) {
      setSaid(words(error));
    }
  }
  if (!sure) return html`<button onClick=${() => setSure(true)}>${say("leave_group")}</button>`;
  return html`<div class="advice" role="alert"><p>${say(group.join_policy === "open" ? "leave_group_open" : "leave_group_asked")}</p>
    ${said && html`<p class="error">${said}</p>`}
    <p class="choices"><button class="strong" onClick=${leave}>${say("leave_group")}</button>
      <button onClick=${() => setSure(false)}>${say("group_stay")}</button></p></div>`;
}

// One's conversations, those with something new first; and groups one could join.
import { ask, words } from "../api.js";
import { Bar } from "../parts/bar.js";
import { Icon } from "../parts/icons.js";
import { Nav } from "../parts/nav.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { conversations, online, order, outbox, refreshList } from "../store.js";
import { html, useEffect, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";

const MOST_COUNTED = 99;

export const Home = () => html`
  <${Bar} title=${say("conversations")} />
  ${!online.value && html`<p class="offline" role="status">${say("no_connection")}</p>`}
  <main class="page">
    ${conversations.value.length === 0 && html`<p>${say("no_conversations")}</p>`}
    ${conversations.value.length > 0 && html`<button class="plain" onClick=${() => go("search")}>
      <${Icon} name="search" /> ${say("find_again")}</button>`}
    <ul class="list">${order.value.map((one) => html`<${Row} key=${one.id} one=${one} />`)}</ul>
    <${Groups} />
  </main>
  <${Nav} />`;

function Row({ one }) {
  const waiting = outbox.value.filter((item) => item.conversation_id === one.id && !item.seen).length;
  return html`<li>
    <button class="row" onClick=${() => go("chat", { id: one.id })}>
      <span class="row-title" dir="auto">${one.title}</span>
      <span class="small">${say(one.kind)}${one.muted ? ` · ${say("muted")}` : ""}</span>
      ${one.other && html`<${Role} role=${one.other.role} label=${one.other.role_label} />`}
      ${one.unread_count > 0 && html`<span class="unread">${unread(one.unread_count)}</span>`}
      ${waiting > 0 && html`<span class="small">${say("waiting")}</span>`}
    </button>
  </li>`;
}

const unread = (count) => (count > MOST_COUNTED ? say("unread_most", { count: MOST_COUNTED }) : sayCount("unread", count));

function Groups() {
  const [groups, setGroups] = useState([]);
  const [said, setSaid] = useState({});
  const mine = conversations.value.map((one) => one.id).join();
  useEffect(() => {
    ask("GET", "/groups?limit=100").then(({ items }) => setGroups(items), () => {});
  }, [mine]);

  async function join(group) {
    try {
      const { state } = await ask("POST", `/groups/${group.id}/join`, {});
      if (state === "requested") setSaid({ ...said, [group.id]: say("asked") });
      else await refreshList();
    } catch (error) {
      setSaid({ ...said, [group.id]: words(error) });
    }
  }

  const open = groups.filter((one) => one.membership?.state !== "member" && one.join_policy !== "invite");
  return open.length === 0 ? null : html`<h2>${say("groups")}</h2>
    <ul class="list">${open.map((one) => html`<li key=${one.id} class="card">
      <h3 dir="auto">${one.name}</h3>
      <p dir="auto">${one.description}</p>
      ${said[one.id] || one.membership?.state === "requested"
        ? html`<p role="status">${said[one.id] ?? say("asked")}</p>`
        : html`<button aria-label=${say("join", one)} onClick=${() => join(one)}>${say(`join_${one.join_policy}`)}</button>`}
    </li>`)}</ul>`;
}

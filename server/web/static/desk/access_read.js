// The private conversation itself, for as long as it is open to this person. Each page that is asked for is on record.
import { ask, words } from "../api.js";
import { Role } from "../parts/role.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { say } from "../words.js";
import { Desk } from "./shell.js";
import { momentIn } from "./zone.js";

const A_PAGE = 30;
const GONE = { hidden: "access_hidden", removed: "access_removed", deleted: "access_deleted" };

export function ReadAccess({ access }) {
  const [state, set] = useState({ items: [], next: null, said: "", over: false });
  const busy = useRef(false);

  async function load(before) {
    if (busy.current) return;
    busy.current = true;
    try {
      const page = await ask("GET", `/break-glass/${access.id}/messages?limit=${A_PAGE}${before ? `&before=${before}` : ""}`);
      set((now) => (now.over ? now : { ...now, items: before ? [...now.items, ...page.items] : page.items, next: page.next_cursor, said: "", here: true }));
    } catch (error) {
      const closed = error.code === "access_closed";
      set((now) => ({ ...now, items: closed ? [] : now.items, said: words(error), over: closed, here: true }));
    }
    busy.current = false;
  }

  useEffect(() => {
    load();
    const left = Date.parse(access.expires_at) - Date.now();
    const timer = setTimeout(() => set({ items: [], next: null, said: say("access_time_over"), over: true, here: true }), Math.max(left, 0));
    return () => clearTimeout(timer);
  }, [access.id]);

  return html`<${Desk} title=${say("access_reading")} still>
    <div class="card"><p><strong>${say("access_until", { at: momentIn(access.expires_at) })}</strong></p>
      <p>${say("access_each_page")}</p></div>
    <p class="error" role="alert">${state.said}</p>
    ${!state.here && html`<p role="status">${say("loading")}</p>`}
    ${state.here && !state.said && state.items.length === 0 && html`<p role="status">${say("access_no_words")}</p>`}
    <ol class="list" aria-label=${say("access_newest_first")}>${state.items.map((one) => html`<li key=${one.id} class="card">
      <p><strong dir="auto">${one.author.display_name}</strong> <${Role} role=${one.author.role} label=${one.author.role_label} /></p>
      ${GONE[one.state] ? html`<p class="small">${say(GONE[one.state])}</p>` : html`<p class="body" dir="auto">${one.body}</p>`}
      <p class="small"><time datetime=${one.created_at}>${momentIn(one.created_at)}</time></p></li>`)}</ol>
    ${state.next && !state.over && html`<button onClick=${() => load(state.next)}>${say("access_earlier")}</button>`}
  <//>`;
}

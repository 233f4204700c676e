// Finding again what was written: in one conversation, or in all of one's own.
import { ask, words } from "../api.js";
import { Bar } from "../parts/bar.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { conversations, me } from "../store.js";
import { effect, html, useEffect, useRef, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";

const SHOWN = 160; // characters of what was found
const NOTHING = { q: "", items: null, next: null };

// What was found stays while one looks at it, and goes with whoever looked.
let last = null;
effect(() => {
  if (!me.value) last = null;
});

export function Screen({ id }) {
  const place = conversations.value.find((one) => one.id === id);
  const [found, setFound] = useState(last && last.id === id ? last.found : NOTHING);
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef(null);
  const turn = useRef(0);
  useEffect(() => {
    if (!found.items) field.current.focus();
  }, []);

  async function look(q, cursor) {
    const mine = (turn.current += 1);
    setBusy(true);
    setSaid("");
    try {
      const query = `?q=${encodeURIComponent(q)}&limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
      const page = await ask("GET", `${id ? `/conversations/${id}` : ""}/search${query}`);
      if (mine !== turn.current) return; // something else was asked meanwhile
      const next = { q, items: [...(cursor ? found.items : []), ...page.items], next: page.next_cursor };
      last = { id, found: next };
      setFound(next);
    } catch (error) {
      if (mine === turn.current) setSaid(error.problem?.errors?.q?.[0] ?? words(error));
    }
    setBusy(false);
  }

  function submit(event) {
    event.preventDefault();
    const q = field.current.value.trim();
    if (q.length > 1) look(q, null);
  }

  return html`<${Bar} title=${say("find_again")} deep />
    <main class="page">
      <form role="search" class="search" onSubmit=${submit}>
        <label for="q" dir="auto">${place ? say("search_in", { title: place.title }) : say("search_all")}</label>
        <p class="write"><input id="q" type="search" maxlength="200" minlength="2" required dir="auto" autocomplete="off" ref=${field}
          defaultValue=${found.q} /> <button class="strong">${say("search_go")}</button></p>
      </form>
      <p role="status">${busy ? say("loading") : found.items?.length === 0 && !found.next ? say("search_none") : ""}</p>
      ${said && html`<p class="error" role="alert">${said}</p>`}
      <ul class="list">${(found.items ?? []).map((one) => html`<${Hit} key=${one.id} one=${one} all=${!id} />`)}</ul>
      ${found.next && html`<button onClick=${() => look(found.q, found.next)}>${say("more")}</button>`}
    </main>`;
}

function Hit({ one, all }) {
  const { author, body, content_warning: warning } = one;
  const place = conversations.value.find(({ id }) => id === one.conversation_id);
  return html`<li><button class="row" onClick=${() => go("chat", { id: one.conversation_id, at: one.seq })}>
    <span dir="auto"><strong>${author.display_name}</strong> <${Role} role=${author.role} label=${author.role_label} /></span>
    <span class="small hit" dir="auto">${all && place ? `${place.title} · ` : ""}${moment(one.created_at)}</span>
    <span class="hit" dir="auto">${warning ? say("warned", { text: warning }) : body.length > SHOWN ? `${body.slice(0, SHOWN)}…` : body}</span>
  </button></li>`;
}

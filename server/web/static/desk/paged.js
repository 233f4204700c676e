// A carer asks for somebody, and this phone is called: over everything else, until somebody says that they come or cannot.
import { ask, words } from "../api.js";
import { Bar } from "../parts/bar.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { hearing, me, notice, overlay, refreshList } from "../store.js";
import { computed, effect, html, signal, useEffect, useState } from "../vendored.js";
import { timeOf } from "../when.js";
import { learn, say } from "../words.js";
import { ring, silence } from "./ring.js";

const LOOK_AGAIN_MS = 60_000; // should an event and its repeat both have been lost

/** Alerts that call this person and that nobody has taken, the oldest first. */
const pages = signal([]);
/** Those that this person took and that go on. */
export const taken = signal([]);

const calls = computed(() => pages.value.filter((one) => one.called && one.state === "paging"));

async function look() {
  const { items } = await ask("GET", "/crisis/alerts?limit=50");
  const open = items.filter((one) => ["paging", "acknowledged", "in_contact"].includes(one.state));
  pages.value = open.reverse();
  taken.value = open.filter((one) => one.taken_by?.id === me.value?.id);
}

/** What the review desk calls supervisors for, wherever they are. */
function fromTheDesk(kind, { what, change }) {
  if (kind === "notice.case" && ["escalated", "escalation_waits"].includes(what)) return say("paged_case");
  return kind === "notice.desk" && ["beyond", "alone"].includes(change) ? say("paged_desk") : null;
}

/** From now on, until the page is left. Called once. */
export async function watch() {
  await learn("desk_work");
  let soon = null;
  hearing.add(({ kind, data }) => {
    const words = me.value?.role === "supervisor" && fromTheDesk(kind, data);
    if (words) notice.value = { words };
    if (kind.startsWith("alert.")) soon ??= setTimeout(() => ((soon = null), look().catch(() => {})), 50);
  });
  setInterval(() => me.value && look().catch(() => {}), LOOK_AGAIN_MS);
  document.addEventListener("visibilitychange", () => document.hidden || (me.value && look().catch(() => {})));
  effect(() => {
    const called = me.value !== null && calls.value.length > 0;
    overlay.value = called ? Paged : null;
    if (called) ring();
    else silence();
  });
  await look().catch(() => {});
}

function Paged() {
  const alert = calls.value[0];
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => document.querySelector(".paged h2")?.focus(), [alert?.id]);
  if (!alert) return null;

  async function answer(verb) {
    if (busy) return;
    setBusy(true);
    setSaid("");
    try {
      const { alert: now } = await ask("POST", `/crisis/alerts/${alert.id}/${verb}`, {});
      pages.value = pages.value.filter((one) => one.id !== alert.id);
      if (verb === "acknowledge") {
        taken.value = [...taken.value, now];
        await refreshList();
        go("chat", { id: now.conversation_id });
      }
    } catch (error) {
      setSaid(words(error));
      await look().catch(() => {});
    }
    setBusy(false);
  }

  return html`<${Bar} title=${say("paged_title")} />
    <main class="page paged" role="alertdialog" aria-labelledby="paged" aria-describedby="paged-what">
      <h2 id="paged" tabindex="-1">${say("paged_who", { name: alert.carer.display_name })}</h2>
      <p><${Role} role=${alert.carer.role} label=${alert.carer.role_label} /></p>
      <p id="paged-what"><strong>${say(`whose_${alert.whose}`)}</strong> ${say("paged_since", { at: timeOf(alert.created_at) })}</p>
      ${alert.note && html`<blockquote dir="auto">${alert.note}</blockquote>`}
      ${alert.message && html`<blockquote dir="auto">${alert.message.body}</blockquote>`}
      <p class="small">${say("paged_promise")}</p>
      ${calls.value.length > 1 && html`<p>${say("paged_more", { count: calls.value.length - 1 })}</p>`}
      <p class="error" role="alert">${said}</p>
      <p class="answers">
        <button onClick=${() => answer("decline")} aria-disabled=${busy ? "true" : null}>${say("paged_no")}</button>
        <button class="strong" onClick=${() => answer("acknowledge")} aria-disabled=${busy ? "true" : null}>${say("paged_yes")}</button>
      </p>
    </main>`;
}

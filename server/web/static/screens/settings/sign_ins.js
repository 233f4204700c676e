// Where one is signed in, and signing out there.
import { ask, words } from "../../api.js";
import { Act } from "../../parts/act.js";
import { signOut } from "../../session.js";
import { html, useEffect, useState } from "../../vendored.js";
import { moment } from "../../when.js";
import { say } from "../../words.js";

export function SignIns() {
  const [found, setFound] = useState(null);
  const [said, setSaid] = useState("");
  const read = async (cursor) => {
    const page = await ask("GET", `/auth/sessions?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    setFound((before) => ({ items: [...(cursor ? before.items : []), ...page.items], next: page.next_cursor }));
  };
  useEffect(() => void read().catch((error) => setSaid(words(error))), []);

  async function end(one) {
    await ask("DELETE", `/auth/sessions/${one.id}`);
    setFound({ ...found, items: found.items.filter((other) => other !== one) });
  }

  if (said) return html`<p role="alert">${said}</p>`;
  if (!found) return html`<p role="status">${say("loading")}</p>`;
  return html`<p>${say("sign_ins_about")}</p>
    <ul class="list">${found.items.map((one) => html`<li key=${one.id} class="card">
      <h2 class="plain">${one.device_name ?? say("device_unnamed")} ${one.current && html`<strong>(${say("device_this")})</strong>`}</h2>
      <p class="small">${say("device_since", { when: moment(one.created_at) })}<br />${say("device_seen", { when: moment(one.refreshed_at) })}</p>
      ${one.current
        ? html`<button onClick=${signOut}>${say("sign_out")}</button>`
        : html`<${Act} act=${() => end(one)}>${say("device_end")}<//>`}
    </li>`)}</ul>
    ${found.next && html`<${Act} act=${() => read(found.next)}>${say("more")}<//>`}`;
}

// Whether a piece helped: one press, and then a word why for whoever likes to say one.
import { words } from "../api.js";
import { html, useState } from "../vendored.js";
import { say } from "../words.js";
import { sayHelpful } from "./shelf.js";

const LONGEST = 500;

export function Helped({ piece: { slug, mine } }) {
  const [saying, setSaying] = useState(false); // the word why is asked for
  const [why, setWhy] = useState("");
  const [said, setSaid] = useState({});
  const [busy, setBusy] = useState(false);

  async function tell(helpful, because) {
    if (busy) return;
    setBusy(true);
    setSaid({});
    try {
      await sayHelpful(slug, helpful, because);
      setSaying(because === null);
      setSaid({ thanks: say("library_thanks") });
    } catch (error) {
      setSaid({ error: words(error) });
    }
    setBusy(false);
  }

  const answer = (helpful, key) => html`<button aria-pressed=${mine.helpful === helpful ? "true" : "false"}
    aria-disabled=${busy ? "true" : null} onClick=${() => tell(helpful, null)}>${say(key)}</button>`;
  return html`<section class="helped" aria-labelledby="helped">
    <h3 id="helped">${say("library_helped")}</h3>
    <p class="choices">${answer(true, "library_yes")}${answer(false, "library_no")}</p>
    <p role="status">${said.thanks ?? ""}</p>
    ${saying && html`<form onSubmit=${(event) => (event.preventDefault(), why.trim() && tell(mine.helpful, why.trim()))}>
      <p class="field"><label for="why">${say(mine.helpful ? "library_why" : "library_why_not")}</label>
        <textarea id="why" rows="3" maxlength=${LONGEST} dir="auto" value=${why} onInput=${(event) => setWhy(event.target.value)} /></p>
      <button aria-disabled=${busy ? "true" : null}>${say("send")}</button>
    </form>`}
    ${said.error && html`<p class="error" role="alert">${said.error}</p>`}
  </section>`;
}

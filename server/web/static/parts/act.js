// A button that asks the service for something, once at a time, and says beside itself what went wrong.
import { words } from "../api.js";
import { html, useState } from "../vendored.js";

export function Act({ act, children, strong, ...more }) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  async function run() {
    if (busy) return;
    setBusy(true);
    setSaid("");
    try {
      await act();
    } catch (error) {
      setSaid(words(error));
    }
    setBusy(false);
  }
  return html`<button type="button" class=${strong ? "strong" : null} aria-disabled=${busy ? "true" : null} onClick=${run} ...${more}>
      ${children}</button>
    ${said && html`<span class="error" role="alert">${said}</span>`}`;
}

// The lock of this phone: its PIN, and after how long it closes by itself.
import { canLock, dropLock, keepLock, lock, lockSettings } from "../../lock.js";
import { Field, Form } from "../../parts/form.js";
import { Act } from "../../parts/act.js";
import { everything } from "../../outbox.js";
import { closed } from "../../session.js";
import { html, useEffect, useState } from "../../vendored.js";
import { say } from "../../words.js";
import { setPin } from "./pin.js";

const MINUTES = [0, 1, 5, 15];
const USUAL = 5;

export function Lock() {
  const [settings, setSettings] = useState(lockSettings());
  const [sealed, setSealed] = useState(false); // opened with a passkey, which does not open what waits to be sent
  useEffect(() => void everything().then((all) => setSealed(all.some((one) => one.sealed)), () => {}), []);
  async function set({ pin, again, minutes }) {
    if (pin !== again) throw Object.assign(new Error(), { said: say("pin_differs") });
    await setPin(pin, Number(minutes));
    setSettings(lockSettings());
  }
  function change(event) {
    keepLock({ ...settings, minutes: Number(event.target.value) });
    setSettings(lockSettings());
  }
  if (!canLock()) return html`<p>${say("lock_not_here")}</p>`;
  const Minutes = ({ minutes, ...more }) => html`<p class="field"><label for="minutes">${say("lock_after")}</label>
    <select id="minutes" name="minutes" ...${more}>${MINUTES.map((one) => html`<option key=${one} value=${one} selected=${one === minutes}>
      ${say(`lock_${one}`)}</option>`)}</select></p>`;
  return html`<p>${say("lock_what")}</p>
    ${settings
      ? html`<p role="status">${say("lock_is_set")}</p>
        <p><${Act} strong act=${async () => (await lock(), closed())}>${say("lock_now")}<//></p>
        <${Minutes} minutes=${settings.minutes} onChange=${change} />
        ${sealed ? html`<p>${say("lock_still_sealed")}</p>`
          : html`<p><button onClick=${() => (dropLock(), setSettings(null))}>${say("lock_drop")}</button></p>`}`
      : html`<${Form} act=${set} button=${say("lock_set")}>${() => html`
        <${Field} name="pin" label=${say("lock_pin")} hint=${say("pin_hint")} type="password" inputmode="numeric" autocomplete="off"
          pattern="[0-9]{4,12}" required />
        <${Field} name="again" label=${say("pin_again")} type="password" inputmode="numeric" autocomplete="off" required />
        <${Minutes} minutes=${USUAL} />`}
      <//>`}
    <p class="small">${say("lock_limits")}</p>`;
}

// Closed: the PIN or a passkey opens it. Help and the quick exit work all the same.
import { askOpenly, ask } from "../api.js";
import { alone, keepTokens, SIGN_IN } from "../kept.js";
import { agreedKey, keepLock, lockSettings, open, readPoint, sealed, toBytes } from "../lock.js";
import { everything, replace } from "../outbox.js";
import { Act } from "../parts/act.js";
import { Bar } from "../parts/bar.js";
import { Field, Form } from "../parts/form.js";
import { canUsePasskeys, signInWithPasskey } from "../passkeys.js";
import { signOut, takeUp } from "../session.js";
import { notice } from "../store.js";
import { html, useEffect, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { keyOfPin } from "./settings/pin.js";

const MOST_TRIES = 5; // then everything here is forgotten: a PIN is short

async function unseal(own, { point, iv, data }) {
  const key = await agreedKey(own, await readPoint(point));
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: toBytes(iv) }, key, toBytes(data)));
}

/** What waited goes on in its order. What was sealed to the PIN of an earlier lock cannot be opened; it is left, and harms nothing. */
async function openOutbox(own) {
  for (const { sealed: seal } of await everything()) {
    const text = seal && (await unseal(own, seal).catch(() => null));
    if (text) await replace(JSON.parse(text));
  }
}

const sealedStill = () => everything().then((all) => all.some((one) => one.sealed), () => false);

/** Throws an error that `words` says when the PIN is another one. */
async function openWith(pin) {
  const settings = lockSettings();
  keepLock({ ...settings, tries: settings.tries + 1 }); // counted before it is tried, or closing the tab would try for free
  const seal = sealed();
  try {
    const wrapped = { name: "AES-GCM", iv: toBytes(settings.iv) };
    const pkcs8 = await crypto.subtle.decrypt(wrapped, await keyOfPin(pin, toBytes(settings.salt)), toBytes(settings.wrapped));
    const own = await crypto.subtle.importKey("pkcs8", pkcs8, { name: "ECDH", namedCurve: "P-256" }, false, ["deriveKey"]);
    const text = await unseal(own, seal);
    keepLock({ ...settings, tries: 0 });
    await alone("refresh", async () => {
      await openOutbox(own);
      open(text);
    });
  } catch {
    const left = MOST_TRIES - settings.tries - 1;
    if (left > 0) return `${say("lock_wrong", { left })} ${left === 1 ? say("lock_last_try") : ""}`.trim();
    signOut();
    notice.value = { words: say("lock_forgotten") };
    return null;
  }
  await takeUp();
  return null;
}

export function Screen() {
  const [unsent, setUnsent] = useState(0);
  useEffect(() => void everything().then((all) => setUnsent(all.length), () => {}), []);

  async function act({ pin }) {
    const wrong = await openWith(pin);
    if (wrong) throw Object.assign(new Error(wrong), { said: wrong });
  }

  async function withPasskey() {
    const before = sealed()?.session;
    await signInWithPasskey(askOpenly, (tokens) => {
      keepTokens(tokens);
      open(localStorage.getItem(SIGN_IN));
    });
    if (await sealedStill()) notice.value = { words: say("lock_still_sealed") };
    await takeUp();
    // The sign-in that was sealed is of no use to anybody now; the service need not keep it either.
    if (before) ask("DELETE", `/auth/sessions/${before}`).catch(() => {});
  }

  return html`<${Bar} title=${say("lock_title")} />
    <main class="page">
      <p>${say("lock_about")}</p>
      ${unsent > 0 && html`<p>${sayCount("lock_unsent", unsent)}</p>`}
      <${Form} act=${act} button=${say("lock_open")}>${() => html`
        <${Field} name="pin" label=${say("lock_pin")} type="password" inputmode="numeric" autocomplete="off" required />`}
      <//>
      ${canUsePasskeys() && html`<${Act} act=${withPasskey}>${say("passkey_use")}<//>`}
      <p><button onClick=${signOut}>${say("lock_sign_out")}</button></p>
    </main>`;
}

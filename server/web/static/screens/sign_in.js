import { askOpenly } from "../api.js";
import { keepTokens, PAGES } from "../kept.js";
import { Act } from "../parts/act.js";
import { Bar } from "../parts/bar.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../route.js";
import { notice } from "../store.js";
import { html, useEffect, useState } from "../vendored.js";
import { say } from "../words.js";

export function SignIn({ done }) {
  const [otp, setOtp] = useState(false);
  const [reads, setReads] = useState(false);
  useEffect(() => void globalThis.caches?.has(PAGES).then(setReads, () => {}), []);

  async function act({ email, password, otp: code }) {
    try {
      keepTokens(await askOpenly("POST", "/auth/login", { email, password, ...(code && { otp: code }) }));
    } catch (error) {
      if (error.code === "otp_required") setOtp(true);
      throw error;
    }
    await taken();
  }

  async function withPasskey() {
    const { signInWithPasskey } = await import("../passkeys.js");
    await signInWithPasskey(askOpenly, keepTokens);
    await taken();
  }

  function taken() {
    notice.value = null;
    go("home");
    return done();
  }

  return html`<${Bar} title=${say("app")} />
    <main class="page">
      <p>${say("about")}</p>
      <${Form} act=${act} button=${say("sign_in")}>${(errors) => html`
        <${Field} name="email" label=${say("email")} type="email" autocomplete="username" required error=${errors.email} />
        <${Field} name="password" label=${say("password")} type="password" autocomplete="current-password" required />
        ${otp && html`<${Field} name="otp" label=${say("otp")} autocomplete="one-time-code" inputmode="numeric" required />`}`}
      <//>
      ${window.PublicKeyCredential?.parseRequestOptionsFromJSON && html`<p><${Act} act=${withPasskey}>${say("passkey_use")}<//></p>`}
      <p><button onClick=${() => go("sign_up")}>${say("sign_up")}</button></p>
      ${reads && html`<p><button onClick=${() => go("library")}>${say("read_signed_out")}</button></p>`}
      <p class="small">${say("leave_hint")}</p>
    </main>`;
}

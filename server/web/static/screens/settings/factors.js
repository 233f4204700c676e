// What one signs in with: the password, an authenticator app, passkeys.
import { ask, words } from "../../api.js";
import { Field, Form } from "../../parts/form.js";
import { addPasskey, canUsePasskeys } from "../../passkeys.js";
import { html, useEffect, useState } from "../../vendored.js";
import { moment } from "../../when.js";
import { say, sayCount } from "../../words.js";
import { PresentForm } from "./present.js";

export function Factors() {
  const [facts, setFacts] = useState(null);
  const [keys, setKeys] = useState([]);
  const [said, setSaid] = useState("");
  async function read() {
    const [found, { items }] = await Promise.all([ask("GET", "/me/second-factor"), ask("GET", "/me/passkeys")]);
    setFacts(found);
    setKeys(items);
  }
  useEffect(() => void read().catch((error) => setSaid(words(error))), []);
  if (said) return html`<p role="alert">${said}</p>`;
  if (!facts) return html`<p role="status">${say("loading")}</p>`;
  return html`<${Password} /><${App} facts=${facts} read=${read} /><${Keys} keys=${keys} read=${read} />`;
}

function Password() {
  const [done, setDone] = useState(0);
  async function act({ current_password, new_password: password }) {
    await ask("POST", "/me/password", { current_password, password });
    setDone(done + 1);
  }
  return html`<h2>${say("password")}</h2>
    <${Form} key=${done} act=${act} button=${say("password_change")}>${(errors) => html`
      <${Field} name="current_password" label=${say("password_now")} type="password" autocomplete="current-password" required
        error=${errors.current_password} />
      <${Field} name="new_password" label=${say("password_new")} hint=${say("new_password_hint")} type="password" minlength="15"
        autocomplete="new-password" required error=${errors.password} />`}
    <//>
    <p role="status">${done > 0 ? say("password_changed") : ""}</p>`;
}

function App({ facts, read }) {
  const [made, setMade] = useState(null); // {secret, url} while it is set up
  const [codes, setCodes] = useState(null); // shown this once
  const begin = async ({ password }) => setMade(await ask("POST", "/me/second-factor", password ? { password } : {}));
  async function confirm({ otp }) {
    setCodes((await ask("POST", "/me/second-factor/confirm", { otp })).recovery_codes);
    setMade(null);
    await read();
  }
  const renew = async ({ otp, password }) =>
    setCodes((await ask("POST", "/me/second-factor/recovery-codes", { otp, ...(password && { password }) })).recovery_codes);
  async function remove({ otp, password }) {
    await ask("DELETE", "/me/second-factor", { otp, ...(password && { password }) });
    setCodes(null);
    await read();
  }
  const Code = () => html`<${Field} name="otp" label=${say("otp")} autocomplete="one-time-code" required />`;
  return html`<h2>${say("app_title")}</h2>
    ${codes && html`<div class="advice" role="alert"><p><strong>${say("codes_title")}</strong> ${say("codes_about")}</p>
      <ul dir="ltr">${codes.map((one) => html`<li key=${one}><code>${one}</code></li>`)}</ul>
      <button onClick=${() => setCodes(null)}>${say("codes_kept")}</button></div>`}
    ${facts.totp
      ? html`<p>${say("app_on", { when: moment(facts.confirmed_at) })} ${sayCount("codes_left", facts.recovery_codes_left)}</p>
        <details><summary>${say("codes_renew")}</summary><${PresentForm} key="renew" act=${renew} button=${say("codes_renew")}>${Code}<//></details>
        ${facts.required ? html`<p class="small">${say("factor_required")}</p>` : html`<details><summary>${say("app_remove")}</summary>
          <${PresentForm} key="remove" act=${remove} button=${say("app_remove")}>${Code}<//></details>`}`
      : made
        ? html`<p>${say("app_steps")}</p>
          <p><a class="button" href=${made.url}>${say("app_link")}</a></p>
          <p>${say("app_secret")} <code dir="ltr">${made.secret}</code></p>
          <${Form} key="confirm" act=${confirm} button=${say("app_confirm")}>${() => html`<${Field} name="otp" label=${say("app_code")}
            inputmode="numeric" autocomplete="one-time-code" required />`}<//>`
        : html`<p>${say("app_about")}</p><${PresentForm} key="begin" act=${begin} button=${say("app_begin")} />`}`;
}

function Keys({ keys, read }) {
  async function add({ name, password }) {
    await addPasskey(ask, name, password);
    await read();
  }
  async function remove(one, { password }) {
    await ask("DELETE", `/me/passkeys/${one.id}`, password ? { password } : {});
    await read();
  }
  return html`<h2>${say("passkeys")}</h2>
    <p>${say("passkeys_about")}</p>
    <ul class="list">${keys.map((one) => html`<li key=${one.id} class="card"><h3 dir="auto">${one.name}</h3>
      <p class="small">${one.last_used_at ? say("passkey_used", { when: moment(one.last_used_at) }) : say("passkey_unused")}</p>
      <${PresentForm} act=${(values) => remove(one, values)} button=${say("passkey_remove")} /></li>`)}</ul>
    ${canUsePasskeys()
      ? html`<${PresentForm} key=${keys.length} act=${add} button=${say("passkey_add")}>${(errors) => html`<${Field} name="name" maxlength="60" required
          label=${say("passkey_name")} error=${errors.name} dir="auto" />`}<//>`
      : html`<p class="small">${say("passkeys_not_here")}</p>`}`;
}

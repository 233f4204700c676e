import { askOpenly } from "../api.js";
import { keepTokens } from "../kept.js";
import { Bar } from "../parts/bar.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../route.js";
import { notice } from "../store.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Code, useCode } from "./code.js";

const WITH_LINES = ["AU", "CA", "GB", "IE", "NZ", "US"]; // whose lines come with the service
const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
const countries = new Intl.DisplayNames(["en"], { type: "region" });

const guessed = new Intl.Locale(navigator.language).region ?? WITH_LINES[0];
const REGIONS = [...new Set([...WITH_LINES, guessed])].sort();

export function SignUp({ done }) {
  const [code, said] = useCode();

  async function act({ invite_code, agree, ...facts }) {
    const asked = { ...facts, timezone, accepted_code_version: code.version };
    if (invite_code.trim()) asked.invite_code = invite_code.trim();
    const answer = await askOpenly("POST", "/auth/register", asked);
    keepTokens(answer);
    notice.value = answer.warnings.length ? { words: answer.warnings.map((one) => one.text).join(" ") } : null;
    go("home");
    await done();
  }

  return html`<${Bar} title=${say("sign_up_title")} deep />
    <main class="page">
      ${!code
        ? html`<p role="status">${said || say("loading")}</p>`
        : html`<${Form} act=${act} button=${say("sign_up_title")}>${(errors) => html`
            <${Field} name="invite_code" label=${say("invite")} hint=${say("invite_hint")} autocomplete="off" error=${errors.invite_code} />
            <${Field} name="display_name" label=${say("display_name")} hint=${say("display_name_hint")} autocomplete="off" required
              minlength="2" maxlength="40" error=${errors.display_name} />
            <${Field} name="email" label=${say("email")} type="email" autocomplete="username" required error=${errors.email} />
            <${Field} name="password" label=${say("password")} hint=${say("new_password_hint")} type="password"
              autocomplete="new-password" required error=${errors.password} />
            <p class="field"><label for="region">${say("country")}</label>
              <span class="small" id="region-hint">${say("country_hint")}</span>
              <select id="region" name="region" aria-describedby="region-hint">
                ${REGIONS.map((one) => html`<option key=${one} value=${one} selected=${one === guessed}>${countries.of(one)}</option>`)}
              </select></p>
            <${Code} code=${code} />
            <p><label class="tick"><input type="checkbox" name="agree" required /> ${say("agree")}</label></p>`}
          <//>`}
    </main>`;
}

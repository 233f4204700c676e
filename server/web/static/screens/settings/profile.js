// The name others see, where one lives, and on which clock.
import { ask } from "../../api.js";
import { keep, kept } from "../../kept.js";
import { Field, Form } from "../../parts/form.js";
import { me } from "../../store.js";
import { html, useState } from "../../vendored.js";
import { say } from "../../words.js";

const zones = () => Intl.supportedValuesOf?.("timeZone") ?? [me.value.timezone];

export function Profile() {
  const [said, setSaid] = useState([]);
  async function act(values) {
    const changed = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== me.value[name]));
    const { warnings, ...person } = await ask("PATCH", "/me", changed);
    me.value = { ...me.value, ...person };
    keep({ ...kept(), person: me.value });
    setSaid([say("saved"), ...warnings.map((one) => one.text)]);
  }
  return html`<${Form} act=${act} button=${say("save")}>${(errors) => html`
      <${Field} name="display_name" label=${say("display_name")} hint=${say("display_name_hint")} value=${me.value.display_name}
        minlength="2" maxlength="40" required autocomplete="off" dir="auto" error=${errors.display_name} />
      <p class="field"><label for="timezone">${say("set_timezone")}</label>
        <select id="timezone" name="timezone">${zones().map((one) =>
          html`<option key=${one} value=${one} selected=${one === me.value.timezone}>${one}</option>`)}</select></p>`}
    <//>
    <div role="status">${said.map((one) => html`<p key=${one}>${one}</p>`)}</div>`;
}

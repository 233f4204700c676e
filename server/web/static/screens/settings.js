import { Bar } from "../parts/bar.js";
import { Role } from "../parts/role.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { say } from "../words.js";

export const Settings = ({ signOut }) => html`<${Bar} title=${say("settings")} deep />
  <main class="page">
    <p>${say("signed_in_as", { name: me.value.display_name })} <${Role} role=${me.value.role} label=${me.value.role_label} /></p>
    <h2>${say("leaving")}</h2>
    <p>${say("leaving_hint")}</p>
    <h2>${say("on_this_phone")}</h2>
    <p>${say("on_this_phone_hint")}</p>
    <button class="strong" onClick=${signOut}>${say("sign_out")}</button>
    <p class="small">${say("sign_out_hint")}</p>
  </main>`;

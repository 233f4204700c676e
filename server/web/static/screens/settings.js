// What somebody can set for themselves, and how they leave.
import { Bar } from "../parts/bar.js";
import { Nav } from "../parts/nav.js";
import { Role } from "../parts/role.js";
import { signOut } from "../session.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { language, LANGUAGES, say, speak } from "../words.js";

export const Screen = () => html`<${Bar} title=${say("settings")} />
  <main class="page">
    <p>${say("signed_in_as", { name: me.value.display_name })} <${Role} role=${me.value.role} label=${me.value.role_label} /></p>
    <h2 id="language">${say("language")}</h2>
    <p class="choices" role="group" aria-labelledby="language">
      ${Object.entries(LANGUAGES).map(([tag, name]) => html`<button key=${tag} lang=${tag} dir="auto"
        aria-pressed=${tag === language ? "true" : "false"} onClick=${() => speak(tag)}>${name}</button>`)}
    </p>
    <h2>${say("leaving")}</h2>
    <p>${say("leaving_hint")}</p>
    <h2>${say("on_this_phone")}</h2>
    <p>${say("on_this_phone_hint")}</p>
    <button class="strong" onClick=${signOut}>${say("sign_out")}</button>
    <p class="small">${say("sign_out_hint")}</p>
  </main>
  <${Nav} />`;

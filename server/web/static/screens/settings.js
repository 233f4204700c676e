// What somebody can set for themselves, and how they leave.
import { Bar } from "../parts/bar.js";
import { Icon } from "../parts/icons.js";
import { Nav } from "../parts/nav.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { signOut } from "../session.js";
import { me } from "../store.js";
import { html } from "../vendored.js";
import { language, LANGUAGES, say, speak } from "../words.js";
import { Calls } from "./settings/calls.js";
import { CareTeam } from "./settings/care_team.js";
import { MyData } from "./settings/data.js";
import { Factors } from "./settings/factors.js";
import { Lock } from "./settings/lock.js";
import { Profile } from "./settings/profile.js";
import { SignIns } from "./settings/sign_ins.js";
import { Standing } from "./settings/standing.js";

const PAGES = {
  profile: Profile, calls: Calls, lock: Lock, factors: Factors, sign_ins: SignIns, care_team: CareTeam, standing: Standing, data: MyData,
};
const CARERS = ["care_team"]; // of nobody else

export function Screen({ name }) {
  const page = name.split(".")[1];
  if (!PAGES[page]) return html`<${Front} />`;
  return html`<${Bar} title=${say(`set_${page}`)} deep /><main class="page"><${PAGES[page]} /></main>`;
}

const Front = () => html`<${Bar} title=${say("settings")} />
  <main class="page">
    <p>${say("signed_in_as", { name: me.value.display_name })} <${Role} role=${me.value.role} label=${me.value.role_label} /></p>
    <ul class="list">
      ${Object.keys(PAGES).filter((page) => me.value.role === "carer" || !CARERS.includes(page)).map((page) => html`<li key=${page}><button class="row under" onClick=${() => go(`settings.${page}`)}>
        <span class="row-title">${say(`set_${page}`)}</span><span class="small">${say(`set_${page}_hint`)}</span></button></li>`)}
    </ul>
    <h2 id="language">${say("language")}</h2>
    <p class="choices" role="group" aria-labelledby="language">
      ${Object.entries(LANGUAGES).map(([tag, called]) => html`<button key=${tag} lang=${tag} dir="auto"
        aria-pressed=${tag === language ? "true" : "false"} onClick=${() => speak(tag)}>${called}</button>`)}
    </p>
    <h2>${say("leaving")}</h2>
    <p>${say("leaving_hint")}</p>
    <h2>${say("on_this_phone")}</h2>
    <p>${say("on_this_phone_hint")}</p>
    <button class="strong" onClick=${signOut}><${Icon} name="leave" /> ${say("sign_out")}</button>
    <p class="small">${say("sign_out_hint")}</p>
  </main>
  <${Nav} />`;

// What a role is and what it is not, in the service's own words.
import { askOpenly, words } from "../api.js";
import { Role } from "../parts/role.js";
import { html, useEffect, useState } from "../vendored.js";
import { say } from "../words.js";
import { Frame } from "./frame.js";

export function About({ role, close }) {
  const [found, setFound] = useState(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    const pick = ({ items }) => setFound(items.find((one) => one.role === role) ?? {});
    askOpenly("GET", "/roles").then(pick, (error) => setSaid(words(error)));
  }, [role]);
  const lines = (key, all) => all?.length > 0 && html`<h3>${say(key)}</h3><ul>${all.map((one) => html`<li key=${one}>${one}</li>`)}</ul>`;
  return html`<${Frame} title=${say("who_does_what")} close=${close}>
    ${!found && html`<p role=${said ? "alert" : "status"}>${said || say("loading")}</p>`}
    ${found?.role && html`<p><${Role} role=${role} label=${found.role_label} /></p>
      <p>${found.summary}</p>
      ${lines("role_does", found.does)} ${lines("role_does_not", found.does_not)}`}
  <//>`;
}

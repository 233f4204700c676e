// Who is speaking: a name, and the role in a drawing, a colour and words. The words are the service's own.
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Icon } from "./icons.js";

export const Role = ({ role, label }) => html`<span class="role" data-role=${role}><${Icon} name=${role} /> ${say(label)}</span>`;

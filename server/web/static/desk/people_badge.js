// That an account is not in use, beside its name.
import { html } from "../vendored.js";
import { say } from "../words.js";

export const Badge = ({ state }) => state !== "active" && html`<strong class="badge" data-state=${state}>${say(`people_${state}`)}</strong>`;

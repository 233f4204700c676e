// Without a connection: that this is so, and what the phone has.
import { online } from "../store.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { pack } from "./pack.js";

export const Offline = () => !online.value && html`<p class="offline" role="status">${say("library_offline")}</p>`;

/** What of the library is on this phone, in plain words, and what did not fit. */
export function OnThisPhone() {
  const { pieces = [], stored, leftOut = [], more } = pack.value ?? {};
  const mine = pieces.filter((one) => one.why === "bookmark").length;
  return html`<h2>${say("library_on_phone")}</h2>
    ${!stored ? html`<p>${say("library_not_stored")}</p>` : html`
      <p>${sayCount("library_stored", pieces.length - mine)}</p>
      ${mine > 0 && html`<p>${sayCount("library_stored_mine", mine)}</p>`}
      ${leftOut.length > 0 && html`<p>${say("library_no_room")}</p>
        <ul>${leftOut.map((one) => html`<li key=${one.slug} dir="auto">${one.title}</li>`)}</ul>`}
      ${more && html`<p>${say("library_more_bookmarks")}</p>`}`}`;
}

// Pieces in a list: what each is, how long it takes to read, and whether somebody has looked at it lately.
import { go } from "../route.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { isCurrent } from "./shelf.js";

/** `parts`: texts in turn, of which every second is to be marked. */
const Marked = ({ parts }) => parts.map((part, place) => (place % 2 ? html`<mark>${part}</mark>` : part));

/** Of pages without anything special only how long they take. */
export const kindAndTime = ({ kind, composed, reading_minutes: minutes }) => [
  kind !== "article" && say(composed ? "kind_composed" : `kind_${kind}`), sayCount("library_minutes", minutes),
].filter(Boolean).join(" · ");

export const Row = ({ piece, short }) => html`<li>
  <button class="row piece-row" onClick=${() => go("library.piece", { slug: piece.slug })}>
    <span class="row-title" dir="auto" lang=${piece.language}><${Marked} parts=${piece.snippet?.title ?? [piece.title]} /></span>
    ${!short && html`<span dir="auto" lang=${piece.language}><${Marked} parts=${piece.snippet?.text ?? [piece.summary]} /></span>`}
    <span class="small">${kindAndTime(piece)}${isCurrent(piece) ? "" : ` · ${say("library_due")}`}</span>
  </button>
</li>`;

export const Rows = ({ pieces, ...more }) => html`<ul class="list">
  ${pieces.map((piece) => html`<${Row} key=${piece.slug} piece=${piece} ...${more} />`)}
</ul>`;

// Pieces in a list: what each is, how long it takes to read, and whether somebody has looked at it lately.
import { go } from "../route.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { isCurrent } from "./shelf.js";

const WORD = /([\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*)/u;
const ENDINGS = /(?:ings?|ed|es|s|['’]s)$/;
const SHORTEST = 3;
const TELLING = 4; // letters: a shorter beginning would mark words that have nothing to do with it

const plain = (word) => word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
const root = (word) => {
  const cut = word.replace(ENDINGS, "");
  return cut.length >= TELLING ? cut : word;
};
const begins = (word, one) => word === one || (one.length >= TELLING && word.startsWith(one));

/** Beginnings of the words that were looked for, to be marked where they stand. */
export function rootsOf(text) {
  const common = say("library_common").split(" ");
  return plain(text).split(WORD).filter((one) => one.length >= SHORTEST && WORD.test(one) && !common.includes(one)).map(root);
}

export const Marked = ({ text, roots }) =>
  roots.length === 0 ? text : text.split(WORD).map((part, place) =>
    (place % 2 && roots.some((one) => begins(plain(part), one)) ? html`<mark>${part}</mark>` : part));

/** Of pages without anything special only how long they take. */
export const kindAndTime = ({ kind, composed, reading_minutes: minutes }) => [
  kind !== "article" && say(composed ? "kind_composed" : `kind_${kind}`), sayCount("library_minutes", minutes),
].filter(Boolean).join(" · ");

export const Row = ({ piece, roots = [], short }) => html`<li>
  <button class="row piece-row" onClick=${() => go("library.piece", { slug: piece.slug })}>
    <span class="row-title" dir="auto" lang=${piece.language}><${Marked} text=${piece.title} roots=${roots} /></span>
    ${!short && html`<span dir="auto" lang=${piece.language}><${Marked} text=${piece.summary} roots=${roots} /></span>`}
    <span class="small">${kindAndTime(piece)}${isCurrent(piece) ? "" : ` · ${say("library_due")}`}</span>
  </button>
</li>`;

export const Rows = ({ pieces, ...more }) => html`<ul class="list">
  ${pieces.map((piece) => html`<${Row} key=${piece.slug} piece=${piece} ...${more} />`)}
</ul>`;

// A piece's text as readers will see it, for whoever writes it: links say where they lead, pictures what they are called.
// The service has cleaned the text; here it is built anew out of the few elements it may have, and is never read as markup.
import { html } from "../vendored.js";

const TOKEN = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"]*")*)\s*\/?>|([^<]+|<)/g;
const ATTRIBUTE = /([a-z-]+)="([^"]*)"/g;
const LETTERS = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };
const SHOWN = new Set("p ul ol li blockquote pre strong em s code table thead tbody tr th td".split(" "));
const LOWER = { h2: "h3", h3: "h4", h4: "h5" }; // the screen has headings of its own above them
const ALONE = new Set(["br", "hr", "img"]);

const read = (text) =>
  text.replace(/&(?:#(\d{1,6})|(amp|lt|gt|quot|nbsp));/g, (_, code, name) => (name ? LETTERS[name] : String.fromCodePoint(code)));

function made(tag, given, inside) {
  if (tag === "br" || tag === "hr") return html`<${tag} />`;
  if (tag === "img") return html`<em>[${given.alt}]</em>`;
  if (tag === "a") return html`<span><u>${inside}</u> <span class="small" dir="ltr">(${given.href})</span></span>`;
  if (LOWER[tag] || SHOWN.has(tag)) return html`<${LOWER[tag] ?? tag}>${inside}<//>`;
  return inside;
}

function built(text) {
  const open = [{ tag: "", inside: [] }];
  const close = () => {
    const { tag, given, inside } = open.pop();
    open.at(-1).inside.push(made(tag, given, inside));
  };
  for (const [, ends, tag, attributes, words] of text.matchAll(TOKEN)) {
    if (words) open.at(-1).inside.push(read(words));
    else if (ends) while (open.some((one) => one.tag === tag) && open.at(-1).tag !== tag) close();
    if (ends && open.at(-1).tag === tag) close();
    if (tag && !ends) {
      const given = Object.fromEntries([...attributes.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, read(value)]));
      open.push({ tag, given, inside: [] });
      if (ALONE.has(tag)) close();
    }
  }
  while (open.length > 1) close();
  return open[0].inside;
}

export const Preview = ({ piece }) => html`<div class="card preview" lang=${piece.language} dir="auto">${built(piece.html)}</div>`;

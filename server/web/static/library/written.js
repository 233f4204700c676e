// A piece's text. The service has rendered and cleaned it; here it is built anew out of the few elements that a text may have.
// The browser never reads it as markup, so whatever it says, nothing of it can run: what is not known stays plain words.
import { go } from "../route.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Picture } from "./picture.js";

const TOKEN = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"]*")*)\s*\/?>|[^<]+|</g;
const ATTRIBUTE = /([a-z-]+)="([^"]*)"/g;
const ENTITY = /&(amp|lt|gt|quot|nbsp|#\d{1,7});/g;
const LETTERS = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };
const FOLLOWED = /^(?:https?:\/\/|mailto:|tel:|sms:)/i;
const PIECE = /^\/library\/([a-z0-9-]{1,80})$/;
const PICTURES = "/api/v1/resource-files/";
const EMPTY = new Set(["br", "hr", "img"]);
const AS_THEY_ARE = "p ul li blockquote pre strong em s code thead tbody tr th td".split(" ");
// The page has its own headings above those of a text.
const LOWER = { h2: "h3", h3: "h4", h4: "h5" };

const decoded = (text) => text.replace(ENTITY, (_, name) => LETTERS[name] ?? String.fromCodePoint(Math.min(Number(name.slice(1)), 0x10ffff)));

const Plain = ({ children }) => children;
const Wide = ({ children }) => html`<div class="wide" role="region" aria-label=${say("library_table")} tabindex="0"><table>${children}</table></div>`;

/** What an element becomes: `[tag or component, its attributes]`. Whatever is not here becomes what is in it. */
const KNOWN = {
  ...Object.fromEntries(AS_THEY_ARE.map((tag) => [tag, () => [tag, {}]])),
  ...Object.fromEntries(Object.entries(LOWER).map(([tag, lower]) => [tag, () => [lower, {}]])),
  br: () => ["br", {}],
  hr: () => ["hr", {}],
  ol: ({ start }) => ["ol", /^\d{1,9}$/.test(start) ? { start } : {}],
  table: () => [Wide, {}],
  a: link,
  img: ({ src, alt, width, height }) => (src?.startsWith(PICTURES) ? [Picture, { src, alt, width, height }] : [Plain, {}]),
};

function link({ href = "" }) {
  const slug = PIECE.exec(href)?.[1];
  if (slug) return ["a", { href: "/", onClick: (event) => (event.preventDefault(), go("library.piece", { slug })) }];
  if (!FOLLOWED.test(href)) return [Plain, {}];
  return ["a", /^http/i.test(href) ? { href, target: "_blank", rel: "noopener noreferrer" } : { href }];
}

/** `text` as it came, as what Preact shows. */
export function built(text) {
  const open = [{ tag: null, children: [] }];
  const close = () => {
    const { what, children } = open.pop();
    open.at(-1).children.push(html`<${what[0]} ...${what[1]}>${children}<//>`);
  };
  for (const [token, ends, tag, attributes] of text.matchAll(TOKEN)) {
    if (!tag) open.at(-1).children.push(decoded(token));
    else if (ends) {
      const depth = open.findLastIndex((one) => one.tag === tag);
      if (depth > 0) while (open.length > depth) close();
    } else {
      const given = Object.fromEntries([...attributes.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, decoded(value)]));
      const known = Object.hasOwn(KNOWN, tag) ? KNOWN[tag](given) : [Plain, {}];
      open.push({ tag, what: known, children: [] });
      if (EMPTY.has(tag)) close();
    }
  }
  while (open.length > 1) close();
  return open[0].children;
}

export const Written = ({ text, language }) => html`<div class="text" lang=${language} dir="auto">${built(text)}</div>`;

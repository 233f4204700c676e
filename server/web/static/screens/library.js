// The library: everything that may help, found in one's own words, and there without a connection where it matters most.
import { Bookmarks, Suggestions } from "../library/own.js";
import { Find } from "../library/find.js";
import { Front } from "../library/front.js";
import { Piece } from "../library/piece.js";
import { Suggest } from "../library/suggest.js";
import { me } from "../store.js";
import { html, useEffect } from "../vendored.js";

const OWN = { find: Find, bookmarks: Bookmarks, suggest: Suggest, suggestions: Suggestions };

export function Screen({ name, ...facts }) {
  const which = name.split(".")[1];
  // What was loaded meanwhile is where a screen reader goes on.
  useEffect(() => {
    if (document.activeElement === document.body) document.querySelector("h1")?.focus();
  }, [name]);
  if (which === "piece") return html`<${Piece} key=${facts.slug} ...${facts} />`;
  const Own = me.value && Object.hasOwn(OWN, which ?? "") ? OWN[which] : Front;
  return html`<${Own} key=${name} ...${facts} />`;
}

// What was read of the library since this person signed in, in memory only, and what they make of it.
import { ask } from "../api.js";
import { me } from "../store.js";
import { effect, signal } from "../vendored.js";
import { pack, renew } from "./pack.js";

const MOST = 40; // pieces that are remembered

export const pieces = signal({}); // by slug, as they came

/** A piece as far as this phone knows it: opened before, or kept for when there is no connection. */
export const known = (slug) => pieces.value[slug] ?? pack.value?.pieces.find((one) => one.slug === slug) ?? null;

export async function open(slug) {
  const person = me.value.id;
  const piece = await ask("GET", `/resources/${slug}`);
  if (me.value?.id === person) remember(piece);
  return piece;
}

function remember(piece) {
  const { [piece.slug]: _, ...others } = pieces.value;
  pieces.value = Object.fromEntries([...Object.entries(others).slice(1 - MOST), [piece.slug, piece]]);
}

function own(slug, facts) {
  const piece = pieces.value[slug];
  if (piece) pieces.value = { ...pieces.value, [slug]: { ...piece, mine: { ...piece.mine, ...facts } } };
}

export async function setBookmark(slug, kept) {
  own(slug, await ask(kept ? "PUT" : "DELETE", `/me/bookmarks/${slug}`));
  renew().catch(() => {}); // what is kept on this phone follows
}

export async function sayHelpful(slug, helpful, why = null) {
  await ask("POST", `/resources/${slug}/helpful`, { helpful, why });
  own(slug, { helpful });
}

/** From this day on a piece may be out of date, whatever was true when it came. */
export const isCurrent = ({ current, review_due: due }) => current && (!due || new Date() < new Date(`${due}T00:00:00`));

effect(() => {
  if (!me.value) pieces.value = {};
});

// What this phone keeps of the library for when there is no connection: whom it helps at once, and one's bookmarks.
// What everybody may read stays, also for who is signed out. What tells of this person stands apart and goes with their sign-in.
import { ask } from "../api.js";
import { alone, kept, OWN_PAGES, PAGES } from "../kept.js";
import { me } from "../store.js";
import { effect, signal } from "../vendored.js";
import { language } from "../words.js";

const PLACE = "/library/pack/1"; // the number is another when what is kept looks otherwise
const BOOKMARK = "bookmark";
const ENOUGH_MS = 30 * 60_000;

/** `{pieces, at, stored, leftOut, more}`: pieces in their order, `at` when they came; null until something is known. */
export const pack = signal(null);

/** What the phone has, at once and without asking anybody. */
export async function readPack() {
  const [forAll, own] = await Promise.all([read(PAGES), me.value && read(OWN_PAGES)]);
  if (!forAll) return null;
  const mine = own?.person === me.value?.id ? own : null;
  pack.value = {
    pieces: ordered([...forAll.pieces, ...(mine?.pieces ?? [])], mine?.order),
    at: mine?.at ?? forAll.at, stored: true, leftOut: mine?.left_out ?? [], more: mine?.more_bookmarks ?? false, version: mine?.version,
  };
  return pack.value;
}

/** Ask for what changed, and keep it. With `soon`, only when the last time is some while ago. */
export function renew({ soon = false } = {}) {
  const person = me.value?.id;
  return alone("library", async () => {
    if (!person || me.value?.id !== person) return;
    const had = await readPack();
    if (soon && had?.version && Date.now() - had.at < ENOUGH_MS) return;
    const since = had?.version ? `&since=${had.version}` : "";
    const came = await ask("GET", `/library/pack?language=${language}${since}`);
    if (me.value?.id !== person) return;
    const known = new Map(came.whole ? [] : had.pieces.map((one) => [one.key, one]));
    for (const one of came.pieces) known.set(one.key, one);
    const pieces = ordered([...known.values()].filter((one) => came.order.includes(one.key)), came.order);
    const { version, order, left_out, more_bookmarks } = came;
    const at = Date.now();
    const stored = await keep(person, pieces, { at, person, version, order, left_out, more_bookmarks });
    if (me.value?.id === person) pack.value = { pieces, at, stored, leftOut: left_out, more: more_bookmarks, version };
  });
}

const ordered = (pieces, order) => (order ? pieces.sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key)) : pieces);

async function read(name) {
  try {
    return (await (await caches.open(name)).match(PLACE))?.json() ?? null;
  } catch {
    return null;
  }
}

/** Whether the phone had room. A sign-in that ended meanwhile has nothing kept after it. */
async function keep(person, pieces, own) {
  const write = async (name, what) => (await caches.open(name)).put(PLACE, new Response(JSON.stringify(what)));
  try {
    await write(PAGES, { at: own.at, pieces: pieces.filter((one) => one.why !== BOOKMARK) });
    if (kept()?.person.id !== person) return false;
    await write(OWN_PAGES, { ...own, pieces: pieces.filter((one) => one.why === BOOKMARK) });
    if (kept()?.person.id !== person) await caches.delete(OWN_PAGES);
    return true;
  } catch {
    return false;
  }
}

effect(() => {
  if (!me.value) pack.value = null;
});

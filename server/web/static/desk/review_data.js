// What the review desk knows: the cases in the service's order, and how much of what is hard one has looked at.
import { ask, words } from "../api.js";
import { hears, me } from "../store.js";
import { signal } from "../vendored.js";
import { say } from "../words.js";
import { whole } from "./lists.js";

const STREAM = "desk:review";
const PAGE = 30;
const MOST = 100;
const SOON_MS = 500;

export const cases = signal(null);
export const next = signal(null);
export const filter = signal({ state: "", queue: "", skipped: false });
export const failed = signal("");
export const counter = signal(null);
/** What a screen reader is told. */
export const told = signal("");
/** A decision that can still be taken back: `{id, until}`, by this phone's clock. */
export const undoing = signal(null);
/** The last that was heard of each case. */
export const heard = signal({});
/** Who is at the desk. */
export const duty = signal(null);
/** Until when somebody who rests meant to be there. */
export const resting = signal(null);

function query(limit, cursor) {
  const { state, queue, skipped } = filter.value;
  const facts = { limit, ...(state && { state }), ...(queue && { queue }), ...(skipped && { skipped }), ...(cursor && { cursor }) };
  return `/review/cases?${new URLSearchParams(facts)}`;
}

let asked = 0;
/** The list anew, as far as it was shown; of two answers the later question's counts. */
export async function readCases() {
  const mine = (asked += 1);
  try {
    const page = await ask("GET", query(Math.min(MOST, Math.max(PAGE, cases.value?.length ?? 0))));
    if (mine !== asked) return;
    cases.value = page.items;
    next.value = page.next_cursor;
    failed.value = "";
  } catch (error) {
    if (mine === asked) failed.value = words(error);
  }
}

export async function readMore() {
  const mine = asked;
  const page = await ask("GET", query(PAGE, next.value));
  if (mine !== asked) return;
  const known = new Set(cases.value.map((one) => one.id));
  cases.value = [...cases.value, ...page.items.filter((one) => !known.has(one.id))];
  next.value = page.next_cursor;
}

export function choose(facts) {
  filter.value = { ...filter.value, ...facts };
  cases.value = null;
  readCases();
}

/** Throws as `ask` does. */
export const readCounter = async () => (counter.value = await ask("GET", "/review/me/exposure"));

/** Who runs the service looks at the desk, and is not there for it. */
export const mayBeThere = () => me.value?.role !== "coordinator";
export const readDuty = async () => (duty.value = await whole("/review/duty?limit=100"));

let soon = null;
function readSoon() {
  soon ??= setTimeout(() => {
    soon = null;
    if (cases.value) readCases();
  }, SOON_MS);
}

const urgent = (one) => one.queue === "safety" || one.urgency >= 3;

// What comes to everybody says who has a case at once; the order, and what one may do, the service is asked for.
function event({ case: one }) {
  if (!one) return;
  const known = heard.value[one.id] ?? cases.value?.find((other) => other.id === one.id);
  heard.value = { ...heard.value, [one.id]: one };
  if (cases.value) cases.value = cases.value.map((other) => (other.id === one.id ? { ...other, ...one } : other));
  if (one.state === "open" && urgent(one) && !(known && urgent(known))) told.value = say("rv_urgent_came", { time: new Date().toLocaleTimeString() });
  readSoon();
}

function clear() {
  cases.value = next.value = counter.value = undoing.value = duty.value = resting.value = null;
  heard.value = {};
  told.value = failed.value = "";
}

hears[STREAM] = { event, restart: readSoon, clear };

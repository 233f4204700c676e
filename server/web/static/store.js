// What the screens show, in memory only: this person's conversations and the messages of those that were opened.
import { FIRST, first, PAGE } from "./ahead.js";
import { ask, NoAnswer, Refused } from "./api.js";
import { makeStreams } from "./streams.js";
import { computed, signal } from "./vendored.js";
import { learn, say } from "./words.js";

export const me = signal(null);
export const due = signal(null); // the code of what stands between the person and the service
export const online = signal(true); // whether the service answers, as far as is known
export const live = signal(false); // whether the socket is there
export const conversations = signal([]);
export const rooms = signal({}); // by conversation: {messages, more, loaded, later?}; `later`: they end before the newest one
export const outbox = signal([]);
export const supports = signal({}); // by conversation: help that an answer carried, until it is folded away
export const notice = signal(null); // words of the service for this person
export const opened = signal(null); // the conversation on the screen
export const overlay = signal(null); // what stands over every screen until it is answered
export const hearing = new Set(); // who else wants each event, as it is applied
export const typing = signal({}); // by conversation: who is writing
export const questions = signal([]); // what the service asks this person alone, and waits for an answer to

export const order = computed(() => [...conversations.value].sort((a, b) => rank(b) - rank(a)));
const rank = (one) => (one.kind === "crisis" ? 2 : 0) + (one.unread_count > 0 ? 1 : 0);

export const streams = makeStreams({ apply, restart, found: refreshListSoon, ask: async (positions) => {
  return (await ask("POST", "/sync", { streams: positions })).streams;
} });

/** Everything anew, as at one moment. */
export async function start() {
  let cursor = null;
  const listed = [];
  const known = {};
  let heads = null;
  do {
    const one = await (cursor ? ask("GET", `${FIRST}&cursor=${encodeURIComponent(cursor)}`) : first(me.value.id));
    heads ??= one.streams;
    listed.push(...one.conversations);
    for (const [id, messages] of Object.entries(one.messages)) {
      const held = one.held.filter((message) => message.conversation_id === id);
      known[id] = { messages: sorted([...messages, ...held]), more: messages.length >= PAGE, loaded: true };
    }
    cursor = one.next_cursor;
  } while (cursor);
  conversations.value = listed;
  rooms.value = known;
  streams.begin(heads);
  askQuestions();
}

/** Whose crisis it is. Not being told now does no harm: with the next start it is asked again. */
export function askQuestions() {
  ask("GET", "/me/crisis-questions").then(({ items }) => void (questions.value = items.filter((one) => !one.answer)), () => {});
}

export function clear() {
  me.value = due.value = notice.value = opened.value = overlay.value = null;
  conversations.value = [];
  rooms.value = {};
  outbox.value = questions.value = [];
  supports.value = {};
  for (const one of Object.values(hears)) one.clear();
  streams.begin({});
}

// --- events -------------------------------------------------------------------------------------------------------------------

/** By stream: `{event(data), restart(), clear()}` of whoever shows what is no conversation. */
export const hears = {};

function apply(event) {
  const { stream_id: place, seq, kind, data } = event;
  for (const heard of hearing) heard(event);
  if (hears[place]) return hears[place].event(data);
  change(place, { head_seq: seq });
  if (kind === "message.created" || kind === "message.updated") {
    if (data.message) return hear(data.message, kind === "message.created");
  } else if (kind === "message.removed") return patch(place, data.message_id, (message) => goneFor(message, data.reason));
  else if (kind === "reaction.changed") {
    if (data.reactions) return patch(place, data.message_id, (one) => ({ ...one, reactions: mixed(one, data.reactions) }));
  } else if (kind === "read.changed") return readElsewhere(data);
  else if (kind === "mute.changed") return change(data.conversation_id, { muted: data.muted });
  else if (place === me.value?.id) {
    if (kind === "notice.crisis_question") return askQuestions();
    if (data.user_message) learn("service").catch(() => {}).then(() => (notice.value = { words: say(data.user_message), kind }));
    refreshListSoon();
    if (kind === "notice.message" && data.conversation_id) load(data.conversation_id).catch(() => {});
  }
}

export const goneFor = (message, reason) => ({
  ...message, state: reason === "deleted" ? "deleted" : reason === "hidden" ? "hidden" : "removed", body: "", content_warning: null,
});

// What goes to a whole room does not say which reactions are one's own.
function mixed(message, reactions) {
  const own = (name) => message.reactions?.[name]?.mine ?? false;
  return Object.fromEntries(Object.entries(reactions).map(([name, one]) => [name, { mine: own(name), ...one }]));
}

function hear(message, isNew) {
  const place = message.conversation_id;
  const known = rooms.value[place]?.messages.some((one) => one.id === message.id);
  const own = message.author.id === me.value?.id;
  if (own && isNew) arrived(message);
  if (known || !rooms.value[place]?.later) merge(place, [message]);
  if (isNew && !known && !own && message.state === "visible") {
    const here = conversations.value.find((one) => one.id === place);
    if (here && message.seq > here.read_seq) change(place, { unread_count: here.unread_count + 1 });
  }
}

/** One's own message may be heard of before its answer: it must not stand there twice meanwhile. */
function arrived(message) {
  const same = (one) => one.conversation_id === message.conversation_id && one.state === "waiting" && one.body === message.body;
  const first = outbox.value.find((one) => same(one) && !one.seen);
  if (first) outbox.value = outbox.value.map((one) => (one === first ? { ...one, seen: true } : one));
}

function readElsewhere({ conversation_id: place, read_seq: seq }) {
  const here = conversations.value.find((one) => one.id === place);
  if (here && seq > here.read_seq) change(place, { read_seq: seq, unread_count: unreadAfter(place, seq) });
}

function unreadAfter(place, seq) {
  const messages = rooms.value[place]?.messages ?? [];
  return messages.filter((one) => one.seq > seq && one.state === "visible" && one.author.id !== me.value?.id).length;
}

function restart(place) {
  if (hears[place]) return hears[place].restart();
  if (rooms.value[place]) load(place, { anew: true }).catch(() => {});
  refreshListSoon();
}

let soon = null;
/** Many events at once ask for one new list. */
function refreshListSoon() {
  soon ??= setTimeout(() => {
    soon = null;
    refreshList().catch(() => {});
  }, 300);
}

export async function refreshList() {
  const items = [];
  let cursor = null;
  do {
    const page = await ask("GET", `/conversations?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  conversations.value = items;
  streams.catchUp();
}

// --- rooms --------------------------------------------------------------------------------------------------------------------

const UNPLACED = Number.MAX_SAFE_INTEGER; // held: at the end, by when it was written
const sorted = (messages) =>
  messages.sort((a, b) => (a.seq ?? UNPLACED) - (b.seq ?? UNPLACED) || a.created_at.localeCompare(b.created_at));

export function merge(place, messages, more) {
  const room = rooms.value[place] ?? { messages: [], more: true, loaded: false };
  const byId = new Map(room.messages.map((one) => [one.id, one]));
  for (const one of messages) {
    const before = byId.get(one.id);
    byId.set(one.id, before ? { ...before, ...one, reactions: mixed(before, one.reactions) } : one);
  }
  rooms.value = { ...rooms.value, [place]: { ...room, messages: sorted([...byId.values()]), ...more } };
}

export function patch(place, id, changed) {
  const room = rooms.value[place];
  if (!room) return;
  const messages = room.messages.map((one) => (one.id === id ? changed(one) : one));
  rooms.value = { ...rooms.value, [place]: { ...room, messages } };
}

export function change(place, facts) {
  conversations.value = conversations.value.map((one) => (one.id === place ? { ...one, ...facts } : one));
}

/** The newest page of a conversation; with `before` or `after` the one on that side of a seq; with `around` what stands there. */
export async function load(place, { before, after, around, anew = false } = {}) {
  const page = (query) => ask("GET", `/conversations/${place}/messages?limit=${PAGE}${query}`);
  if (around) {
    const [older, newer] = await Promise.all([page(`&before=${around + 1}`), page(`&after=${around}`)]);
    forgetRoom(place, (one) => one.seq === null);
    const ends = { more: older.next_cursor !== null, later: newer.next_cursor !== null, loaded: true };
    return merge(place, [...older.items, ...newer.items], ends);
  }
  if (after) {
    const newer = await page(`&after=${after}`);
    return merge(place, newer.items, { later: newer.next_cursor !== null });
  }
  const found = await page(before ? `&before=${before}` : "");
  const older = before || anew || !rooms.value[place]?.loaded ? { more: found.next_cursor !== null } : {};
  const newest = found.items[0]?.seq ?? 0;
  if (anew) forgetRoom(place, ({ seq }) => seq > newest); // what came meanwhile
  if (!before) dropHeld(place, found.held);
  merge(place, [...found.items, ...(found.held ?? [])], { ...older, loaded: true });
}

function forgetRoom(place, but) {
  const messages = rooms.value[place]?.messages.filter(but) ?? [];
  rooms.value = { ...rooms.value, [place]: { messages, more: true, loaded: false, later: false } };
}

/** A held message that waits no more and did not appear was not let through. */
function dropHeld(place, stillHeld = []) {
  const room = rooms.value[place];
  if (!room) return;
  const ids = new Set(stillHeld.map((one) => one.id));
  const messages = room.messages.filter((one) => one.state !== "held" || ids.has(one.id));
  rooms.value = { ...rooms.value, [place]: { ...room, messages } };
}

/** Say that everything in `place` was seen. Not being heard does no harm: it is said again with the next message. */
export async function markRead(place) {
  const here = conversations.value.find((one) => one.id === place);
  if (!here || here.head_seq <= here.read_seq) return;
  change(place, { read_seq: here.head_seq, unread_count: 0 });
  try {
    await ask("PUT", `/conversations/${place}/read`, { seq: here.head_seq });
  } catch (error) {
    if (!(error instanceof NoAnswer || error instanceof Refused)) throw error;
  }
}

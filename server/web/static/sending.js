// From the outbox to the service, again and again until there is an answer.
import { ask, NoAnswer } from "./api.js";
import { newId } from "./kept.js";
import { sealed, sealOutbox } from "./lock.js";
import * as box from "./outbox.js";
import { makePauses } from "./pauses.js";
import { me, merge, outbox, supports } from "./store.js";

const pauses = makePauses(1_500, 60_000);
let timer = null;
const gone = new Set(); // what left the outbox, so that a reading begun before does not bring it back

/** Keep a message, then try to send it. It is on the screen at once and safe before anything is tried. */
export async function write(conversationId, { body, content_warning = null, reply_to = null, photos = [] }) {
  const item = {
    client_id: newId(), conversation_id: conversationId, person_id: me.value.id, body, content_warning, reply_to, photos,
    written_at: Date.now(), state: "waiting",
  };
  await box.put(item);
  if (sealed()) return sealOutbox(); // by another tab, just now
  show(item);
  flush();
}

export async function readOutbox() {
  const items = await box.waiting(me.value.id);
  const seen = new Set(outbox.value.filter((one) => one.seen).map((one) => one.client_id));
  outbox.value = items.filter((one) => !gone.has(one.client_id)).map((one) => ({ ...one, seen: seen.has(one.client_id) }));
}

export async function sendAnyway(item) {
  await keep({ ...item, state: "waiting", acknowledged_advice: true });
  flush();
}

export async function sendAgain(item) {
  await keep({ ...item, state: "waiting" });
  flush();
}

export async function takeBack(item) {
  // Off the screen first: the disk may be slow, and should this not reach it, the same id sent again changes nothing.
  gone.add(item.client_id);
  outbox.value = outbox.value.filter((one) => one.client_id !== item.client_id);
  await box.drop(item.client_id);
}

/** Try now; where it fails for want of a connection, again and again, ever more slowly. */
export async function flush() {
  clearTimeout(timer);
  const person = me.value?.id;
  if (!person) return;
  try {
    await box.sendDue(person, send);
    pauses.reset();
  } catch (error) {
    timer = setTimeout(flush, pauses.take(error.problem?.retry_after));
  }
  if (me.value?.id === person) await readOutbox();
}

export const stop = () => clearTimeout(timer);

async function send(item) {
  const { client_id, body, content_warning, reply_to, photos, conversation_id: place } = item;
  const asked = { client_id, body };
  if (content_warning) asked.content_warning = content_warning;
  if (reply_to) asked.reply_to = reply_to;
  if (photos?.length) asked.photos = photos;
  if (item.acknowledged_advice) asked.acknowledged_advice = true;
  try {
    const answer = await ask("POST", `/conversations/${place}/messages`, asked);
    merge(place, [answer.message]);
    offer(place, answer);
    await takeBack(item);
  } catch (error) {
    if (error instanceof NoAnswer || error.status === 401 || error.status === 429 || error.status >= 500) throw error;
    if (error.code === "acceptance_required") throw error;
    if (error.code === "advice_given") {
      offer(place, error.problem);
      await keep({ ...item, state: "advice", advice: error.problem.advice });
    } else await keep({ ...item, state: "refused", words: error.words });
  }
}

/** Show the help that came with an answer. */
export function offer(place, { support, user_message, turn_to }) {
  const later = turn_to ? { ...turn_to, text: user_message ?? turn_to.text } : null;
  if (support ?? later) supports.value = { ...supports.value, [place]: support ?? later };
}

async function keep(item) {
  if (me.value?.id !== item.person_id) return; // signed out or locked meanwhile: it stays gone, or is sent again and told again
  const { seen, ...kept } = item;
  await box.put(kept);
  show(kept);
}

function show(item) {
  const others = outbox.value.filter((one) => one.client_id !== item.client_id);
  outbox.value = [...others, item].sort((a, b) => a.written_at - b.written_at);
}

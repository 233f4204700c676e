// This person on this phone: taken up from what the phone keeps, and put away again.
import { forgetAhead } from "./ahead.js";
import { ask, endSession, NoAnswer } from "./api.js";
import { forget, keep, kept } from "./kept.js";
import { connect, disconnect } from "./live.js";
import { locked } from "./lock.js";
import { empty } from "./outbox.js";
import { makePauses } from "./pauses.js";
import { go } from "./route.js";
import { flush, readOutbox, stop } from "./sending.js";
import { clear, due, me, notice, online, outbox, start } from "./store.js";
import { signal } from "./vendored.js";
import { say } from "./words.js";

const PAGES_AFTER_MS = 4_000; // the first screen goes before
const pauses = makePauses(2_000, 30_000);
export const ready = signal(false);

/** With tokens there: load everything, then listen. Without an answer it is tried again until there is one. */
export async function takeUp() {
  const now = kept();
  if (!now) return;
  me.value = now.person;
  try {
    await Promise.all([readOutbox(), start()]);
  } catch (error) {
    if (error instanceof NoAnswer || error.status === 429 || error.status >= 500) {
      online.value = false;
      return void setTimeout(takeUp, pauses.take(error.problem?.retry_after));
    }
    if (error.status === 401) return over();
    due.value = error.code; // what has to be done first; the screen says it
    return;
  }
  pauses.reset();
  ready.value = true;
  flush();
  connect(over);
  setTimeout(keepPages, PAGES_AFTER_MS);
}

/** What helps without a connection has to be on the phone before there is none. Not getting it now does no harm. */
const keepPages = () => import("./library/pack.js").then(({ renew }) => renew({ soon: true })).catch(() => {});

export async function agreed(version) {
  const person = await ask("POST", "/me/acceptances", { version });
  keep({ ...kept(), person });
  due.value = null;
  await takeUp();
}

/** Closed: what was in memory goes, what waits to be sent stays until the lock is opened. */
export function closed() {
  stop();
  disconnect();
  forgetAhead();
  clear();
  ready.value = false;
  go("home");
}

/** Forget this person on this phone. Their outbox goes too: the next one to hold it must not find it. */
function putAway() {
  forget();
  closed();
  locked.value = false;
  empty();
}

/** The service says that this sign-in is over. */
export function over() {
  if (!me.value) return;
  const unsent = outbox.value.length > 0; // that it is gone must not be found out by waiting for an answer
  putAway();
  notice.value = { words: say(unsent ? "ended_unsent" : "ended") };
}

/** At once, also without a connection: whoever asks for it may be about to hand the phone over. */
export function signOut() {
  endSession(kept()?.access);
  putAway();
}

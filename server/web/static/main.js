// The first to run: takes up a sign-in that this phone keeps, or shows how to sign in.
import { ask, NoAnswer, onRefused } from "./api.js";
import { forget, hearTabs, keep, kept } from "./kept.js";
import { leave, leaveOnShift } from "./leave.js";
import { connect, disconnect, wake } from "./live.js";
import { empty } from "./outbox.js";
import { makePauses } from "./pauses.js";
import { go } from "./route.js";
import { App } from "./screens/app.js";
import { flush, readOutbox, stop } from "./sending.js";
import { clear, due, me, notice, online, outbox, start } from "./store.js";
import { html, render, signal } from "./vendored.js";
import { say } from "./words.js";

const pauses = makePauses(2_000, 30_000);
export const ready = signal(false);

/** With tokens there: load everything, then listen. Without an answer it is tried again until there is one. */
async function takeUp() {
  const now = kept();
  if (!now) return;
  me.value = now.person;
  try {
    await readOutbox();
    await start();
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
}

async function agreed(version) {
  const person = await ask("POST", "/me/acceptances", { version });
  keep({ ...kept(), person });
  due.value = null;
  await takeUp();
}

/** Forget this person on this phone. Their outbox goes too: the next one to hold it must not find it. */
function putAway() {
  stop();
  disconnect();
  forget();
  clear();
  ready.value = false;
  go("home");
  return empty();
}

function over() {
  if (!me.value) return;
  const unsent = outbox.value.length > 0; // that it is gone must not be found out by waiting for an answer
  putAway();
  notice.value = { words: say(unsent ? "ended_unsent" : "ended") };
}

async function signOut() {
  try {
    await ask("POST", "/auth/logout");
  } catch {
    // Forgotten here all the same.
  }
  await putAway();
}

onRefused({ ended: over, due: (code) => void (due.value = code) });
hearTabs((word) => word === "leave" && leave({ tell: false }));
addEventListener("storage", () => {
  if (!kept() && me.value) over();
});
addEventListener("online", () => void (wake(), flush()));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && me.value) wake();
});
leaveOnShift();
const root = document.getElementById("app");
root.replaceChildren();
render(html`<${App} ready=${ready} takeUp=${takeUp} agreed=${agreed} signOut=${signOut} />`, root);
takeUp();

const trusted = window.trustedTypes?.createPolicy("hearth", { createScriptURL: (url) => (url === "/sw.js" ? url : "") });
navigator.serviceWorker?.register(trusted ? trusted.createScriptURL("/sw.js") : "/sw.js");

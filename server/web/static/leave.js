// The quick exit: everything of the person is gone from the screen, this phone and the server, and another page is there.
import { endSession } from "./api.js";
import { forget, kept, tellTabs } from "./kept.js";
import { disconnect } from "./live.js";
import { empty } from "./outbox.js";
import { steps } from "./route.js";

const PRESSES = 3;
const WITHIN_MS = 1500;
const BACK_WITHIN_MS = 150;

export function leave({ tell = true } = {}) {
  document.body.replaceChildren(); // first of all what can be seen
  const token = kept()?.access;
  forget();
  disconnect();
  empty();
  if (tell) tellTabs("leave");
  endSession(token);
  const gone = () => location.replace(document.querySelector("meta[name=leave-to]").content);
  if (!steps()) return gone();
  addEventListener("popstate", gone, { once: true });
  setTimeout(gone, BACK_WITHIN_MS);
  history.go(-steps()); // so that no second entry of ours stays behind
}

/** Shift, three times and nothing else in between. */
export function leaveOnShift() {
  let presses = [];
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") return void (presses = []);
    if (event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (presses.length >= PRESSES) leave();
  });
}

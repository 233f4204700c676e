// The first to run: the words, then a sign-in that this phone keeps, or how to sign in.
import { onRefused } from "./api.js";
import { hearTabs, kept } from "./kept.js";
import { leave, leaveOnShift } from "./leave.js";
import { wake } from "./live.js";
import { locked, sealed, watchIdle } from "./lock.js";
import { go } from "./route.js";
import { App } from "./screens/app.js";
import { flush } from "./sending.js";
import { closed, over, ready, takeUp } from "./session.js";
import { due, me } from "./store.js";
import { html, render } from "./vendored.js";
import { learn } from "./words.js";

onRefused({ ended: over, due: (code) => void (due.value = code) });
hearTabs((word) => word === "leave" && leave({ tell: false }));
addEventListener("storage", () => {
  locked.value = sealed() !== null;
  if (kept()) return void (me.value ?? takeUp()); // opened, or signed in, in another tab
  if (!me.value) return;
  if (locked.value) closed();
  else over();
});
addEventListener("online", () => void (wake(), flush()));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && me.value) wake();
});
leaveOnShift();
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data.kind === "open" && data.of.kind === "message" && ready.value) go("chat", { id: data.of.id });
});

// Until the words are there, the shell shows the numbers.
learn("app").then(async () => {
  const root = document.getElementById("app");
  root.replaceChildren();
  await watchIdle(closed);
  render(html`<${App} />`, root);
  takeUp();
}, () => {});

const trusted = window.trustedTypes?.createPolicy("hearth", { createScriptURL: (url) => (url === "/sw.js" ? url : "") });
navigator.serviceWorker?.register(trusted ? trusted.createScriptURL("/sw.js") : "/sw.js");

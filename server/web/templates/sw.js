// Keeps what everybody may see, and nothing of anybody: the shell of this release and the crisis numbers.
"use strict";
const SHELL = "shell-__RELEASE__";
const RELEASE = "/static/__RELEASE__/";
const CRISIS = "crisis"; // outlives releases: it is renewed whenever there is a connection
const LIBRARY = "library"; // with what follows it in a name: pages that the app itself keeps and takes away
const FILES = __FILES__;
const NUMBERS = ["/crisis.html", "/crisis.css", "/api/v1/crisis"];
const PATIENCE_MS = 3000; // how long a person in a crisis waits for fresh numbers before they see the kept ones

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const shell = await caches.open(SHELL);
      await shell.addAll(FILES.map((path) => new Request(path, { cache: "no-cache" })));
      const crisis = await caches.open(CRISIS);
      await crisis.addAll(NUMBERS);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      const left = names.filter((name) => name !== SHELL && name !== CRISIS && !name.startsWith(LIBRARY));
      await Promise.all(left.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (NUMBERS.includes(url.pathname)) event.respondWith(freshOrKept(event, url.pathname));
  else if (FILES.includes(url.pathname) || url.pathname.startsWith(RELEASE)) event.respondWith(kept(event.request, url.pathname));
});

// Another language was chosen: the shell is kept anew.
self.addEventListener("message", (event) => {
  if (event.data !== "shell") return;
  const done = () => event.ports[0].postMessage("done");
  event.waitUntil(caches.open(SHELL).then((shell) => shell.add(new Request("/", { cache: "no-cache" }))).then(done, done));
});

/** What a desk loads is kept once it was asked for; a file of a release never changes. */
async function kept(request, path) {
  const shell = await caches.open(SHELL);
  const found = await shell.match(path);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && path.startsWith(RELEASE)) await shell.put(path, answer.clone());
  return answer;
}

/** The kept answer is for the region this phone was last answered for; another region or case needs a connection. */
async function freshOrKept(event, path) {
  const crisis = await caches.open(CRISIS);
  // Asked anew each time: what the browser kept would pass for fresh, and say of a line that it is open now.
  const fresh = fetch(event.request, { cache: "no-cache" }).then(async (answer) => {
    if (answer.ok && !new URL(event.request.url).search) await crisis.put(path, answer.clone());
    return answer;
  });
  event.waitUntil(fresh.catch(() => undefined));
  const soon = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const first = await Promise.race([fresh.catch(() => undefined), soon]);
  if (first?.ok) return first;
  const old = await crisis.match(path);
  return old ? marked(old) : fresh;
}

// --- calls: ids only come in, and what stands on the screen says nothing of what it is about --------------------------------------

const URGENT = new Set(["alert", "desk", "concern", "crisis_offer", "engine"]);

self.addEventListener("push", (event) => {
  event.waitUntil(called(read(event.data)));
});

function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

/** A browser takes the right to call away from who calls and shows nothing, so something is always shown. */
async function called(data) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (data.kind === "trial") pages.forEach((page) => page.postMessage(data));
  const urgent = URGENT.has(data.kind);
  const said = await words();
  const body = said[data.kind === "trial" ? "call_trial" : urgent ? "call_urgent" : "call_new"];
  await self.registration.showNotification(said.app, {
    body, icon: "/icon-192.png", tag: urgent ? "urgent" : data.kind === "trial" ? "trial" : "new",
    renotify: urgent, requireInteraction: urgent, ...(urgent && { vibrate: [400, 200, 400, 200, 800] }),
    data: { kind: data.kind, id: data.conversation_id ?? data.alert_id ?? null },
  });
}

async function words() {
  const shell = await caches.open(SHELL);
  const page = await (await shell.match("/")).text();
  const [, language] = /<html lang="([\w-]+)"/.exec(page);
  return (await shell.match(`${RELEASE}words/${language}/app.json`)).json();
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const [page] = await self.clients.matchAll({ type: "window" });
    if (!page) return self.clients.openWindow("/");
    page.postMessage({ kind: "open", of: event.notification.data });
    return page.focus();
  })());
});

/** Says that it is what the phone kept: which line is open now nobody could look up. */
function marked(old) {
  const headers = new Headers(old.headers);
  headers.set("X-Kept", "yes");
  return new Response(old.body, { status: old.status, headers });
}

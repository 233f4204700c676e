// The lock: what this phone keeps of a sign-in, and what waits to be sent, is sealed to a key that only the PIN opens, so that closed
// it is of use to nobody.
// Sealing needs no PIN (a public key does it), so that it can be done at any moment. Unlocking is in screens/lock.js.
import { alone, kept, OWN_PAGES, SIGN_IN } from "./kept.js";
import { sealAll } from "./outbox.js";
import { signal } from "./vendored.js";

const LOCK = "hearth.lock"; // {minutes, point, salt, iv, wrapped, tries}; bytes as base64
const SEALED = "hearth.sealed"; // {point, iv, data, session}: a seal, and which sign-in it is
const SEEN = "hearth.seen"; // when somebody last did something here, in ms
const CHECK_EVERY_MS = 5_000;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

export const locked = signal(localStorage.getItem(SEALED) !== null);

export const lockSettings = () => read(LOCK);
export const sealed = () => read(SEALED);
export const keepLock = (settings) => localStorage.setItem(LOCK, JSON.stringify(settings));
export const dropLock = () => localStorage.removeItem(LOCK);
export const canLock = () => Boolean(crypto.subtle); // only where the address is a safe one

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
export const toBytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

/** The key that both ends of an agreement of keys come to. */
export const agreedKey = (own, others) =>
  crypto.subtle.deriveKey({ name: "ECDH", public: others }, own, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);

export const readPoint = (text) => crypto.subtle.importKey("raw", toBytes(text), CURVE, true, []);

/** `{point, iv, data}` that only the PIN opens: with a key of its own, of which this phone keeps the public half. */
async function seal(text) {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveKey"]);
  const key = await agreedKey(pair.privateKey, await readPoint(lockSettings().point));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(text));
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  return { point: toText(point), iv: toText(iv), data: toText(data) };
}

/** Of what was written, nothing stays open on a locked phone: also what another tab put there as it was being locked. */
export const sealOutbox = () => alone("refresh", () => sealed() && sealAll(seal));

/** Close it now. In turn with the renewing of tokens, or the renewed ones would be left beside what was sealed. */
export function lock() {
  return alone("refresh", async () => {
    const now = localStorage.getItem(SIGN_IN);
    if (!lockSettings() || !now) return;
    const session = JSON.parse(atob(kept().access.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sid;
    localStorage.setItem(SEALED, JSON.stringify({ ...(await seal(now)), session }));
    localStorage.removeItem(SIGN_IN);
    await window.caches?.delete(OWN_PAGES).catch(() => {}); // what somebody marked tells of them; it is fetched again
    locked.value = true;
    await sealAll(seal).catch(() => {}); // closed even where the browser's database fails: then nothing could be kept in it either
  });
}

/** What was sealed is open again: `text` as it was. */
export function open(text) {
  localStorage.setItem(SIGN_IN, text);
  localStorage.removeItem(SEALED);
  touch();
  locked.value = false;
}

function touch() {
  localStorage.setItem(SEEN, String(Date.now()));
}

const idle = () => Date.now() - Number(localStorage.getItem(SEEN)) > (lockSettings()?.minutes ?? Infinity) * 60_000;

/** Close it when nobody did anything for as long as was set; with 0 minutes as soon as it is out of sight. */
export async function watchIdle(closed) {
  const close = async () => {
    if (locked.value || !kept()) return;
    await lock();
    closed();
  };
  if (locked.value) sealOutbox().catch(() => {}); // whatever ended the app as it was being locked
  let done = false;
  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, () => (done = true), { capture: true, passive: true });
  const check = () => {
    if (!lockSettings()) return;
    if (done && !document.hidden) touch();
    else if (idle() && lockSettings().minutes > 0) close();
    done = false;
  };
  setInterval(check, CHECK_EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden ? lockSettings()?.minutes === 0 : idle()) close();
  });
  if (idle()) await close(); // the app was closed in between
}

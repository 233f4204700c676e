// From a PIN to a key, slowly on purpose; and a new lock.
import { keepLock, toText } from "../../lock.js";

const ROUNDS = 300_000; // PBKDF2 with SHA-256; about a second on a cheap phone

export async function keyOfPin(pin, salt) {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** A pair of keys of its own for this lock: the public half seals, the other is kept wrapped in the PIN's key. */
export async function setPin(pin, minutes) {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveKey"]);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const own = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOfPin(pin, salt), own);
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  keepLock({ minutes, point: toText(point), salt: toText(salt), iv: toText(iv), wrapped: toText(wrapped), tries: 0 });
}

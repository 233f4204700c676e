// What was written and not yet accepted. Kept in the browser's database, so that closing the tab or a dead battery loses nothing.
// Each message carries the id it was born with: sent twice it still appears once.
import { alone } from "./kept.js";

const DATABASE = "hearth";
const STORE = "outbox";
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "client_id" });
    asked.onsuccess = () => {
      asked.result.onversionchange = () => close(); // another tab empties everything
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

function close() {
  opened?.then((database) => database.close(), () => {});
  opened = null;
}

async function within(mode, work, durability = "default") {
  const transaction = (await open()).transaction(STORE, mode, { durability });
  const asked = work(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** Everything, also of whoever else used this phone, and what is sealed. */
export const everything = () => within("readonly", (store) => store.getAll());

/** In the order they were written. */
export async function waiting(personId) {
  const all = await everything();
  return all.filter((one) => one.person_id === personId).sort((a, b) => a.written_at - b.written_at);
}

export const put = (item) => within("readwrite", (store) => store.put(item), "strict");

export const drop = (clientId) => within("readwrite", (store) => store.delete(clientId));

/** Nothing that was written can be read here until it is opened: `seal(text)` closes it. What is left open is its id. */
export async function sealAll(seal) {
  for (const one of await everything()) {
    if (!one.sealed) await replace({ client_id: one.client_id, sealed: await seal(JSON.stringify(one)) });
  }
}

/** Kept in place of what it was; what left meanwhile does not come back. */
export const replace = (item) =>
  within("readwrite", (store) => {
    store.get(item.client_id).onsuccess = ({ target }) => target.result && store.put(item);
  }, "strict");

export function empty() {
  close();
  return new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(DATABASE);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
}

/** Send what is due, one after the other, while no other tab does. `send(item)` throws to be asked again later. */
export function sendDue(personId, send) {
  return alone("outbox", async () => {
    for (const item of await waiting(personId)) if (item.state === "waiting") await send(item);
  });
}

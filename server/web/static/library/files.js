// Files of the library: those the service keeps are asked for as whoever is signed in, and shown from this phone's memory.
import { freshToken, NoAnswer, Refused } from "../api.js";

const OWN = "/api/v1/resource-files/";
const PATIENCE_MS = 60_000; // without a byte: on a slow line a recording takes minutes

export const isOurs = (url) => url.startsWith(OWN);

/** An address for as long as the page is there; whoever asks lets it go with `URL.revokeObjectURL`. Throws NoAnswer, Refused.
 * `told(part)` hears how much of it has come, from 0 to 1; `signal` ends it. */
export async function fetched(url, type, { told, signal } = {}) {
  const stop = new AbortController();
  let timer = null;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  };
  const leave = () => stop.abort();
  signal?.addEventListener("abort", leave);
  try {
    const headers = { Authorization: `Bearer ${await freshToken()}` };
    wait();
    const answer = await fetch(url, { headers, cache: "no-store", signal: stop.signal });
    if (!answer.ok) throw new Refused(answer.status, await answer.json());
    const parts = [];
    const size = Number(answer.headers.get("Content-Length"));
    let come = 0;
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      wait();
      parts.push(value);
      come += value.length;
      if (size) told?.(come / size);
    }
    return URL.createObjectURL(new Blob(parts, { type: type ?? answer.headers.get("Content-Type") }));
  } catch (error) {
    throw error instanceof Refused ? error : new NoAnswer();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
  }
}

// Files of the library: those the service keeps are asked for as whoever is signed in, and shown from this phone's memory.
import { freshToken, NoAnswer } from "../api.js";

const OWN = "/api/v1/resource-files/";
const PATIENCE_MS = 60_000;

export const isOurs = (url) => url.startsWith(OWN);

/** An address for as long as the page is there; whoever asks lets it go with `URL.revokeObjectURL`. Throws NoAnswer. */
export async function fetched(url, type) {
  const headers = { Authorization: `Bearer ${await freshToken()}` };
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  const asked = fetch(url, { headers, cache: "no-store", signal: stop.signal });
  const content = await asked.then((answer) => answer.ok && answer.blob()).catch(() => null);
  clearTimeout(timer);
  if (!content) throw new NoAnswer();
  return URL.createObjectURL(type ? new Blob([content], { type }) : content);
}

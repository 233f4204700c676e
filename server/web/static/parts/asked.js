// What a screen shows is asked for when it opens: meanwhile it says so, and when it fails it says why and can be tried again.
import { ask, words } from "../api.js";
import { html, useEffect, useState } from "../vendored.js";
import { say } from "../words.js";

/** `[found, again, set]`; `found` is {data} or {said} or null while it is asked for. `read()` is asked anew when `of` changes. */
export function useAsked(read, of = "") {
  const [found, setFound] = useState(null);
  const again = () => read().then((data) => setFound({ data }), (error) => setFound({ said: words(error) }));
  useEffect(() => {
    let left = false;
    read().then((data) => left || setFound({ data }), (error) => left || setFound({ said: words(error) }));
    return () => void (left = true);
  }, [of]);
  return [found, again, (data) => setFound({ data })];
}

/** `children(data)` once it is there. */
export function Asked({ found, again, children }) {
  if (!found) return html`<p role="status">${say("loading")}</p>`;
  if (found.said) return html`<p role="alert">${found.said}</p><p><button onClick=${again}>${say("try_again")}</button></p>`;
  return children(found.data);
}

/** Everything of a list that is never long, page after page. */
export async function askAll(path) {
  const items = [];
  let cursor = null;
  do {
    const page = await ask("GET", `${path}${path.includes("?") ? "&" : "?"}limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && items.length < 1_000);
  return items;
}

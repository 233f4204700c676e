// A list that comes in pages: the first at once, each further one when it is asked for; and what to say when one did not come.
import { ask, words } from "../api.js";
import { online } from "../store.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { say } from "../words.js";

/** `path` with its query; `known`, the state of the same list from before. `keep(state)` hears of every state. */
export function usePages(path, { known = null, keep = () => {} } = {}) {
  const [state, setState] = useState(known ?? { items: [], next: null, first: null, said: "", busy: true });
  const turn = useRef(0);
  const started = useRef(known ? path : null);
  const put = (one) => (keep(one), setState(one));

  async function read(before) {
    const mine = ++turn.current;
    if (before) put({ ...before, busy: true, said: "" });
    else setState({ ...state, busy: true, said: "" });
    try {
      const after = before ? `${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(before.next)}` : "";
      const page = await ask("GET", path + after);
      if (mine !== turn.current) return;
      put({
        items: [...(before?.items ?? []), ...page.items], next: page.next_cursor, first: before?.first ?? page, said: "", busy: false,
      });
    } catch (error) {
      const said = [error.problem?.errors?.q ?? words(error)].flat().join(" ");
      if (mine === turn.current) put({ ...(before ?? { items: [], next: null, first: null }), said, busy: false });
    }
  }

  // Once more when there is a connection again and nothing came before.
  useEffect(() => {
    if (started.current === path && !state.said) return;
    started.current = path;
    read(null);
  }, [path, online.value]);
  useEffect(() => () => void (turn.current += 1), []);
  return { ...state, further: () => !state.busy && read(state), again: () => read(null) };
}

/** What stands below such a list. */
export const Foot = ({ list }) => html`
  ${list.busy && html`<p role="status">${say("loading")}</p>`}
  ${list.said && html`<p class="error" role="alert">${list.said}</p>
    <button onClick=${list.items.length > 0 ? list.further : list.again}>${say("try_again")}</button>`}
  ${!list.busy && !list.said && list.next && html`<button class="further" onClick=${list.further}>${say("library_further")}</button>`}`;

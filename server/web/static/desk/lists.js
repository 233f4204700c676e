// What the desks read and do: lists that page, what is found once, and things that are done once.
import { ask, words } from "../api.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { say } from "../words.js";

const MOST_PAGES = 10; // of a list that is read as a whole

/** A path with what of `facts` says something. */
export function query(path, facts) {
  const said = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return said.length ? `${path}?${new URLSearchParams(said)}` : path;
}

const after = (path, cursor) => (cursor ? `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}` : path);

/** All of a list that is known to be short. */
export async function whole(path) {
  const items = [];
  let cursor = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await ask("GET", after(path, cursor));
    items.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  return items;
}

/** `{here, found, said, again}`: what `read()` answers, read anew when `key` changes. */
export function useFound(read, key) {
  const [state, set] = useState({ here: false, found: null, said: "" });
  const asked = useRef(0);
  async function again() {
    const mine = ++asked.current;
    try {
      const found = await read();
      if (mine === asked.current) set({ here: true, found, said: "" });
    } catch (error) {
      if (mine === asked.current) set((before) => ({ ...before, here: true, said: words(error) }));
    }
  }
  useEffect(() => void again(), [key]);
  return { ...state, again };
}

/** A list by pages: `{here, items, next, said, more, again}`; `page` is the last answer, which may say more. */
export function useList(path) {
  const [state, set] = useState({ here: false, items: [], next: null, page: null, said: "" });
  const asked = useRef(0);
  async function load(cursor) {
    const mine = ++asked.current;
    try {
      const page = await ask("GET", after(path, cursor));
      if (mine !== asked.current) return;
      set((before) => ({ here: true, items: cursor ? [...before.items, ...page.items] : page.items, next: page.next_cursor, page, said: "" }));
    } catch (error) {
      if (mine === asked.current) set((before) => ({ ...before, here: true, said: words(error) }));
    }
  }
  useEffect(() => void load(), [path]);
  return { ...state, more: () => load(state.next), again: () => load() };
}

export const Trouble = ({ said, again }) => said && html`<p class="error" role="alert">${said}</p>
  ${again && html`<button onClick=${again}>${say("try_again")}</button>`}`;

/** `row(item)` for each of a list from `useList`; `none`: what is said of an empty one. */
export const Listed = ({ list, row, none }) => html`
  <${Trouble} said=${list.said} again=${list.again} />
  ${!list.here && html`<p role="status">${say("loading")}</p>`}
  ${list.here && !list.said && list.items.length === 0 && html`<p>${none}</p>`}
  <ul class="list">${list.items.map(row)}</ul>
  ${list.next && html`<button onClick=${list.more}>${say("more")}</button>`}`;

/** `[run, said]`: what is begun twice is done once, and a refusal is said. `run` answers whether it was done. */
export function useOnce() {
  const busy = useRef(false);
  const [said, setSaid] = useState("");
  async function run(work) {
    if (busy.current) return false;
    busy.current = true;
    setSaid("");
    try {
      await work();
      return true;
    } catch (error) {
      setSaid(words(error));
      return false;
    } finally {
      busy.current = false;
    }
  }
  return [run, said];
}

// Looking for something: in one's own words, or by what it is about; then narrowed down, with how many there are of each.
import { Bar } from "../parts/bar.js";
import { Icon } from "../parts/icons.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendored.js";
import { manners, say, sayCount } from "../words.js";
import { Offline } from "./kept.js";
import { Foot, usePages } from "./pages.js";
import { Rows } from "./rows.js";

const PAGE = 20;
const NARROWED = ["category", "audience", "region", "language"];
const named = { region: "region", language: "language" };

// The last search with all that came of it, so that the way back from a piece leads to the same place in it. In memory only.
let last = null;
export const forgetSearch = () => void (last = null);

const labelOf = (facet, code) => {
  if (!named[facet]) return say(`${facet}_${code}`);
  return new Intl.DisplayNames(manners, { type: named[facet], fallback: "code" }).of(code);
};

export function SearchField({ value = "", search }) {
  const field = useRef(null);
  const submit = (event) => {
    event.preventDefault();
    const q = field.current.value.trim();
    if (q) search(q);
    else field.current.focus();
  };
  return html`<form role="search" class="look" onSubmit=${submit}>
    <label for="q">${say("library_look")}</label>
    <span class="write">
      <input id="q" type="search" name="q" maxlength="200" enterkeyhint="search" autocomplete="off" defaultValue=${value} ref=${field} />
      <button class="strong" aria-label=${say("library_search")}><${Icon} name="search" /></button>
    </span>
  </form>`;
}

function pathOf({ q, ...narrowed }) {
  const query = new URLSearchParams({ limit: PAGE });
  if (q) query.set("q", q);
  for (const [name, code] of Object.entries(narrowed)) if (code) query.set(name, code);
  return `/resources?${query}`;
}

export function Find({ q = "", category = null }) {
  const started = JSON.stringify([q, category]);
  const again = last?.started === started ? last : null;
  const [asked, setAsked] = useState(again?.asked ?? { q, category });
  const keep = (state) => (last = { started, asked, state, top: 0 });
  const list = usePages(pathOf(asked), { known: again?.state, keep });
  useLayoutEffect(() => {
    if (again?.top) scrollTo(0, again.top);
    return () => last && (last.top = scrollY);
  }, []);
  useEffect(() => {
    if (last) last.asked = asked;
  }, [asked]);

  const { first } = list;
  return html`<${Bar} title=${say("library_results")} deep />
    <${Offline} />
    <main class="page">
      <${SearchField} value=${asked.q} search=${(words) => setAsked({ ...asked, q: words })} />
      ${first && html`<${Narrow} asked=${asked} facets=${first.facets} narrow=${(facts) => setAsked({ ...asked, ...facts })} />
        <p role="status" class="small">${sayCount("library_found", first.total)} ${first.every === false && list.items.length > 0 ? say("library_nearest") : ""}</p>
        <${Corrected} corrected=${first.corrected} />`}
      <${Rows} pieces=${list.items} />
      ${first && list.items.length === 0 && html`<p>${say("library_nothing")}</p>`}
      <${Foot} list=${list} />
    </main>`;
}

const Corrected = ({ corrected }) => Object.entries(corrected).map(([typed, taken]) =>
  html`<p key=${typed} class="small" dir="auto">${say("library_corrected", { typed, taken: taken.join(", ") })}</p>`);

/** Chips by facet; what is chosen stands first and is taken away by the same press. */
function Narrow({ asked, facets, narrow }) {
  const groups = NARROWED.map((facet) => [facet, chipsOf(facet, facets, asked[facet])]).filter(([, chips]) => chips.length > 0);
  const chosen = NARROWED.filter((facet) => asked[facet]);
  if (groups.length === 0) return null;
  const chip = (facet, code, count) => html`<button key=${code} class="chip" aria-pressed=${asked[facet] === code ? "true" : "false"}
    onClick=${() => narrow({ [facet]: asked[facet] === code ? null : code })}>${labelOf(facet, code)}${" "}
    ${count !== undefined && html`<span class="small">${count}</span>`}</button>`;
  return html`
    ${chosen.length > 0 && html`<p class="choices" role="group" aria-label=${say("library_chosen")}>
      ${chosen.map((facet) => chip(facet, asked[facet]))}</p>`}
    <details class="narrow">
      <summary>${say("library_narrow")}</summary>
      ${groups.map(([facet, chips]) => html`<div key=${facet} role="group" aria-labelledby=${`by-${facet}`}>
        <h2 id=${`by-${facet}`}>${say(`by_${facet}`)}</h2>
        <p class="choices">${chips.map(([code, count]) => chip(facet, code, count))}</p></div>`)}
    </details>`;
}

function chipsOf(facet, facets, chosen) {
  const counted = Object.entries(facets[facet] ?? {}).filter(([code, count]) => count > 0 && code !== "any");
  return counted.length > 1 || (counted.length === 1 && !chosen && facet === "audience") ? counted : [];
}

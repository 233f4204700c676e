// The library's first screen: what helps at once, what may fit this person, and every way to find something.
import { ask } from "../api.js";
import { Bar } from "../parts/bar.js";
import { Icon } from "../parts/icons.js";
import { Nav } from "../parts/nav.js";
import { go } from "../route.js";
import { me, online } from "../store.js";
import { html, signal, useEffect, useState } from "../vendored.js";
import { manners, say, sayCount } from "../words.js";
import { forgetSearch, SearchField } from "./find.js";
import { Offline, OnThisPhone } from "./kept.js";
import { pack, readPack, renew } from "./pack.js";
import { Rows } from "./rows.js";

const FEW = 3;
const front = signal(null); // {person, forMe, counts}: as they last came

const besides = (piece) => Number(piece.categories.length > 1);

async function load() {
  const person = me.value.id;
  const [forMe, all] = await Promise.all([ask("GET", "/library/for-me?limit=6"), ask("GET", "/resources?limit=1")]);
  if (me.value?.id === person) front.value = { person, forMe, counts: all.facets.category };
}

export function Front() {
  const whose = me.value?.id;
  useEffect(() => {
    readPack().then(() => whose && Promise.all([renew({ soon: true }), load()])).catch(() => {});
  }, [whose, online.value]);
  const here = front.value?.person === whose ? front.value : null;
  const because = (why) => pack.value?.pieces.filter((one) => one.why === why) ?? [];
  // What to do in a crisis comes before what else may help in one.
  const crisis = because("crisis").sort((a, b) => besides(a) - besides(b));
  const search = (q) => (forgetSearch(), go("library.find", { q }));

  return html`<${Bar} title=${say("library")} deep=${!whose} />
    <${Offline} />
    <main class="page library">
      ${whose ? html`<${SearchField} search=${search} />` : html`<p>${say("library_signed_out")}</p>
        <p><button class="strong" onClick=${() => go("home")}>${say("sign_in")}</button></p>`}
      <${Pinned} title=${say("library_crisis")} pieces=${crisis} />
      ${here && html`<${ForMe} found=${here.forMe} />`}
      <${Pinned} title=${say("library_first_steps")} pieces=${because("first_steps")} />
      ${here ? html`<${Subjects} counts=${here.counts} />` : html`<${Pinned} title=${say("library_bookmarks")} pieces=${because("bookmark")} />`}
      ${whose && html`<h2>${say("library_yours")}</h2>
        <ul class="list">
          <${Way} to="library.bookmarks" icon="bookmark" words="library_bookmarks" />
          <${Way} to="library.suggest" icon="send" words="library_suggest" />
          <${Way} to="library.suggestions" icon="held" words="library_suggestions" />
        </ul>`}
      <${OnThisPhone} />
    </main>
    ${whose && html`<${Nav} />`}`;
}

const Pinned = ({ title, pieces }) => pieces.length > 0 && html`<h2>${title}</h2><${Few} pieces=${pieces} short />`;

/** The first of a list, and the others for whoever asks: each part of this screen has to leave room for the next. */
function Few({ pieces, ...more }) {
  const [all, setAll] = useState(false);
  return html`<${Rows} pieces=${all ? pieces : pieces.slice(0, FEW)} ...${more} />
    ${!all && pieces.length > FEW && html`<button class="further" onClick=${() => setAll(true)}>${say("library_further")}</button>`}`;
}

const Way = ({ to, icon, words }) => html`<li><button class="row way" onClick=${() => go(to)}>
  <${Icon} name=${icon} /> <span>${say(words)}</span></button></li>`;

function ForMe({ found: { items, because } }) {
  if (items.length === 0) return null;
  const who = because.audience.filter((one) => one !== "any").map((one) => say(`audience_${one}`));
  const where = new Intl.DisplayNames(manners, { type: "region", fallback: "code" }).of(because.region);
  return html`<h2>${say("library_for_me")}</h2>
    <p class="small">${say("library_because", { what: [...who, where].join(", ") })}</p>
    <${Few} pieces=${items} />`;
}

const Subjects = ({ counts }) => html`<h2>${say("by_category")}</h2>
  <ul class="list subjects">${Object.entries(counts).filter(([, count]) => count > 0).map(([code, count]) => html`<li key=${code}>
    <button class="row" onClick=${() => (forgetSearch(), go("library.find", { category: code }))}>
      <span class="row-title">${say(`category_${code}`)}</span> <span class="small">${sayCount("library_pages", count)}</span>
    </button></li>`)}</ul>`;

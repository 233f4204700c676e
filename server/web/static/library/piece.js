// One piece, to be read at night on a phone: what it says first, then who stands behind it and how fresh it is.
import { NoAnswer, words } from "../api.js";
import { Bar } from "../parts/bar.js";
import { Icon } from "../parts/icons.js";
import { go } from "../route.js";
import { me, online } from "../store.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { manners, say } from "../words.js";
import { Away, EventOf, FileOf, LinkOut, ServiceOf } from "./details.js";
import { Helped } from "./helped.js";
import { Offline } from "./kept.js";
import { pack, readPack } from "./pack.js";
import { kindAndTime } from "./rows.js";
import { isCurrent, known, open, setBookmark } from "./shelf.js";
import { Written } from "./written.js";

const day = new Intl.DateTimeFormat(manners, { dateStyle: "long" });
// A date without a time is a day anywhere, not a moment in London.
const dayOf = (date) => day.format(new Date(`${date}T12:00:00`));

export function Piece({ slug }) {
  const [said, setSaid] = useState(null);
  const [asked, setAsked] = useState(false);
  const title = useRef(null);
  const whose = me.value?.id;
  const piece = known(slug);

  useEffect(() => {
    let here = true;
    const settle = (words) => here && (setSaid(words), setAsked(true));
    const kept = pack.value ? Promise.resolve() : readPack();
    kept.then(() => (whose ? open(slug) : null)).then(() => settle(null), (error) => settle(missing(error)));
    return () => void (here = false);
  }, [slug, whose, online.value]);
  // Whoever listens hears the title of what came, once; after the name of the screen, which every screen is given.
  useEffect(() => {
    if (piece) setTimeout(() => ["H1", "BODY"].includes(document.activeElement.tagName) && title.current?.focus({ preventScroll: true }));
  }, [Boolean(piece)]);

  return html`<${Bar} title=${say("library")} deep />
    <${Offline} />
    <main class="page piece">
      ${!piece && !asked && html`<p role="status">${say("loading")}</p>`}
      ${said && (said.gone || !piece) && html`<p class="error" role="alert">${said.words}</p>`}
      ${!piece && asked && !whose && html`<p>${say("library_not_kept")}</p>
        <p><button class="strong" onClick=${() => go("home")}>${say("sign_in")}</button></p>`}
      ${piece && !said?.gone && html`<${Shown} piece=${piece} title=${title} />`}
    </main>`;
}

/** What to say where nothing came; `gone` when it is not in the library any more, whatever the phone kept. */
const missing = (error) => (error instanceof NoAnswer ? { words: say("library_not_kept") } : { words: words(error), gone: error.status === 404 });

const DETAILS = { link: LinkOut, file: FileOf, event: EventOf, service: ServiceOf };

function Shown({ piece, title }) {
  const Details = DETAILS[piece.kind];
  return html`<article class="page-of" aria-labelledby="piece">
    <header>
      <p class="small">${kindAndTime(piece)}</p>
      <h2 id="piece" class="title" tabindex="-1" ref=${title} dir="auto" lang=${piece.language}>${piece.title}</h2>
      <p class="lead" dir="auto" lang=${piece.language}>${piece.summary}</p>
      ${piece.composed && html`<p class="small">${say("library_composed")}</p>`}
      ${!isCurrent(piece) && html`<p class="advice due"><${Icon} name="warning" /> <span>${say("library_not_current")}</span></p>`}
      ${piece.mine && html`<${Keep} piece=${piece} />`}
      <${Translations} languages=${piece.translations ?? {}} />
    </header>
    ${Details && piece[piece.kind] && html`<${Details} ...${{ [piece.kind]: piece[piece.kind] }} slug=${piece.slug} title=${piece.title} />`}
    <${Written} text=${piece.html} language=${piece.language} />
    ${piece.mine && html`<${Helped} key=${piece.slug} piece=${piece} />`}
    <${Behind} piece=${piece} />
  </article>`;
}

function Keep({ piece: { slug, mine } }) {
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  async function press() {
    if (busy) return;
    setBusy(true);
    setSaid("");
    await setBookmark(slug, !mine.bookmarked).catch((error) => setSaid(words(error)));
    setBusy(false);
  }
  return html`<p><button aria-pressed=${mine.bookmarked ? "true" : "false"} aria-disabled=${busy ? "true" : null} onClick=${press}>
      <${Icon} name="bookmark" /> ${say(mine.bookmarked ? "library_bookmarked" : "library_bookmark")}</button></p>
    ${said && html`<p class="error" role="alert">${said}</p>`}`;
}

function Translations({ languages }) {
  const all = Object.entries(languages);
  const nameOf = (tag) => new Intl.DisplayNames(tag, { type: "language", fallback: "code" }).of(tag);
  return all.length > 0 && html`<p class="choices" role="group" aria-label=${say("by_language")}>
    ${all.map(([tag, slug]) => html`<button key=${tag} lang=${tag} dir="auto" onClick=${() => go("library.piece", { slug })}>${nameOf(tag)}</button>`)}
  </p>`;
}

/** Who wrote it and who read it, when, and what it rests on. */
function Behind({ piece }) {
  const { authors = [], sources = [], licence, published_on: published, reviewed_on: reviewed, review_due: due } = piece;
  const roles = [...new Set(authors.map((one) => one.role))];
  return html`<footer class="behind">
    <h3>${say("library_behind")}</h3>
    <dl>
      ${roles.map((role) => html`<div key=${role}><dt>${say(`author_${role}`)}</dt>
        ${authors.filter((one) => one.role === role).map((one) => html`<dd key=${one.name} dir="auto">${one.name}</dd>`)}</div>`)}
      ${published && html`<div><dt>${say("library_published")}</dt><dd>${dayOf(published)}</dd></div>`}
      <div><dt>${say("library_reviewed")}</dt><dd>${reviewed ? dayOf(reviewed) : say("library_never")}</dd></div>
      ${due && html`<div><dt>${say("library_review_due")}</dt><dd>${dayOf(due)}</dd></div>`}
      ${sources.length > 0 && html`<div><dt>${say("library_sources")}</dt>
        ${sources.map((one) => html`<dd key=${one.title} dir="auto">${one.url ? html`<${Away} url=${one.url} plain>${one.title}<//>` : one.title}</dd>`)}</div>`}
      ${licence && html`<div><dt>${say("library_licence")}</dt><dd dir="auto">${licence}</dd></div>`}
    </dl>
    ${piece.mine && html`<p><button onClick=${() => go("library.suggest", { slug: piece.slug, title: piece.title })}>${say("library_report")}</button></p>`}
  </footer>`;
}

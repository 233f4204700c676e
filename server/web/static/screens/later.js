// A part of the client that is loaded when it is first asked for: its module, its words and what it looks like.
import { Bar } from "../parts/bar.js";
import { screen } from "../route.js";
import { html, useEffect, useState } from "../vendored.js";
import { learn, say } from "../words.js";

const shown = {}; // the parts that are here, by name

/** `part`: {load() -> module with `Screen`, words?, style?}. */
export function Later({ name, part }) {
  const [failed, setFailed] = useState(false);
  const [, setHere] = useState(null);
  useEffect(() => {
    if (!shown[name]) bring(name, part).then(() => setHere(name), () => setFailed(true));
  }, [name]);
  const Screen = shown[name];
  // What had the focus meanwhile is gone with the words that said to wait.
  useEffect(() => {
    if (Screen && document.activeElement === document.body) document.querySelector("h1")?.focus();
  }, [Screen]);
  if (Screen) return html`<${Screen} ...${screen.value} />`;
  return html`<${Bar} title=${say("app")} deep />
    <main class="page">${failed
      ? html`<p role="alert">${say("not_loaded")} ${say("no_connection_form")}</p>
        <button onClick=${() => location.reload()}>${say("try_again")}</button>`
      : html`<p role="status">${say("loading")}</p>`}</main>`;
}

async function bring(name, { load, words, style }) {
  const [module] = await Promise.all([load(), words && learn(words), style && dress(style)]);
  shown[name] = module.Screen;
}

const dressed = {};

/** The styles of a part, before it is seen. */
export function dress(file) {
  dressed[file] ??= new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(`./${file}`, import.meta.url);
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
  return dressed[file];
}

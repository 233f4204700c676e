// Every word the client says, by key, from the catalogues of one language. Plain words for somebody tired.
const root = document.documentElement;

/** BCP 47; the shell came in it. */
export const language = root.lang;
/** What can be chosen: names by tag. */
export const LANGUAGES = JSON.parse(root.dataset.languages);
/** For times and numbers: this phone's own way of them where it speaks the same language. */
export const manners = navigator.languages.find((one) => one.split("-")[0] === language) ?? language;

const ORDER = ["zero", "one", "two", "few", "many", "other"];
const plurals = new Intl.PluralRules(language);
const forms = ORDER.filter((one) => plurals.resolvedOptions().pluralCategories.includes(one));
const catalogue = {};
const asked = {};

/** Take in the words of one part of the client; a part that did not come may be asked for again. */
export function learn(part) {
  asked[part] ??= fetch(new URL(`./words/${language}/${part}.json`, import.meta.url), { credentials: "same-origin" })
    .then((answer) => answer.json())
    .then((words) => void Object.assign(catalogue, words), (error) => {
      delete asked[part];
      throw error;
    });
  return asked[part];
}

const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));

/** The words for `key`, with `{facts}` filled in. */
export const say = (key, facts = {}) => fill(catalogue[key] ?? key, facts);

/** The same where the words depend on `count`. */
export const sayCount = (key, count, facts = {}) => fill(catalogue[key][forms.indexOf(plurals.select(count))], { count, ...facts });

/** Another language from now on: the shell is asked for anew, also by the service worker that keeps it. */
export async function speak(tag) {
  document.cookie = `language=${tag}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  const keeper = navigator.serviceWorker?.controller;
  if (keeper) {
    const channel = new MessageChannel();
    const kept = new Promise((resolve) => (channel.port1.onmessage = resolve));
    keeper.postMessage("shell", [channel.port2]);
    await Promise.race([kept, new Promise((resolve) => setTimeout(resolve, 5_000))]);
  }
  location.reload();
}

// What is missing in the library, or wrong with a page of it.
import { ask, NoAnswer } from "../api.js";
import { Bar } from "../parts/bar.js";
import { Field, Form } from "../parts/form.js";
import { back, go } from "../route.js";
import { html, useRef, useState } from "../vendored.js";
import { say } from "../words.js";

const PROBLEMS = ["broken_link", "out_of_date", "wrong", "hard_to_read"];
const LONGEST = 1000;

export function Suggest({ slug = null, title }) {
  const [sent, setSent] = useState(false);
  const unsure = useRef(false); // an answer was lost: it may be there already

  async function act({ words, url, problem }) {
    const body = { words: words.trim(), url: url?.trim() || null, resource: slug, problem: problem ?? null };
    if (unsure.current && (await isThere(body))) return setSent(true);
    try {
      await ask("POST", "/resource-suggestions", body);
    } catch (error) {
      if (error instanceof NoAnswer) unsure.current = true;
      throw error;
    }
    setSent(true);
  }

  return html`<${Bar} title=${say(slug ? "library_report" : "library_suggest")} deep />
    <main class="page">
      ${sent ? html`<p role="status"><strong>${say("library_suggested")}</strong></p>
          <p class="choices"><button class="strong" onClick=${back}>${say("back")}</button>
            <button onClick=${() => go("library.suggestions")}>${say("library_suggestions")}</button></p>`
        : html`<${About} slug=${slug} title=${title} />
          <${Form} act=${act} button=${say("send")}>${(errors) => html`
            ${slug && html`<${Problems} />`}
            <${Words} label=${say(slug ? "library_problem_words" : "library_suggest_words")} error=${errors.words} />
            ${!slug && html`<${Field} name="url" type="url" label=${say("library_url")} hint=${say("library_url_hint")} placeholder="https://"
              maxlength="300" dir="ltr" error=${errors.url} />`}`}
          <//>`}
    </main>`;
}

const About = ({ slug, title }) => (slug ? html`<p dir="auto"><strong>${title ?? slug}</strong></p>` : html`<p>${say("library_suggest_hint")}</p>`);

const Problems = () => html`<fieldset class="field"><legend>${say("library_problem")}</legend>
  ${PROBLEMS.map((one, place) => html`<label key=${one} class="tick"><input type="radio" name="problem" value=${one} required
    defaultChecked=${place === 0} /> ${say(`problem_${one}`)}</label>`)}
</fieldset>`;

const Words = ({ label, error }) => html`<p class="field">
  <label for="words">${label}</label>
  <textarea id="words" name="words" rows="5" required maxlength=${LONGEST} dir="auto" aria-invalid=${error ? "true" : null}
    aria-describedby=${error ? "words-error" : null} />
  ${error && html`<span class="error" id="words-error">${error}</span>`}
</p>`;

async function isThere({ words, resource, problem }) {
  const { items } = await ask("GET", "/me/resource-suggestions?limit=10");
  return items.some((one) => one.words === words && one.resource === resource && one.problem === problem);
}

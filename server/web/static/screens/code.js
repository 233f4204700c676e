// The code of conduct as it is now, with what it says about confidentiality, before anybody is asked to agree.
import { askOpenly, words } from "../api.js";
import { html, useEffect, useState } from "../vendored.js";
import { say } from "../words.js";

export function useCode() {
  const [code, setCode] = useState(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    askOpenly("GET", "/code-of-conduct").then(setCode, (error) => setSaid(words(error)));
  }, []);
  return [code, said];
}

const paragraphs = (text) => text.split(/\n{2,}/).map((one, place) => html`<p key=${place}>${one}</p>`);

export const Code = ({ code }) => html`<section class="code" tabindex="0" aria-label=${code.title}>
  <h2>${code.title}</h2>
  ${paragraphs(code.text)}
  <h3>${say("broken_when")}</h3>
  ${paragraphs(code.confidentiality_broken_when)}
</section>`;

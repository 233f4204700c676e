// Help that the service sent with an answer: numbers first, nothing in their way.
import { supports } from "../store.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Lines, Numbers } from "./lines.js";

export function Support({ id, support }) {
  const fold = () => {
    const { [id]: _, ...others } = supports.value;
    supports.value = others;
  };
  return html`<section class="support" aria-labelledby="support" role="alert">
    <h2 id="support">${say("support")}</h2>
    <p>${support.text}</p>
    <${Numbers} numbers=${support.emergency.numbers} />
    <${Lines} lines=${support.helplines} />
    <button onClick=${fold}>${say("fold_support")}</button>
  </section>`;
}

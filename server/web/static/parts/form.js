// Fields with their names above them, and a form that says what went wrong next to its button.
import { words } from "../api.js";
import { html, useRef, useState } from "../vendored.js";
import { say } from "../words.js";

export const Field = ({ name, label, hint, error, ...more }) => html`<p class="field">
  <label for=${name}>${label}</label>
  ${hint && html`<span class="small" id=${`${name}-hint`}>${hint}</span>`}
  <input id=${name} name=${name} aria-describedby=${`${hint ? `${name}-hint ` : ""}${error ? `${name}-error` : ""}` || null}
    aria-invalid=${error ? "true" : null} ...${more} />
  ${error && html`<span class="error" id=${`${name}-error`}>${error}</span>`}
</p>`;

/** `act(values, form)` may throw; what a refusal says about single fields reaches `children(errors)`. */
export function Form({ act, button, children }) {
  const [said, setSaid] = useState("");
  const [errors, setErrors] = useState({});
  const [busy, setBusy] = useState(false);
  const form = useRef(null);
  const going = useRef(false);

  async function submit(event) {
    event.preventDefault();
    if (going.current) return; // a second press comes before anything is drawn anew
    going.current = true;
    setBusy(true);
    setSaid("");
    setErrors({});
    try {
      await act(Object.fromEntries(new FormData(form.current)), form.current);
    } catch (error) {
      setSaid(words(error));
      setErrors(Object.fromEntries(Object.entries(error.problem?.errors ?? {}).map(([name, all]) => [name, [all].flat().join(" ")])));
    }
    going.current = false;
    setBusy(false);
  }

  return html`<form ref=${form} onSubmit=${submit}>
    ${children(errors)}
    <p class="error" role="alert">${said}</p>
    <button class="strong" aria-disabled=${busy ? "true" : null}>${busy ? say("loading") : button}</button>
  </form>`;
}

// More kinds of fields for the forms of the desks.
import { html } from "../vendored.js";

const describe = (name, hint, error) => [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ") || null;

const Around = ({ name, label, hint, error, children }) => html`<p class="field">
  <label for=${name}>${label}</label>
  ${hint && html`<span class="small" id=${`${name}-hint`}>${hint}</span>`}
  ${children}
  ${error && html`<span class="error" id=${`${name}-error`}>${error}</span>`}
</p>`;

export const Area = ({ name, label, hint, error, value, ...more }) => html`<${Around} ...${{ name, label, hint, error }}>
  <textarea id=${name} name=${name} rows="4" dir="auto" aria-describedby=${describe(name, hint, error)}
    aria-invalid=${error ? "true" : null} defaultValue=${value ?? ""} ...${more}></textarea><//>`;

/** `options`: `[value, words]` each. */
export const Choice = ({ name, label, hint, error, value, options, ...more }) => html`<${Around} ...${{ name, label, hint, error }}>
  <select id=${name} name=${name} aria-describedby=${describe(name, hint, error)} aria-invalid=${error ? "true" : null} ...${more}>
    ${options.map(([one, words]) => html`<option key=${one} value=${one} selected=${one === value}>${words}</option>`)}
  </select><//>`;

/** Which of `Ticks` are ticked, in a form's values. */
export const ticked = (values, name) => Object.keys(values).filter((key) => key.startsWith(`${name}.`)).map((key) => key.slice(name.length + 1));

/** What stands on lines of its own. */
export const linesOf = (text) => text.split("\n").map((one) => one.trim()).filter(Boolean);

/** What was left empty is not there. */
export const orNull = (text) => text.trim() || null;

/** Several of them may be ticked. */
export const Ticks = ({ name, label, error, values, options }) => html`<fieldset class="ticks">
  <legend>${label}</legend>
  ${options.map(([one, words]) => html`<label key=${one} class="tick">
    <input type="checkbox" name=${`${name}.${one}`} defaultChecked=${values.includes(one)} /> ${words}</label>`)}
  ${error && html`<span class="error">${error}</span>`}
</fieldset>`;

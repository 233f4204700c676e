// For what only the person themselves may do: the password is asked for again when the service wants it.
import { Field, Form } from "../../parts/form.js";
import { html, useState } from "../../vendored.js";
import { say } from "../../words.js";

/** A form whose `act(values)` gets `password` once the service asked for it; `values.password` is undefined until then. */
export function PresentForm({ act, button, children = () => null }) {
  const [asked, setAsked] = useState(false);
  async function run(values) {
    try {
      await act({ ...values, password: values.password || undefined });
      setAsked(false);
    } catch (error) {
      if (error.code === "reauthentication_required") setAsked(true);
      throw error;
    }
  }
  return html`<${Form} act=${run} button=${button}>${(errors) => html`${children(errors)}
    ${asked && html`<${Field} name="password" label=${say("password")} type="password" autocomplete="current-password" required />`}`}
  <//>`;
}

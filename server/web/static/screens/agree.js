import { Bar } from "../parts/bar.js";
import { Form } from "../parts/form.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Code, useCode } from "./code.js";

export function Agree({ agreed }) {
  const [code, said] = useCode();
  return html`<${Bar} title=${say("code_again")} />
    <main class="page">
      ${code
        ? html`<${Code} code=${code} />
            <${Form} act=${() => agreed(code.version)} button=${say("accept")}>${() => null}<//>`
        : html`<p role="status">${said || say("loading")}</p>`}
    </main>`;
}

// Everything about oneself in one file, and leaving for good.
import { ask, freshToken } from "../../api.js";
import { Act } from "../../parts/act.js";
import { Field } from "../../parts/form.js";
import { signOut } from "../../session.js";
import { notice } from "../../store.js";
import { html, useEffect, useState } from "../../vendored.js";
import { moment } from "../../when.js";
import { say } from "../../words.js";
import { PresentForm } from "./present.js";

const FILE = "my-data.zip";

export function MyData() {
  return html`<${Export} /><${Erase} />`;
}

function Export() {
  const [state, setState] = useState(null); // {state, progress, retry_after}
  useEffect(() => {
    if (!state?.retry_after) return;
    const timer = setTimeout(() => look().catch(() => setState({ ...state })), state.retry_after * 1000);
    return () => clearTimeout(timer);
  }, [state]);

  /** Whether it is there; then it is handed to the browser as a file. */
  async function look() {
    const answer = await fetch("/api/v1/me/export", { headers: { Authorization: `Bearer ${await freshToken()}` } });
    if (answer.status === 202) return setState(await answer.json());
    if (!answer.ok) throw new Error(String(answer.status));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = FILE;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    setState(null);
  }
  const begin = async () => setState(await ask("POST", "/me/export"));
  return html`<h2>${say("export_title")}</h2>
    <p>${say("export_about")}</p>
    ${state && state.state !== "failed"
      ? html`<p role="status">${say("export_runs", { progress: state.progress })}</p>`
      : html`${state && html`<p role="alert">${say("went_wrong")}</p>`}<p><${Act} act=${begin}>${say("export_begin")}<//></p>`}`;
}

function Erase() {
  const [sure, setSure] = useState(false);
  async function erase({ word, password }) {
    if (word.trim() !== say("erase_word")) throw Object.assign(new Error(), { said: say("erase_type", { word: say("erase_word") }) });
    const { kept } = await ask("DELETE", "/me", password ? { password } : undefined);
    signOut();
    const rest = kept.map((one) => (one.until ? `${one.why} ${say("erase_until", { when: moment(one.until) })}` : one.why));
    notice.value = { words: [say("erase_done"), ...rest].join(" ") };
  }
  return html`<h2>${say("erase_title")}</h2>
    <p>${say("erase_about")}</p>
    ${sure
      ? html`<${PresentForm} act=${erase} button=${say("erase_now")}>${() => html`
          <${Field} name="word" label=${say("erase_type", { word: say("erase_word") })} autocomplete="off" required />`}<//>
        <p><button onClick=${() => setSure(false)}>${say("erase_not")}</button></p>`
      : html`<p><button onClick=${() => setSure(true)}>${say("erase_begin")}</button></p>`}`;
}

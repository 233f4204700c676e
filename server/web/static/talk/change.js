// One's own message: other words for it, or none at all.
import { ask, NoAnswer, words } from "../api.js";
import { goneFor, merge, patch, rooms } from "../store.js";
import { offer } from "../sending.js";
import { html, useRef, useState } from "../vendored.js";
import { say } from "../words.js";
import { among, Frame } from "./frame.js";

const LONGEST = 4000;

export function Change({ id, place, close }) {
  const [message] = useState(() => among(rooms.value[place.id], id));
  const [advice, setAdvice] = useState(null);
  const [said, setSaid] = useState("");
  const [hidden, setHidden] = useState(false);
  const busy = useRef(false);
  const field = useRef(null);
  const warning = useRef(null);

  async function save(acknowledged_advice) {
    const body = field.current.value.trim();
    if (!body || busy.current) return;
    busy.current = true;
    setSaid("");
    try {
      const content_warning = warning.current.value.trim() || null;
      const answer = await ask("PATCH", `/messages/${id}`, { body, content_warning, acknowledged_advice });
      merge(place.id, [answer.message]);
      offer(place.id, answer);
      if (answer.message.state === "hidden") setHidden(true);
      else close();
    } catch (error) {
      if (error.code !== "advice_given") setSaid(words(error));
      else setAdvice(error.problem.advice);
      if (error.problem) offer(place.id, error.problem);
    }
    busy.current = false;
  }

  const change = () => (setAdvice(null), field.current.focus());
  if (!message) return null;
  if (hidden) return html`<${Frame} title=${say("change_message")} close=${close}><p role="status">${say("change_looked_at")}</p><//>`;
  return html`<${Frame} title=${say("change_message")} close=${close}>
    <form onSubmit=${(event) => (event.preventDefault(), save(false))}>
      <p class="field"><label for="words">${say("your_words")}</label>
        <textarea id="words" rows="5" maxlength=${LONGEST} dir="auto" ref=${field} onInput=${() => advice && setAdvice(null)}
          defaultValue=${message.body}></textarea></p>
      <p class="field"><label for="its-warning">${say("warning_or_none")}</label>
        <input id="its-warning" maxlength="100" dir="auto" ref=${warning} defaultValue=${message.content_warning ?? ""} /></p>
      <p class="small">${say("change_hint")}</p>
      ${said && html`<p class="error" role="alert">${said}</p>`}
      ${advice
        ? html`<div class="advice" role="alert"><h3>${say("advice")}</h3>
            ${advice.map((one) => html`<p key=${one.label}>${one.text}</p>`)}
            <p class="choices"><button type="button" class="strong" onClick=${change}>${say("change_it")}</button>
              <button type="button" onClick=${() => save(true)}>${say("change_anyway")}</button></p></div>`
        : html`<button class="strong">${say("save_change")}</button>`}
    </form>
  <//>`;
}

export function TakeBack({ id, place, close }) {
  const [said, setSaid] = useState("");
  const busy = useRef(false);
  async function go() {
    if (busy.current) return;
    busy.current = true;
    try {
      await ask("DELETE", `/messages/${id}`);
      patch(place.id, id, (one) => goneFor(one, "deleted"));
      close();
    } catch (error) {
      setSaid(error instanceof NoAnswer ? say("no_connection_form") : words(error));
      busy.current = false;
    }
  }
  return html`<${Frame} title=${say("take_back_message")} close=${close}>
    <p>${say("take_back_hint")}</p>
    <p class="error" role="alert">${said}</p>
    <p class="choices"><button class="strong" onClick=${go}>${say("take_back_now")}</button>
      <button onClick=${close}>${say("keep_it")}</button></p>
  <//>`;
}

// Where one writes. What is written leaves this field only once it is safe in the outbox.
import { words } from "../api.js";
import { newId } from "../kept.js";
import { write } from "../sending.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { say } from "../words.js";
import { Icon } from "./icons.js";
import { Talk } from "./lazy.js";

const LONGEST = 4000;
const TYPING_EVERY_MS = 3_000;
const MOST_PHOTOS = 4;

const sent = ({ id, description }) => (description ? { id, description } : { id });

/** `photos`: whether they are welcome here. */
export function Composer({ id, photos, answering, draft, done, typing, wrote }) {
  const [warned, setWarned] = useState(false);
  const [said, setSaid] = useState("");
  const [chosen, setChosen] = useState([]); // photos: {file} or {id}, and how far they are
  const field = useRef(null);
  const warning = useRef(null);
  const told = useRef(0);
  const sending = useRef(false);

  useEffect(() => {
    if (!draft) return;
    field.current.value = draft.body;
    setWarned(Boolean(draft.content_warning));
    setChosen((draft.photos ?? []).map((one) => ({ ...one, key: one.id })));
    grow();
    field.current.focus();
  }, [draft]);
  useEffect(() => {
    if (answering) field.current.focus();
  }, [answering]);
  useEffect(() => {
    if (warned) {
      warning.current.value = draft?.content_warning ?? "";
      if (!draft) warning.current.focus();
    }
  }, [warned]);

  function grow() {
    field.current.rows = Math.min(6, Math.max(1, field.current.value.split("\n").length));
  }

  function typed() {
    grow();
    if (Date.now() - told.current < TYPING_EVERY_MS) return;
    told.current = Date.now();
    typing(true);
  }

  async function send(event) {
    event?.preventDefault();
    const body = field.current.value.trim();
    if ((!body && chosen.length === 0) || sending.current) return; // pressed twice before the outbox had it: one message
    if (!body || chosen.some((one) => !one.id)) return setSaid(say(body ? "photo_waits" : "photo_words"));
    sending.current = true;
    wrote();
    try {
      const content_warning = (warned && warning.current.value.trim()) || null;
      await write(id, { body, content_warning, reply_to: answering?.id ?? null, photos: chosen.map(sent) });
    } catch (error) {
      return setSaid(words(error));
    } finally {
      sending.current = false;
    }
    field.current.value = "";
    setWarned(false);
    setChosen([]);
    setSaid("");
    grow();
    told.current = 0;
    typing(false);
    done();
    field.current.focus();
  }

  function choose({ target }) {
    const files = [...target.files].slice(0, MOST_PHOTOS - chosen.length);
    setChosen([...chosen, ...files.map((file) => ({ file, key: newId() }))]);
    target.value = "";
  }

  const keys = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && send(event);
  return html`<form class="composer" onSubmit=${send}>
    ${answering && html`<p class="small quote">${say("answering", { name: answering.author.display_name })}
      <button type="button" class="plain" onClick=${done}>${say("not_answering")}</button></p>`}
    ${warned && html`<p class="field"><label for="warning">${say("warning")}</label>
      <input id="warning" maxlength="100" ref=${warning} dir="auto" /></p>`}
    ${chosen.length > 0 && html`<${Talk} show="chosen" place=${id} chosen=${chosen} change=${setChosen} />`}
    ${said && html`<p class="error" role="alert">${said}</p>`}
    <p class="write">
      <textarea ref=${field} aria-label=${say("write")} placeholder=${say("write")} rows="1" maxlength=${LONGEST} dir="auto"
        onInput=${typed} onKeyDown=${keys}></textarea>
      <button class="strong" aria-label=${say("send")}><${Icon} name="send" /></button>
    </p>
    <div class="choices">
      <button type="button" class="plain small" onClick=${() => setWarned(!warned)}>
        ${say(warned ? "drop_warning" : "add_warning")}</button>
      ${photos && chosen.length < MOST_PHOTOS && html`<label class="plain small photo"><${Icon} name="photo" /> ${say("add_photo")}
        <input type="file" accept="image/jpeg,image/png,image/webp" multiple onChange=${choose} /></label>`}
    </div>
  </form>`;
}

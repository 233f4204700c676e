// The file of a piece: sent up as soon as it is chosen, with what the service took out of it, and its words if it is heard.
import { freshToken, Refused, words } from "../api.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { manners, say, sayCount } from "../words.js";
import { Area } from "./fields.js";
import { useOnce } from "./lists.js";

const PLACE = "/api/v1/resource-files";
const PATIENCE_MS = 600_000;
const TAKEN = ".pdf,.mp3,.m4a,.ogg,.oga,.opus,application/pdf,audio/mpeg,audio/mp4,audio/ogg";
const MB = 1_000_000;
const KB = 1_000;
const SECONDS = 60;

function sizeOf(bytes) {
  const [unit, one] = bytes < MB ? ["kilobyte", KB] : ["megabyte", MB];
  return new Intl.NumberFormat(manners, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: bytes < MB ? 0 : 1 }).format(bytes / one);
}

/** What it is, so that one sees whether it is the right one. */
const about = ({ media_type: type, pages, seconds, bytes }) => [
  say(type.startsWith("audio/") ? "lib_file_audio" : "lib_file_pdf"),
  pages && sayCount("lib_file_pages", pages),
  seconds && sayCount("lib_file_minutes", Math.max(1, Math.round(seconds / SECONDS))),
  sizeOf(bytes),
].filter(Boolean).join(" · ");

/** `its`: the file that the piece has. */
export function PieceFile({ its, errors }) {
  const [file, setFile] = useState(its ?? null);
  const [part, setPart] = useState(null);
  const [said, setSaid] = useState("");
  const sent = useRef(null);
  const chosen = useRef(null);
  useEffect(() => () => sent.current?.abort(), []);

  async function up(source) {
    if (!source) return;
    sent.current?.abort();
    const mine = (sent.current = new AbortController());
    setSaid("");
    setPart(0);
    try {
      const made = await send(source, setPart, mine.signal);
      if (sent.current === mine) setFile(made);
    } catch (error) {
      if (sent.current === mine) setSaid(words(error));
    }
    if (sent.current !== mine) return;
    setPart(null);
    chosen.current.value = ""; // so that the same one can be chosen again
  }

  const spoken = file?.media_type.startsWith("audio/");
  const trouble = said || (part === null && errors.file) || "";
  return html`<div class="field">
    <label for="source">${say(file ? "lib_file_another" : "lib_file")}</label>
    <span class="small" id="source-hint">${say("lib_file_hint")}</span>
    <input id="source" type="file" ref=${chosen} accept=${TAKEN} aria-describedby="source-hint source-error" aria-invalid=${trouble ? "true" : null}
      onChange=${({ target }) => up(target.files[0])} />
    <input type="hidden" name="file_id" value=${file?.id ?? ""} />
    ${part !== null && html`<label class="small">${say(part < 1 ? "lib_file_going" : "lib_file_looking")} <progress max="1" value=${part < 1 ? part : null}></progress></label>`}
    <span class="error" id="source-error" role="alert">${trouble}</span>
    ${file && part === null && html`<div class="card" role="status"><p><strong>${about(file)}</strong></p>
      ${file.removed?.length > 0 && html`<p>${say("lib_file_removed")}</p>
        <ul>${file.removed.map((one) => html`<li key=${one.kind + one.text}>${say(`lib_removed_${one.kind}`)}${one.text && html`: <code dir="auto">${one.text}</code>`}</li>`)}</ul>`}</div>`}
  </div>
  ${spoken && html`<${Area} name="transcript" label=${say("lib_transcript")} hint=${say("lib_transcript_hint")} rows="10" maxlength="20000"
    value=${its?.transcript} error=${errors.transcript} />`}`;
}

/** The file as readers will have it, for whoever decides whether they should. */
export function FileShown({ file }) {
  const [address, setAddress] = useState(null);
  const [run, said] = useOnce();
  const here = useRef(null);
  useEffect(() => {
    here.current?.focus();
    return () => address && URL.revokeObjectURL(address);
  }, [address]);
  const get = () => run(async () => {
    const answer = await fetch(file.url, { headers: { Authorization: `Bearer ${await freshToken()}` }, cache: "no-store" }).catch(() => null);
    if (!answer?.ok) throw new Refused(answer?.status ?? 0, { user_message: say("no_connection_form") });
    setAddress(URL.createObjectURL(new Blob([await answer.blob()], { type: file.media_type })));
  });
  const spoken = file.media_type.startsWith("audio/");
  return html`<div class="card"><p><strong>${about(file)}</strong></p>
    ${!file.id && html`<p dir="ltr">${file.url}</p>`}
    ${file.id && !address && html`<p><button onClick=${get}>${say(spoken ? "lib_file_hear" : "lib_file_open")}</button></p>`}
    ${address && (spoken ? html`<audio ref=${here} controls src=${address} aria-label=${say("lib_file_audio")}></audio>`
      : html`<p><a ref=${here} class="button strong" href=${address} target="_blank">${say("lib_file_here")}</a></p>`)}
    <p class="error" role="alert">${said}</p>
    ${file.transcript && html`<details><summary>${say("lib_transcript")}</summary><p class="body" dir="auto">${file.transcript}</p></details>`}</div>`;
}

/** Of what the form says, the piece's file. One that lies elsewhere stays as it is. */
export const fileOf = ({ file_id: id, transcript }, before) => {
  if (id) return { id, transcript: transcript?.trim() || null };
  return before ? { ...before, transcript: transcript?.trim() || before.transcript } : null;
};

async function send(file, told, signal) {
  const token = await freshToken();
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest(); // fetch does not tell how far it is
    asked.open("POST", PLACE);
    asked.setRequestHeader("Authorization", `Bearer ${token}`);
    asked.setRequestHeader("Content-Type", "application/octet-stream");
    asked.responseType = "json";
    asked.timeout = PATIENCE_MS;
    asked.upload.onprogress = ({ loaded, total }) => told(loaded / total);
    asked.onload = () => {
      if (asked.status === 201 && asked.response) resolve(asked.response);
      else reject(new Refused(asked.status, asked.response ?? {}));
    };
    asked.onerror = asked.ontimeout = asked.onabort = () => reject(new Refused(0, { user_message: say("no_connection_form") }));
    signal.addEventListener("abort", () => asked.abort());
    asked.send(file);
  });
}

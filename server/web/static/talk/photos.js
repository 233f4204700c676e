// Photos: chosen and sent up, seen small in a message and large over it. Each is asked for with this person's sign-in and let go
// of when it is off the screen.
import { freshToken, NoAnswer, Refused, renew, words } from "../api.js";
import { openSheet } from "../parts/lazy.js";
import { makePauses } from "../pauses.js";
import { online } from "../store.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { say } from "../words.js";
import { Frame } from "./frame.js";

const API = "/api/v1";
const LONGEST_SIDE = 2048; // as large as the service keeps one
const QUALITY = 0.85;
const NEAR = "300px";
const SMALL_PX = 200;
const PATIENCE_MS = 120_000;
const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 8_000;
const BUSY = 429;

/** The picture at `path`, once `wanted`, as an address for an image; null until it is here. What a bad line lost is asked for
 * again, and once more when there is a connection again; what the service does not show is not. */
function usePicture(path, wanted) {
  const [url, setUrl] = useState(null);
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (failed && online.value) setTurn(turn + 1);
  }, [online.value]);
  useEffect(() => {
    if (!wanted) return undefined;
    const stop = new AbortController();
    let made = null;
    setFailed(false);
    picture(path, stop.signal)
      .then((blob) => !stop.signal.aborted && setUrl((made = URL.createObjectURL(blob))))
      .catch(() => !stop.signal.aborted && setFailed(true));
    return () => {
      stop.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [path, wanted, turn]);
  return [url, failed];
}

async function picture(path, signal) {
  const pauses = makePauses(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(path, signal);
    } catch (error) {
      const may = error instanceof NoAnswer || error.status === BUSY || error.status >= 500;
      if (!may || tries === MOST_TRIES || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauses.take()));
    }
  }
}

async function once(path, signal) {
  const stop = new AbortController();
  const end = () => stop.abort();
  const timer = setTimeout(end, PATIENCE_MS);
  signal.addEventListener("abort", end);
  const show = (as) => fetch(API + path, { headers: { Authorization: `Bearer ${as}` }, signal: stop.signal });
  const lost = () => Promise.reject(new NoAnswer());
  try {
    const token = await freshToken();
    let answer = await show(token).catch(lost);
    if (answer.status === 401) answer = await show(await renew(token)).catch(lost);
    return answer.ok ? await answer.blob().catch(lost) : Promise.reject(new Refused(answer.status, {}));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

const nameOf = (photo) => photo.description || say("photo_undescribed");

export const Photos = ({ photos }) => html`<div class="photos">${photos.map((one) => html`<${Thumb} key=${one.id} photo=${one} />`)}</div>`;

function Thumb({ photo }) {
  const box = useRef(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver((all) => all.some((one) => one.isIntersecting) && setNear(true), 
      { root: box.current.closest(".messages"), rootMargin: NEAR });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const [url, failed] = usePicture(`/photos/${photo.id}/thumbnail`, near);
  const scale = Math.min(1, SMALL_PX / Math.max(photo.width, photo.height));
  return html`<button class="thumb" ref=${box} aria-haspopup="dialog" onClick=${() => openSheet("picture", { photo })}>
    ${failed ? say("photo_gone") : html`<img src=${url} alt=${say("photo_alt", { text: nameOf(photo) })} dir="auto"
      width=${Math.round(photo.width * scale)} height=${Math.round(photo.height * scale)} />`}</button>`;
}

export function Picture({ photo, close }) {
  const [url, failed] = usePicture(`/photos/${photo.id}`, true);
  return html`<${Frame} title=${say("photo")} close=${close}>
    ${failed && html`<p role="alert">${say("photo_gone")}</p>`}
    ${!url && !failed && html`<p role="status">${say("loading")}</p>`}
    ${url && html`<img class="picture" src=${url} alt=${nameOf(photo)} />`}
    ${photo.description && html`<p dir="auto">${photo.description}</p>`}
  <//>`;
}

// --- before they are sent -----------------------------------------------------------------------------------------------------

/** `chosen`: [{key, file?, id?, description?}] of the composer, which `change` changes. */
export function Chosen({ place, chosen, change }) {
  const now = useRef(chosen);
  now.current = chosen;
  const set = (key, facts) => change((now.current = now.current.map((one) => (one.key === key ? { ...one, ...facts } : one))));
  const drop = (key) => change((now.current = now.current.filter((one) => one.key !== key)));
  return html`<ul class="list chosen">${chosen.map((one) => html`<${One} key=${one.key} place=${place} photo=${one}
    set=${(facts) => set(one.key, facts)} drop=${() => drop(one.key)} />`)}</ul>
    <p class="small">${say("photo_hint")}</p>`;
}

function One({ place, photo, set, drop }) {
  const [local] = useState(() => (photo.file ? URL.createObjectURL(photo.file) : null));
  const [kept] = usePicture(`/photos/${photo.id}/thumbnail`, !photo.file && Boolean(photo.id));
  const [part, setPart] = useState(0);
  const [said, setSaid] = useState("");
  const sent = useRef(null);
  async function up() {
    setSaid("");
    sent.current = new AbortController();
    try {
      set({ id: (await send(place, photo.file, setPart, sent.current.signal)).id });
    } catch (error) {
      if (!sent.current.signal.aborted) setSaid(words(error));
    }
  }
  useEffect(() => {
    if (photo.file && !photo.id) up();
    return () => {
      sent.current?.abort();
      if (local) URL.revokeObjectURL(local);
    };
  }, []);
  const name = `about-${photo.key}`;
  return html`<li class="card">
    <img src=${local ?? kept} alt="" width="72" height="72" />
    <div>
      ${!photo.id && !said && html`<label class="small">${say("photo_going")} <progress max="1" value=${part}></progress></label>`}
      ${said && html`<p class="error" role="alert">${said}</p>`}
      ${photo.id && html`<label class="small" for=${name}>${say("photo_describe")}</label>
        <input id=${name} maxlength="300" dir="auto" defaultValue=${photo.description ?? ""}
          onInput=${({ target }) => set({ description: target.value.trim() })} />`}
      <p class="choices">${said && html`<button type="button" onClick=${up}>${say("try_again")}</button>`}
        <button type="button" class="plain" onClick=${drop}>${say("photo_drop")}</button></p>
    </div></li>`;
}

/** A photo made as large as the service keeps it, without where and when it was taken; as it is where the browser cannot. */
async function smaller(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return (await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY))) ?? file;
  } catch {
    return file;
  }
}

async function send(place, file, told, signal) {
  const [token, body] = await Promise.all([freshToken(), smaller(file)]);
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest(); // fetch does not tell how far it is
    asked.open("POST", `${API}/conversations/${place}/photos`);
    asked.setRequestHeader("Authorization", `Bearer ${token}`);
    asked.setRequestHeader("Content-Type", body.type);
    asked.responseType = "json";
    asked.timeout = PATIENCE_MS;
    asked.upload.onprogress = ({ loaded, total }) => told(loaded / total);
    asked.onload = () => {
      if (asked.status === 201 && asked.response) resolve(asked.response);
      else reject(new Refused(asked.status, asked.response ?? {}));
    };
    asked.onerror = asked.ontimeout = asked.onabort = () => reject(new Refused(0, { user_message: say("no_connection_form") }));
    signal.addEventListener("abort", () => asked.abort());
    asked.send(body);
  });
}

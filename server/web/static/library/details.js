// What a piece of each kind has beside its text: where it leads, its file, when and where it is, how it is reached.
import { words } from "../api.js";
import { dialled, web } from "../parts/lines.js";
import { online } from "../store.js";
import { html, useEffect, useRef, useState } from "../vendored.js";
import { manners, say } from "../words.js";
import { fetched, isOurs } from "./files.js";

const MIB = 1_048_576;
const KIB = 1024;
const moments = new Intl.DateTimeFormat(manners, { dateStyle: "full", timeStyle: "short" });

/** A way to somewhere else; `plain` in a list of such. */
export const Away = ({ url, plain, children }) => web(url) &&
  html`<a class=${plain ? "way-out" : "button"} href=${url} target="_blank" rel="noopener noreferrer" dir="auto">${children}</a>`;

function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

export const LinkOut = ({ link: { url } }) => html`<p class="ways-out">
  <${Away} url=${url}>${say("library_open_page", { host: hostOf(url) })}<//></p>
  <p class="small">${say("library_elsewhere")}</p>`;

function sizeOf(bytes) {
  const unit = bytes < MIB ? "kilobyte" : "megabyte";
  const size = bytes < MIB ? bytes / KIB : bytes / MIB;
  return new Intl.NumberFormat(manners, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: size < 10 ? 1 : 0 }).format(size);
}

/** To be read, or heard with what is said in it beside. */
export function FileOf({ file, slug, title }) {
  const spoken = file.media_type.startsWith("audio/");
  return html`<${isOurs(file.url) ? OurFile : TheirFile} file=${file} spoken=${spoken} slug=${slug} title=${title} />
    ${file.transcript && html`<details class="narrow"><summary>${say("library_transcript")}</summary>
      <p class="body" dir="auto">${file.transcript}</p></details>`}`;
}

const called = (spoken, bytes) => say(spoken ? "library_listen" : "library_download", { size: sizeOf(bytes) });

const TheirFile = ({ file, spoken }) => html`<p class="ways-out"><${Away} url=${file.url}>${called(spoken, file.bytes)}<//></p>
  <p class="small">${say("library_elsewhere")}</p>`;

function OurFile({ file, spoken, slug, title }) {
  const [address, setAddress] = useState(null);
  const [said, setSaid] = useState("");
  const [part, setPart] = useState(null); // of it that has come; null while nothing is on its way
  const going = useRef(null);
  const here = useRef(null);
  useEffect(() => {
    here.current?.focus(); // in place of the button that brought it
    return () => address && URL.revokeObjectURL(address);
  }, [address]);
  useEffect(() => () => going.current?.abort(), []);

  async function get() {
    if (going.current) return;
    const { signal } = (going.current = new AbortController());
    setSaid("");
    setPart(0);
    try {
      const made = await fetched(file.url, file.media_type, { told: setPart, signal });
      if (signal.aborted) URL.revokeObjectURL(made);
      else setAddress(made);
    } catch (error) {
      setSaid(words(error));
    }
    going.current = null;
    setPart(null);
  }

  if (address && spoken) return html`<audio ref=${here} controls autoplay src=${address} aria-label=${title}></audio>`;
  if (address) return html`<p class="ways-out"><a ref=${here} class="button strong" href=${address} target="_blank">${say("library_file_here")}</a>
    <a class="button" href=${address} download=${`${slug}.pdf`}>${say("library_save")}</a></p>`;
  if (!online.value) return html`<p class="small">${say("library_file_away")}</p>`;
  const coming = part !== null;
  return html`<p><button aria-disabled=${coming ? "true" : null} onClick=${get}>${called(spoken, file.bytes)}</button></p>
    ${coming && html`<p><label class="small">${say("library_coming")} <progress max="1" value=${part}></progress></label></p>`}
    ${said && html`<p class="error" role="alert">${said}</p>`}`;
}

export function EventOf({ event: { starts_at: starts, ends_at: ends, place, online_url: url } }) {
  const over = new Date(ends) < new Date();
  return html`<div class="card">
    ${over && html`<p><strong>${say("library_event_over")}</strong></p>`}
    <p><strong>${moments.formatRange(new Date(starts), new Date(ends))}</strong></p>
    ${place && html`<p dir="auto">${place}</p>`}
    ${!over && url && html`<p class="ways-out"><${Away} url=${url}>${say("library_event_online")}<//></p>`}
  </div>`;
}

export function ServiceOf({ service }) {
  const { phone, email, url, address, area, eligibility, hours } = service;
  const facts = { library_hours: hours, library_eligibility: eligibility, library_area: area, library_address: address };
  return html`<div class="card">
    <p class="ways-out">
      ${phone && html`<a class="button strong" href=${`tel:${dialled(phone)}`}>${say("call", { number: phone })}</a>`}
      ${email && html`<a class="button" href=${`mailto:${encodeURIComponent(email).replace("%40", "@")}`}>${say("library_mail", { email })}</a>`}
      <${Away} url=${url}>${say("library_open_page", { host: hostOf(url) })}<//>
    </p>
    <dl>${Object.entries(facts).filter(([, said]) => said).map(([key, said]) => html`<div key=${key}>
      <dt>${say(key)}</dt><dd dir="auto">${said}</dd></div>`)}</dl>
  </div>`;
}

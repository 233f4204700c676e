// What a piece of each kind has beside its text, as it is written down: where it leads, its file, when it is, how it is reached.
import { Field } from "../parts/form.js";
import { html } from "../vendored.js";
import { say } from "../words.js";
import { Area, orNull } from "./fields.js";
import { fileOf, FileShown, PieceFile } from "./piece_file.js";
import { dateOf, instant, timeIn, wallOf, zone } from "./zone.js";

const Link = ({ its, errors }) => html`
  <${Field} name="url" type="url" label=${say("lib_url")} hint=${say("lib_https")} required maxlength="300" defaultValue=${its?.url} error=${errors.url ?? errors.link} />`;

const Event = ({ its, errors }) => html`
  <${Field} name="starts" type="datetime-local" label=${say("lib_starts")} hint=${say("lib_clocks", { zone: zone.value })} required
    defaultValue=${its && wallOf(its.starts_at)} error=${errors.starts_at} />
  <${Field} name="ends" type="datetime-local" label=${say("lib_ends")} required defaultValue=${its && wallOf(its.ends_at)} error=${errors.ends_at} />
  <${Field} name="place" label=${say("lib_place")} hint=${say("lib_place_hint")} maxlength="200" dir="auto" defaultValue=${its?.place} error=${errors.place ?? errors.event} />
  <${Field} name="online" type="url" label=${say("lib_online")} hint=${say("lib_https")} maxlength="300" defaultValue=${its?.online_url} error=${errors.online_url} />`;

const Service = ({ its, errors }) => html`
  <${Field} name="area" label=${say("lib_area")} required maxlength="200" dir="auto" defaultValue=${its?.area} error=${errors.area} />
  <${Area} name="eligibility" label=${say("lib_eligibility")} required rows="3" maxlength="500" value=${its?.eligibility} error=${errors.eligibility} />
  <${Field} name="hours" label=${say("lib_hours")} required maxlength="200" dir="auto" defaultValue=${its?.hours} error=${errors.hours} />
  <${Field} name="phone" type="tel" label=${say("lib_phone")} hint=${say("lib_reached_hint")} maxlength="40" defaultValue=${its?.phone} error=${errors.phone ?? errors.service} />
  <${Field} name="email" type="email" label=${say("lib_email")} maxlength="200" defaultValue=${its?.email} error=${errors.email} />
  <${Field} name="url" type="url" label=${say("lib_site")} hint=${say("lib_https")} maxlength="300" defaultValue=${its?.url} error=${errors.url} />
  <${Area} name="address" label=${say("lib_address")} rows="3" maxlength="300" value=${its?.address} error=${errors.address} />`;

/** The fields of each kind that has some. */
const FIELDS = { link: Link, file: PieceFile, event: Event, service: Service };

export const Details = ({ kind, its, errors }) => FIELDS[kind] && html`<${FIELDS[kind]} key=${kind} its=${its} errors=${errors} />`;

const when = (at) => `${dateOf(at)}, ${timeIn(at)}`;

const FACTS = {
  link: ({ url }) => ({ lib_url: url }),
  event: (one) => ({ lib_starts: when(one.starts_at), lib_ends: when(one.ends_at), lib_place: one.place, lib_online: one.online_url }),
  service: (one) => ({
    lib_area: one.area, lib_eligibility: one.eligibility, lib_hours: one.hours, lib_phone: one.phone, lib_email: one.email, lib_site: one.url, lib_address: one.address,
  }),
};

/** What a piece has beside its text, for whoever reads it before it is shown. */
export function DetailsShown({ piece: { kind, [kind]: its } }) {
  if (!its) return null;
  if (kind === "file") return html`<${FileShown} file=${its} />`;
  return html`<div class="card">${Object.entries(FACTS[kind](its)).filter(([, said]) => said).map(([key, said]) => html`<p key=${key}>
    <strong>${say(key)}</strong><br /><span dir="auto">${said}</span></p>`)}</div>`;
}

const at = (wall) => (wall ? new Date(instant(wall)).toISOString() : null);

const READ = {
  link: ({ url }) => ({ url }),
  file: fileOf,
  event: ({ starts, ends, place, online }) => ({ starts_at: at(starts), ends_at: at(ends), place: orNull(place), online_url: orNull(online) }),
  service: ({ area, eligibility, hours, phone, email, url, address }) => ({
    area, eligibility, hours, phone: orNull(phone), email: orNull(email), url: orNull(url), address: orNull(address),
  }),
};

/** What a form says of a piece of this kind; `before`: what it said so far. */
export const detailsOf = (kind, values, before) => (READ[kind] ? { [kind]: READ[kind](values, before?.[kind]) } : {});

/** What was refused of the details, by the names of their fields. */
export function fieldErrors(error) {
  const errors = error.problem?.errors;
  const inner = errors && Object.keys(FIELDS).map((kind) => errors[kind]).find((one) => one && !Array.isArray(one) && typeof one === "object");
  if (inner) error.problem = { ...error.problem, errors: { ...Object.fromEntries(Object.entries(errors).filter(([name]) => !FIELDS[name])), ...inner } };
  return error;
}

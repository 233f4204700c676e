// Times on the clocks of the service, wherever the person at the desk is.
import { ask } from "../api.js";
import { me } from "../store.js";
import { manners } from "../words.js";
import { signal } from "../vendored.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** IANA. That of the rota that is in force; where there is none yet, that of the person. */
export const zone = signal(null);

/** Once per visit. */
export async function findZone() {
  if (zone.value) return;
  const { items } = await ask("GET", "/rota/shifts?limit=20");
  const newest = items.filter((one) => one.state === "published").sort((a, b) => b.published_at.localeCompare(a.published_at))[0];
  const rota = newest ? await ask("GET", `/rota/shifts/${newest.id}`) : { rules: [], opening: [] };
  zone.value = [...rota.rules, ...rota.opening][0]?.zone ?? me.value.timezone ?? "UTC";
}

const made = {};
const format = (name, options) => (made[`${name} ${zone.value}`] ??= new Intl.DateTimeFormat(manners, { ...options, timeZone: zone.value }));
const part = (name, options) => (at) => format(name, options).format(new Date(at));

export const timeIn = part("time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const dayIn = part("day", { weekday: "long", day: "numeric", month: "long" });
/** Of a day that may be in another year. */
export const dateOf = part("date", { day: "numeric", month: "long", year: "numeric" });
export const monthIn = part("month", { month: "long", year: "numeric" });
export const momentIn = part("moment", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const plain = (at) => {
  made[`plain ${zone.value}`] ??= new Intl.DateTimeFormat("en-CA", { timeZone: zone.value, dateStyle: "short", timeStyle: "medium", hourCycle: "h23" });
  return made[`plain ${zone.value}`].format(new Date(at)).replace(", ", "T");
};

/** The day there, as 2026-11-26. */
export const dateIn = (at) => plain(at).slice(0, 10);

const ahead = (at) => Date.parse(`${plain(at)}Z`) - Math.floor(at / 1000) * 1000;

/** When the clocks there say so: "2026-11-26T22:00". What they leave out is when they go on, and of two the earlier. */
export function instant(wall) {
  const told = Date.parse(`${wall}Z`);
  const first = told - ahead(told - DAY_MS); // by the offset before a change of clocks
  return plain(first).startsWith(wall) ? first : told - ahead(first);
}

export const startOf = (date) => {
  const at = instant(`${date}T00:00`);
  return dateIn(at) === date ? at : at + HOUR_MS; // where the clocks leave midnight out
};

export const plusDays = (date, days) => new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** 0 for Monday. */
export const weekday = (date) => (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7;

export const hoursOf = (date) => (startOf(plusDays(date, 1)) - startOf(date)) / HOUR_MS;

/** For a field of a form, on the clocks there. */
export const wallOf = (at) => plain(at).slice(0, 16);

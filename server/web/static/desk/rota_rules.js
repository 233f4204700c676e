// What comes again on the rota, said so that a person can read it.
import { manners, say } from "../words.js";

export const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const MONDAY = Date.UTC(2024, 0, 1);
const ALL_DAY = 1440;
const DAY_MS = 86_400_000;
const list = new Intl.ListFormat(manners, { type: "conjunction" });
const named = new Intl.DateTimeFormat(manners, { weekday: "long", timeZone: "UTC" });

export const dayName = (day) => named.format(MONDAY + DAYS.indexOf(day) * DAY_MS);

/** The days of a rule that comes on days of the week and says nothing else; null for any other. */
export function daysOf({ rrule, starts }) {
  if (rrule === "FREQ=DAILY") return DAYS;
  if (rrule === "FREQ=WEEKLY") return [DAYS[(new Date(`${starts}Z`).getUTCDay() + 6) % 7]];
  const [, days] = /^FREQ=WEEKLY;BYDAY=([A-Z,]+)$/.exec(rrule) ?? [];
  return days ? days.split(",") : null;
}

/** `rule` said for these days; as it was written where they are its own. */
export function onDays(rule, days) {
  if ((daysOf(rule) ?? []).slice().sort().join() === days.slice().sort().join()) return rule.rrule;
  return days.length === DAYS.length ? "FREQ=DAILY" : `FREQ=WEEKLY;BYDAY=${days.join(",")}`;
}

const two = (number) => String(number).padStart(2, "0");

function timesOf({ starts, minutes }) {
  const [hour, minute] = starts.slice(11).split(":").map(Number);
  const end = hour * 60 + minute + minutes;
  if (minutes === ALL_DAY && starts.endsWith("T00:00")) return say("rota_all_day");
  return `${starts.slice(11)}–${two(Math.floor(end / 60) % 24)}:${two(end % 60)}`;
}

/** When it comes: "22:00–06:00, every day". */
export function comes(rule) {
  const days = daysOf(rule);
  const said = !days ? rule.rrule : days.length === DAYS.length ? say("plan_every_day") : list.format(days.map(dayName));
  return `${timesOf(rule)}, ${said}`;
}

export const inTurn = (people, names) => list.format(people.map((id) => names[id] ?? say("plan_somebody")));

const same = (rule) => [rule.layer, rule.zone, rule.starts.slice(11), rule.minutes, rule.rrule].join(" ");

/** `[what, rule, before]` of each rule: "new", "gone", "people" (others, or in another order) or "same". Also of opening hours. */
export function differences(rules, before) {
  const left = [...before];
  const found = rules.map((rule) => {
    const place = left.findIndex((one) => same(one) === same(rule));
    if (place < 0) return ["new", rule];
    const [old] = left.splice(place, 1);
    return [old.people?.join() === rule.people?.join() && old.turn === rule.turn ? "same" : "people", rule, old];
  });
  return [...found, ...left.map((rule) => ["gone", rule])];
}

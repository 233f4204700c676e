// Times in words, on this phone's clock.
import { manners, say } from "./words.js";

const DAY_MS = 86_400_000;
const clock = new Intl.DateTimeFormat(manners, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(manners, { weekday: "long", day: "numeric", month: "long" });
const both = new Intl.DateTimeFormat(manners, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

export const timeOf = (at) => clock.format(new Date(at));

export const moment = (at) => both.format(new Date(at));

export function dayOf(at) {
  const its = day.format(new Date(at));
  if (its === day.format(new Date())) return say("day_today");
  return its === day.format(new Date(Date.now() - DAY_MS)) ? say("day_yesterday") : its;
}

const weekday = new Intl.DateTimeFormat(manners, { weekday: "long", timeZone: "UTC" });
const A_MONDAY = Date.UTC(2024, 0, 1);

/** The name of a day of the week, counted from Monday as 0. */
export const dayName = (index) => weekday.format(new Date(A_MONDAY + index * DAY_MS));

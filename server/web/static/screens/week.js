// A worker's hours, named on their clock, in words on this phone's.
import { manners } from "../words.js";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const stretch = new Intl.DateTimeFormat(manners, { weekday: "long", hour: "2-digit", minute: "2-digit" });
const PARTS = { hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };

/** How far the clocks of `zone` are ahead of UTC at `at`, in ms. */
function ahead(zone, at) {
  const found = Object.fromEntries(new Intl.DateTimeFormat("en", { timeZone: zone, ...PARTS }).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(found.year, found.month - 1, found.day, found.hour, found.minute, found.second) - Math.floor(at / 1_000) * 1_000;
}

function next(day, clock, zone, now) {
  const there = new Date(now + ahead(zone, now));
  const days = (day - ((there.getUTCDay() + 6) % 7) + 7) % 7;
  const [hours, minutes] = clock.split(":").map(Number);
  const wall = Date.UTC(there.getUTCFullYear(), there.getUTCMonth(), there.getUTCDate() + days, hours, minutes);
  return wall - ahead(zone, wall - ahead(zone, wall));
}

/** The week from `now` on, one line for each window; at or before it opens, a window closes on the day after. */
export function weekOf(windows, zone, now) {
  return windows.map(({ day, opens, closes }) => {
    const index = DAYS.indexOf(day.slice(0, 3));
    const from = next(index, opens, zone, now);
    const length = minutesOf(closes) - minutesOf(opens);
    return [from, from + (length > 0 ? length : length + 1_440) * 60_000];
  }).sort(([a], [b]) => a - b).map(([from, until]) => stretch.formatRange(from, until));
}

const minutesOf = (clock) => clock.split(":").reduce((hours, minutes) => Number(hours) * 60 + Number(minutes));

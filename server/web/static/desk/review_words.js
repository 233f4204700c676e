// A case in words: what it is about, and by when somebody means to have looked.
import { html } from "../vendored.js";
import { manners, say } from "../words.js";

const HOUR_MIN = 60;
const DAY_MIN = 1440;
const ago = new Intl.RelativeTimeFormat(manners, { numeric: "always" });

function span(minutes) {
  const size = Math.abs(minutes);
  if (size < HOUR_MIN) return ago.format(minutes, "minute");
  return size < DAY_MIN ? ago.format(Math.round(minutes / HOUR_MIN), "hour") : ago.format(Math.round(minutes / DAY_MIN), "day");
}

export function dueIn(one) {
  if (one.state === "closed") return say("rv_closed");
  const minutes = Math.round((new Date(one.due_at) - Date.now()) / 60_000);
  return say(minutes < 0 ? "rv_overdue" : "rv_due", { when: span(minutes) });
}

export const labelled = (labels) => labels.map((label) => say(`rv_label_${label}`)).join(" · ");

const what = (one) => labelled(one.labels) || say(`rv_queue_${one.queue}`);
const where = (one) => one.target.title ?? say(`rv_target_${one.target.kind}`);

export const named = (one) => `${what(one)}, ${where(one)}`;

export const About = ({ one }) => html`<span class="row-title">${what(one)}</span> <span class="small" dir="auto">${where(one)}</span>`;

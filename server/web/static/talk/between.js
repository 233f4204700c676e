// Under the title of a one-to-one: when one is read here, who covers, where to turn until then, and the way to what was agreed.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { askAll, Asked, useAsked } from "../parts/asked.js";
import { Lines, Numbers } from "../parts/lines.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";

const AGREED = ["agreed", "done"]; // whoever covers is known, and it may have begun

export function Between({ place }) {
  const [open, setOpen] = useState(false);
  if (me.value?.role !== "carer") return null;
  return html`<details class="between" onToggle=${(event) => setOpen(event.target.open)}>
    <summary>${readHere(place)}</summary>${open && html`<${More} place=${place} />`}</details>`;
}

function readHere({ reading, ended_at: ended }) {
  if (ended) return say("ended_here");
  if (!reading) return say("between_no_hours");
  return reading.open_now || Date.parse(reading.read_from) <= Date.now() ? say("between_now") : say("between_later", { when: moment(reading.read_from) });
}

/** What of it does not come leaves the rest standing: where to turn above all. */
function More({ place }) {
  const [turn, turnAgain] = useAsked(() => ask("GET", `/conversations/${place.id}/messages?limit=1`));
  const [covers, coversAgain] = useAsked(() => askAll("/transfers"));
  async function toContact() {
    const mine = (await askAll("/contact-requests")).find((one) => one.conversation_id === place.id);
    if (mine) go("workers.contact", { id: mine.id });
    else go("workers");
  }
  const ahead = ({ kind, state, worker, ends_at: until }) =>
    kind === "cover" && AGREED.includes(state) && worker.id === place.other?.id && Date.parse(until) > Date.now();
  return html`
    <${Asked} found=${covers} again=${coversAgain}>${(all) => all.filter(ahead).map((one) => html`<p key=${one.id}>
      ${say("between_cover", { name: one.to_worker.display_name, from: moment(one.starts_at), until: moment(one.ends_at) })}</p>`)}<//>
    <p><${Act} act=${toContact}>${say("between_contact")}<//></p>
    <${Asked} found=${turn} again=${turnAgain}>${({ reading }) => reading?.turn_to && html`<p>${reading.user_message}</p>
      <p>${reading.turn_to.text}</p><${Numbers} numbers=${reading.turn_to.emergency.numbers} />
      <${Lines} lines=${reading.turn_to.helplines} />`}<//>`;
}

// A place on the waiting list: had by asking once, seen by whoever has it, and given up when they like.
import { ask } from "../api.js";
import { Act } from "../parts/act.js";
import { Asked, useAsked } from "../parts/asked.js";
import { go } from "../route.js";
import { hearing } from "../store.js";
import { html, useEffect, useState } from "../vendored.js";
import { moment } from "../when.js";
import { say } from "../words.js";

const HEARD = ["waiting.", "contact."];
const NOT_THERE = 404;

async function own() {
  try {
    return (await ask("GET", "/waiting-list/mine")).waiting;
  } catch (error) {
    if (error.status === NOT_THERE) return null;
    throw error;
  }
}

/** Whoever waits sees their place everywhere; whoever does not may join where it is `offered`. */
export function Waiting({ offered }) {
  const [found, again] = useAsked(own);
  useEffect(() => {
    const hear = ({ kind }) => HEARD.some((start) => kind.startsWith(start)) && again();
    hearing.add(hear);
    return () => hearing.delete(hear);
  });
  return html`<${Asked} found=${found} again=${again}>${(place) =>
    place ? html`<${Place} place=${place} again=${again} />` : offered && html`<${Join} again=${again} />`}<//>`;
}

function Place({ place, again }) {
  const [sure, setSure] = useState(false);
  const leave = async () => (await ask("DELETE", "/waiting-list/mine"), await again());
  return html`<section class="card" aria-labelledby="waits"><h2 id="waits">${say("wait_title")}</h2>
    <p role="status">${place.offer_id ? say("wait_offer") : say("wait_place", { place: place.place, total: place.total })}</p>
    ${place.exceptions_ahead > 0 && html`<p class="small">${say("wait_ahead")}</p>`}
    ${place.brought_forward && html`<p class="small">${say("wait_forward")}</p>`}
    <p class="small">${say("wait_since", { when: moment(place.since) })}</p>
    ${place.wish && html`<blockquote dir="auto">${place.wish}</blockquote>`}
    ${place.offer_id && html`<p><button class="strong" onClick=${() => go("workers.contact", { id: place.offer_id })}>${say("workers_to_contact")}</button></p>`}
    ${sure ? html`<p>${say("wait_leave_sure")}</p>
        <p class="choices"><${Act} strong act=${leave}>${say("wait_leave_yes")}<//><button onClick=${() => setSure(false)}>${say("contact_stay")}</button></p>`
      : html`<p><button onClick=${() => setSure(true)}>${say("wait_leave")}</button></p>`}</section>`;
}

function Join({ again }) {
  const [wish, setWish] = useState("");
  const join = async () => (await ask("POST", "/waiting-list", { wish: wish.trim() || null }), await again());
  return html`<section class="card" aria-labelledby="waits"><h2 id="waits">${say("wait_join_title")}</h2><p>${say("wait_about")}</p>
    <p class="field"><label for="wish">${say("wait_wish")}</label><span class="small" id="wish-hint">${say("wait_wish_hint")}</span>
      <textarea id="wish" rows="3" maxlength="500" dir="auto" aria-describedby="wish-hint" value=${wish}
        onInput=${(event) => setWish(event.target.value)}></textarea></p>
    <p><${Act} act=${join}>${say("wait_join")}<//></p></section>`;
}

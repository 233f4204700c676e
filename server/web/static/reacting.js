// Signs of support, given and taken back: on the screen at once, and as they were where the service does not have it so.
import { ask, words } from "./api.js";
import { merge, notice, patch } from "./store.js";

/** In the order in which they are offered. */
export const REACTIONS = { heart: "❤️", hug: "🫂", thanks: "🙏", strength: "💪", me_too: "🤝", candle: "🕯️" };

const wanted = new Map(); // what is being said, by message and sign: pressed meanwhile, the last press counts

export const toggle = ({ id, conversation_id: place, reactions }, name) => react(place, id, name, !reactions[name]?.mine);

async function react(place, id, name, on) {
  const key = `${id} ${name}`;
  const busy = wanted.has(key);
  wanted.set(key, on);
  mark(place, id, name, on);
  if (busy) return;
  let said;
  try {
    do {
      said = wanted.get(key);
      merge(place, [await ask(said ? "PUT" : "DELETE", `/messages/${id}/reactions/${name}`)]);
    } while (said !== wanted.get(key));
  } catch (error) {
    mark(place, id, name, !said);
    notice.value = { words: words(error) };
  } finally {
    wanted.delete(key);
  }
}

function mark(place, id, name, mine) {
  patch(place, id, (one) => {
    const { count = 0, mine: before = false } = one.reactions[name] ?? {};
    return { ...one, reactions: { ...one.reactions, [name]: { mine, count: count + mine - before } } };
  });
}

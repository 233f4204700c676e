// The first question of a start, asked while everything else is still being made ready: on a slow phone that takes as long as the
// answer does on a slow line.
import { ask } from "./api.js";
import { kept } from "./kept.js";

export const PAGE = 30; // messages of a conversation
export const FIRST = `/snapshot?messages=${PAGE}`;

let ahead = null;
const signIn = kept();
if (signIn) {
  ahead = { person: signIn.person.id, answer: ask("GET", FIRST) };
  ahead.answer.catch(() => {}); // whoever takes it hears of that
}

/** What is asked ahead is of no use any more. */
export const forgetAhead = () => void (ahead = null);

/** What `FIRST` answers this person: as asked ahead, once. */
export function first(personId) {
  const taken = ahead;
  forgetAhead();
  return taken?.person === personId ? taken.answer : ask("GET", FIRST);
}

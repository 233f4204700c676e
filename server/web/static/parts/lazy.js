// What a conversation needs only now and then: its sheets and cards come together when the first of them is asked for.
import { cover, uncover } from "../route.js";
import { dress } from "../screens/later.js";
import { notice } from "../store.js";
import { html, signal, useEffect } from "../vendored.js";
import { learn, say } from "../words.js";

const parts = signal(null);
let coming = null;

/** What lies over the conversation until it is closed: `{show, ...facts}`. */
export const sheet = signal(null);
export const closeSheet = () => void (uncover(), (sheet.value = null));
export function openSheet(show, facts = {}) {
  cover(closeSheet);
  sheet.value = { show, ...facts };
}

function bring() {
  coming ??= Promise.all([import("../talk/talk.js"), learn("talk"), dress("talk.css")]).then(
    ([{ Parts }]) => void (parts.value = Parts),
    () => {
      coming = null;
      closeSheet();
      notice.value = { words: `${say("not_loaded")} ${say("no_connection_form")}` };
    },
  );
}

/** The part called `show`, once it is here; `children` stand in for it until then. */
export function Talk({ show, children, ...facts }) {
  useEffect(bring, []);
  const One = parts.value?.[show];
  return One ? html`<${One} ...${facts} />` : children;
}

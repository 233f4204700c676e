// The desk by keyboard: Alt and a key does what a button on the screen does. A key is known by its place, so it is the same in every
// language; it can all be switched off, as some phones and programs that type by voice would press keys of their own.
import { learn, say } from "../words.js";
import { signal } from "../vendored.js";
import { dress } from "../screens/later.js";
import { go, screen } from "../route.js";
import { cases, told } from "./review_data.js";
import { named } from "./review_words.js";

/** What can be done so, by the place of its key. None of them is a browser's own with Alt. */
export const KEYS = { next: "KeyJ", previous: "KeyK", claim: "KeyC", show: "KeyR", decide: "KeyG", undo: "KeyU", opinion: "KeyO", skip: "KeyP", help: "Slash" };
const NAMES = Object.fromEntries(Object.entries(KEYS).map(([name, code]) => [code, name]));
const OFF = "hearth.desk-keys"; // names nobody, and goes with everything else when they sign out
const SAID_MS = 5_000;
const ON_A_MAC = /Mac|iP/.test(navigator.platform); // there Alt types signs of its own

const isOff = () => {
  try {
    return localStorage.getItem(OFF) === "off";
  } catch {
    return false;
  }
};

export const keysOn = signal(!isOff());
/** What a press came to, where the screen itself does not tell. */
export const answer = signal("");
/** The sheet about the keys, while it is open. */
export const sheet = signal(null);

export function switchKeys(on) {
  keysOn.value = on;
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "off");
}

let fading = null;
function tell(words) {
  clearTimeout(fading);
  answer.value = words;
  fading = setTimeout(() => (answer.value = ""), SAID_MS);
}

/** On the button that the key called `name` presses, or on the summary or section whose form it fills in and sends. */
export const key = (name) => ({ "data-key": name, "aria-keyshortcuts": keysOn.value ? `Alt+${KEYS[name].replace("Key", "").replace("Slash", "/")}` : null });

/** What stands on each key here, by its name; where the browser does not say, as on most keyboards. */
export async function letters() {
  const here = await Promise.resolve(navigator.keyboard?.getLayoutMap?.()).catch(() => null);
  const on = (code) => here?.get(code)?.toUpperCase() ?? (code === "Slash" ? "/" : code.slice(3));
  return Object.fromEntries(Object.entries(KEYS).map(([name, code]) => [name, on(code)]));
}

let opening = false;
export async function openSheet() {
  if (opening || sheet.value) return;
  opening = true;
  try {
    const [{ Keys }] = await Promise.all([import("./review_help.js"), learn("talk"), dress("talk.css")]);
    sheet.value = Keys;
  } catch {
    tell(say("not_loaded"));
  }
  opening = false;
}

export const closeSheet = () => (sheet.value = null);

const inText = (one) => one instanceof Element && (one.isContentEditable || one.matches("textarea, input:not([type=checkbox], [type=radio])"));

function meant(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return null;
  if (event.getModifierState("AltGraph") || (ON_A_MAC && inText(event.target))) return null;
  return NAMES[event.code] ?? null;
}

function turn(by) {
  const list = cases.value ?? [];
  const at = list.findIndex((one) => one.id === screen.value.id);
  const to = at >= 0 ? at + by : by > 0 ? 0 : list.length - 1;
  const one = list[to];
  if (!one) return tell(say(list.length ? "rvk_end" : "rv_none"));
  told.value = say("rvk_place", { at: to + 1, all: list.length, what: named(one) });
  go("review.case", { id: one.id });
}

/** As with the mouse; a form is opened or gone to first, and sent when the keys are pressed in it again. */
function press(name) {
  const one = document.querySelector(`[data-key=${name}]`);
  if (!one || one.closest("[inert]")) return tell(say("rvk_not_now", { what: say(`rvk_${name}`) }));
  if (one.matches("button")) {
    one.focus();
    return one.click();
  }
  const box = one.closest("details") ?? one;
  const form = box.querySelector("form");
  if (form.contains(document.activeElement)) return form.requestSubmit();
  if (box !== one) box.open = true;
  (form.querySelector("input:checked") ?? form.querySelector("input, select, textarea")).focus();
  tell(say("rvk_again"));
}

/** From now on until the desk is left; answers how to stop. */
export function listen() {
  function hear(event) {
    const name = keysOn.value ? meant(event) : null;
    if (!name) return;
    event.preventDefault();
    if (event.repeat) return;
    if (name === "help") return void (sheet.value ? closeSheet() : openSheet());
    if (sheet.value) return;
    if (name === "next" || name === "previous") turn(name === "next" ? 1 : -1);
    else press(name);
  }
  keysOn.value = !isOff(); // somebody else may have signed in since
  addEventListener("keydown", hear);
  return () => {
    removeEventListener("keydown", hear);
    closeSheet();
    clearTimeout(fading);
    answer.value = "";
  };
}

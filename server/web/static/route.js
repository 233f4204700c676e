// Which screen is shown. The address in the browser stays "/": nothing in its history tells what was looked at. One entry at most is
// added to it, so that the phone's back button leads from any screen to the first one; the button on the screen leads one up. What
// lies over a screen adds one more while it is there: back closes it first.
import { signal } from "./vendored.js";

/** `{name, ...facts}`; what stands before the first dot of a name is the part of the client that shows it. */
export const screen = signal({ name: "home" });
let above = []; // the screens one came by since the first one
let over = null; // closes what lies over the screen

history.replaceState(null, "", "/");

function show(one) {
  screen.value = one;
  scrollTo(0, 0);
}

export function go(name, facts = {}) {
  if (name === "home") return home();
  const before = screen.value;
  if (before.name === "home") history.pushState({ deep: 1 }, "", "/");
  else if (before.name !== name || before.slug !== facts.slug) above.push(before);
  show({ name, ...facts });
}

/** To another of the parts that stand side by side: from there, back leads to the first screen. */
export function turnTo(name) {
  go(name);
  above = [];
}

export function back() {
  const one = above.pop();
  if (one) show(one);
  else home();
}

function home() {
  above = [];
  show({ name: "home" });
  over = null;
  if (steps()) history.go(-steps());
}

/** Something lies over the screen from now on, and `close` takes it away. */
export function cover(close) {
  if (!over) history.pushState({ deep: 2 }, "", "/");
  over = close;
}

/** It was taken away. */
export function uncover() {
  if (over) history.back();
  over = null;
}

/** How many entries of ours lie above the first one. */
export const steps = () => Number(history.state?.deep ?? 0);

addEventListener("popstate", () => {
  const close = over;
  over = null;
  close?.();
  if (history.state?.deep) return;
  above = [];
  screen.value = { name: "home" };
});

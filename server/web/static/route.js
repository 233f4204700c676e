// Which screen is shown. The address in the browser stays "/": nothing in its history tells what was looked at. One entry at most is
// added to it, so that the phone's back button leads from any screen to the first one; the button on the screen leads one up.
import { signal } from "./vendored.js";

/** `{name, ...facts}`; what stands before the first dot of a name is the part of the client that shows it. */
export const screen = signal({ name: "home" });
let above = []; // the screens one came by since the first one

history.replaceState(null, "", "/");

function show(one) {
  screen.value = one;
  scrollTo(0, 0);
}

export function go(name, facts = {}) {
  if (name === "home") return home();
  const before = screen.value;
  if (before.name === "home") history.pushState({ deep: true }, "", "/");
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
  if (history.state?.deep) history.back();
}

export const isDeep = () => Boolean(history.state?.deep);

addEventListener("popstate", () => {
  if (history.state?.deep) return;
  above = [];
  screen.value = { name: "home" };
});

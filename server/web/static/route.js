// Which screen is shown. The address in the browser stays "/": nothing in its history tells what was looked at. One entry at most is
// added to it, so that the phone's back button leads from any screen to the first one.
import { signal } from "./vendored.js";

export const screen = signal({ name: "home" });

history.replaceState(null, "", "/");

export function go(name, facts = {}) {
  const before = screen.value;
  screen.value = { name, ...facts };
  if (name === "home") {
    if (history.state?.deep) history.back();
  } else if (before.name === "home") history.pushState({ deep: true }, "", "/");
  scrollTo(0, 0);
}

export const isDeep = () => Boolean(history.state?.deep);

addEventListener("popstate", () => {
  if (!history.state?.deep) screen.value = { name: "home" };
});

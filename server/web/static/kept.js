// What this phone keeps of a sign-in. One place, so that forgetting it is one line. Other tabs of the app are told.
export const SIGN_IN = "hearth.sign-in";
/** Where pages are kept to be read without a connection: those for everybody, and those that this person put aside. */
export const PAGES = "library";
export const OWN_PAGES = "library-own";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("hearth") : null;

/** `{access, refresh, until, person, retry?}` or null; `until` in ms by this phone's clock. */
export function kept() {
  try {
    return JSON.parse(localStorage.getItem(SIGN_IN));
  } catch {
    return null;
  }
}

export function keep(signIn) {
  localStorage.setItem(SIGN_IN, JSON.stringify(signIn));
}

export function keepTokens({ person, access_token, refresh_token, expires_in }) {
  keep({ access: access_token, refresh: refresh_token, until: Date.now() + expires_in * 1000, person });
}

export function forget() {
  localStorage.clear();
  sessionStorage.clear();
  globalThis.caches?.delete(OWN_PAGES);
  document.cookie = "language=; path=/; max-age=0";
}

export const tellTabs = (word) => channel?.postMessage(word);

export const hearTabs = (heard) => channel?.addEventListener("message", ({ data }) => heard(data));

/** Nobody else in this browser runs `work` of this name meanwhile; where the browser has no locks, this tab only hopes so. */
export function alone(name, work) {
  return navigator.locks ? navigator.locks.request(`hearth-${name}`, work) : work();
}

/** A new id that nobody else has. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

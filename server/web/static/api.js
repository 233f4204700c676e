// Asking the service. A refusal is thrown as `Refused` with the service's own words; no answer at all as `NoAnswer`.
import { alone, keep, keepTokens, kept, newId } from "./kept.js";
import { language, say } from "./words.js";

const PREFIX = "/api/v1";
const PATIENCE_MS = 20_000;
// The page's own language first; the others tell where the phone is at home, and so whom to call.
const TONGUES = [language, ...navigator.languages].join();
const EARLY_MS = 60_000; // a token is renewed this long before it runs out

export class NoAnswer extends Error {}

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.code ?? String(status));
    this.status = status;
    this.code = problem.code;
    this.problem = problem;
    this.words = problem.user_message ?? say("went_wrong");
  }
}

const heard = { ended: () => {}, due: () => {} };

/** `ended()` when this sign-in is over; `due(code)` when something stands between the person and the service. */
export const onRefused = (what) => Object.assign(heard, what);

/** What the service answers to a signed-in person, or null where it answers nothing. */
export async function ask(method, path, body) {
  const now = kept();
  const token = now && holds(now) ? now.access : await freshToken(); // not waited for where it need not be: it is asked at once
  try {
    return await send(method, path, body, token);
  } catch (error) {
    if (error.status === 401) return send(method, path, body, await renew(token));
    if (error.status === 403 && error.code === "acceptance_required") heard.due(error.code);
    throw error;
  }
}

export const askOpenly = (method, path, body) => send(method, path, body);

/** Tell the service that this sign-in is over. Not waited for. Should it not get through, the sign-in stays in the list of sessions,
 * without anybody who holds its token. */
export function endSession(token) {
  if (!token) return;
  fetch(`${PREFIX}/auth/logout`, { method: "POST", headers: { Authorization: `Bearer ${token}` }, keepalive: true }).catch(() => {});
}

/** What to tell the person of an error; `said` is what our own code has to say of it. */
export const words = (error) =>
  error.said ?? (error instanceof Refused ? error.words : say(error instanceof NoAnswer ? "no_connection_form" : "went_wrong"));

/** An access token that still holds for a while. Throws Refused(401) when there is no sign-in any more. */
export async function freshToken() {
  const now = kept();
  if (!now) throw over();
  return holds(now) ? now.access : renew(now.access).catch((error) => stillGood(now, error));
}

const holds = ({ until }) => Date.now() <= until - EARLY_MS;

function stillGood(now, error) {
  if (error instanceof NoAnswer && Date.now() < now.until) return now.access;
  throw error;
}

/** Another token than `stale`. Tabs take turns: a refresh token used twice would end the whole sign-in. */
export function renew(stale) {
  return alone("refresh", async () => {
    const now = kept();
    if (!now) throw over();
    if (now.access !== stale) return now.access; // another tab was first
    const retry = now.retry ?? newId(); // kept before it is used: a repeat after a lost answer is given the same pair
    keep({ ...now, retry });
    try {
      keepTokens(await send("POST", "/auth/refresh", undefined, now.refresh, { "Idempotency-Key": retry }));
    } catch (error) {
      if (error.status === 401) heard.ended();
      throw error;
    }
    return kept().access;
  });
}

const over = () => new Refused(401, { code: "session_ended", user_message: say("ended") });

async function send(method, path, body, token, more = {}) {
  const headers = { "Accept-Language": TONGUES, ...more };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  let answer, text;
  try {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    answer = await fetch(PREFIX + path, { method, headers, body: sent, signal: stop.signal, cache: "no-store" });
    text = await answer.text();
  } catch {
    throw new NoAnswer();
  } finally {
    clearTimeout(timer);
  }
  const data = readJson(text);
  if (!answer.ok) throw data?.code ? new Refused(answer.status, data) : new NoAnswer(); // a proxy's page is no answer
  return data;
}

function readJson(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

// The live connection. What it brings is a hint: `streams` puts it in order and asks for what is missing.
import { freshToken, renew } from "./api.js";
import { kept } from "./kept.js";
import { makePauses } from "./pauses.js";
import { flush } from "./sending.js";
import { live, online, streams, typing } from "./store.js";
import { SOCKET } from "./vendored.js";
import { language } from "./words.js";

const TYPING_MS = 6_000;
let socket = null;
let ended = () => {};

export async function connect(onEnded) {
  ended = onEnded;
  const { io } = await import(SOCKET);
  if (socket || !kept()) return;
  socket = io({
    transports: ["websocket", "polling"], // some networks let no websocket through
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 8_000,
    auth: (give) => void freshToken().then(
      (token) => give({ token, language, streams: streams.positions() }),
      () => give({ token: kept()?.access, language, streams: streams.positions() }),
    ),
  });
  socket.on("connect", () => {
    online.value = live.value = true;
    pauses.reset();
    flush();
  });
  socket.on("event", streams.take);
  socket.on("heads", ({ streams: heads }) => streams.heads(heads));
  socket.on("typing", showTyping);
  socket.on("token:expiring", renewHere);
  socket.on("session:ended", ({ reason }) => (reason === "token_expired" ? again() : ended()));
  socket.on("disconnect", (reason) => {
    online.value = live.value = false;
    if (reason === "io server disconnect") again();
  });
  socket.on("connect_error", (error) => {
    online.value = false;
    if (!error.data) return; // no answer at all: it tries again by itself
    if (error.data.status === 401) renew(kept()?.access).then(() => again(), (why) => (why.status === 401 ? ended() : again()));
    else again(error.data.error?.retry_after ?? error.data.retry_after);
  });
}

export function disconnect() {
  socket?.disconnect();
  socket = null;
  online.value = true;
  live.value = false;
}

/** Ask whether something was missed, as after the phone slept. */
export function wake() {
  if (socket && !socket.connected) socket.connect();
  else if (socket) streams.catchUp();
}

export function sayTyping(conversation_id, isTyping) {
  if (socket?.connected) socket.volatile.emit("typing:set", { conversation_id, typing: isTyping }, () => {});
}

// A connection that the service refused is not tried again by itself.
const pauses = makePauses(500, 30_000);
let timer = null;
function again(seconds) {
  clearTimeout(timer);
  timer = setTimeout(() => socket?.connect(), pauses.take(seconds));
}

async function renewHere() {
  try {
    const token = await renew(kept()?.access);
    socket?.emit("token:renew", { token }, () => {});
  } catch {
    // The socket will close, and the next one asks for a token again.
  }
}

const lapses = {};
function showTyping({ conversation_id: place, person_id: id, display_name: name, typing: on }) {
  const { [id]: _, ...others } = typing.value[place] ?? {};
  typing.value = { ...typing.value, [place]: on ? { ...others, [id]: name } : others };
  clearTimeout(lapses[id]);
  if (on) lapses[id] = setTimeout(() => showTyping({ conversation_id: place, person_id: id, typing: false }), TYPING_MS);
}

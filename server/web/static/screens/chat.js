// One conversation: what was written, what waits, and what help there is.
import { words } from "../api.js";
import { sayTyping } from "../live.js";
import { Bar } from "../parts/bar.js";
import { Composer } from "../parts/composer.js";
import { Message } from "../parts/message.js";
import { Support } from "../parts/support.js";
import { Waiting } from "../parts/waiting.js";
import { go } from "../route.js";
import { conversations, load, markRead, online, opened, outbox, rooms, supports, typing } from "../store.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendored.js";
import { dayOf, moment } from "../when.js";
import { say } from "../words.js";

const NEAR_END_PX = 120;

export function Chat({ id }) {
  const place = conversations.value.find((one) => one.id === id);
  const room = rooms.value[id];
  const [answering, setAnswering] = useState(null);
  const [draft, setDraft] = useState(null);
  const [said, setSaid] = useState("");
  const list = useRef(null);
  const atEnd = useRef(true);
  const [firstNew] = useState(() => place?.read_seq ?? 0);
  const waiting = outbox.value.filter((one) => one.conversation_id === id && !one.seen);
  const newest = room?.messages.at(-1)?.id;

  useEffect(() => {
    opened.value = id;
    if (!room?.loaded) load(id).catch((error) => setSaid(words(error)));
    return () => void (opened.value = null);
  }, [id]);
  useEffect(() => {
    if (!place) go("home"); // one belongs there no more
  }, [!place]);
  useEffect(() => {
    if (!document.hidden && atEnd.current) markRead(id);
  }, [newest, place?.head_seq]);
  useEffect(() => {
    const seen = () => !document.hidden && atEnd.current && markRead(id);
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [id]);
  // Whoever reads the end goes on reading the end; whoever reads further up is left where they are.
  useLayoutEffect(() => {
    if (atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [newest, waiting.map((one) => one.client_id + one.state).join(), supports.value[id], room?.loaded, online.value]);

  async function earlier() {
    const before = list.current.scrollHeight;
    try {
      await load(id, { before: room.messages[0].seq });
      requestAnimationFrame(() => (list.current.scrollTop += list.current.scrollHeight - before));
    } catch (error) {
      setSaid(words(error));
    }
  }

  function scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = list.current;
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (atEnd.current) markRead(id);
  }

  if (!place) return null;
  const byId = new Map((room?.messages ?? []).map((one) => [one.id, one]));
  const writers = Object.values(typing.value[id] ?? {});
  return html`<${Bar} title=${place.title} deep />
    ${!online.value && html`<p class="offline" role="status">${say("no_connection")}</p>`}
    <main class="chat">
      <div class="messages" role="log" aria-label=${say("messages")} tabindex="0" ref=${list} onScroll=${scrolled}>
        ${room?.more && html`<button onClick=${earlier}>${say("earlier")}</button>`}
        ${room?.loaded && room.messages.length === 0 && waiting.length === 0 && html`<p>${say("no_messages")}</p>`}
        ${marked(room?.messages ?? [], firstNew).map((one) => one.mark
          ? html`<p key=${one.key} class=${one.mark}>${one.words}</p>`
          : html`<${Message} key=${one.id} message=${one} of=${one.reply_to && (byId.get(one.reply_to) ?? false)}
              answer=${place.can_post && one.state === "visible" ? () => setAnswering(one) : null} />`)}
        ${waiting.map((one) => html`<${Waiting} key=${one.client_id} item=${one} change=${setDraft} />`)}
      </div>
      <p class="typing" aria-live="polite">${writers.length > 0 ? say("typing_one", { name: writers.join(", ") }) : ""}</p>
      ${said && html`<p class="error" role="alert">${said}</p>`}
      ${supports.value[id] && html`<${Support} id=${id} support=${supports.value[id]} />`}
      ${place.can_post
        ? html`<${Composer} id=${id} answering=${answering} draft=${draft} done=${() => (setAnswering(null), setDraft(null))}
            typing=${(on) => sayTyping(id, on)} wrote=${() => (atEnd.current = true)} />`
        : html`<p class="closed" role="status">${why(place)}</p>`}
    </main>`;
}

function why({ ended_at, open_now, opens_at }) {
  if (ended_at) return say("ended_here");
  return open_now === false && opens_at ? say("closed_until", { when: moment(opens_at) }) : say("cannot_write");
}

/** The messages, with a line where a day begins and where the new ones do. */
function marked(messages, readSeq) {
  const all = [];
  let day = null;
  let told = readSeq === 0;
  for (const one of messages) {
    const its = dayOf(one.created_at);
    if (its !== day) all.push({ mark: "day", key: `day-${its}`, words: (day = its) });
    if (!told && one.seq > readSeq) {
      told = true;
      all.push({ mark: "new", key: "new", words: say("read_marks_new") });
    }
    all.push(one);
  }
  return all;
}

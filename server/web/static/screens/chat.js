// One conversation: what was written, what waits, and what help there is.
import { words } from "../api.js";
import { sayTyping } from "../live.js";
import { Bar } from "../parts/bar.js";
import { Composer } from "../parts/composer.js";
import { closeSheet, openSheet, sheet, Talk } from "../parts/lazy.js";
import { Message } from "../parts/message.js";
import { Support } from "../parts/support.js";
import { Waiting } from "../parts/waiting.js";
import { go } from "../route.js";
import { conversations, load, markRead, online, opened, outbox, questions, rooms, supports, typing } from "../store.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendored.js";
import { dayOf, moment } from "../when.js";
import { say } from "../words.js";

const NEAR_END_PX = 120;

/** `at`: the seq of a message that is looked for. */
export function Chat({ id, at }) {
  const place = conversations.value.find((one) => one.id === id);
  const room = rooms.value[id];
  const asked = questions.value.filter((one) => one.conversation_id === id);
  const [answering, setAnswering] = useState(null);
  const [draft, setDraft] = useState(null);
  const [said, setSaid] = useState("");
  const list = useRef(null);
  const atEnd = useRef(!at);
  const top = useRef(0);
  const drawn = useRef(new WeakMap());
  const [firstNew] = useState(() => place?.read_seq ?? 0);
  const waiting = outbox.value.filter((one) => one.conversation_id === id && !one.seen);
  const newest = room?.messages.at(-1)?.id;
  const tell = (error) => setSaid(words(error));
  const latest = () => load(id, { anew: true }).catch(tell);

  useEffect(() => {
    opened.value = id;
    if (at) find(at).catch(tell);
    else if (!room?.loaded || room.later) latest();
    return () => {
      opened.value = null;
      closeSheet();
    };
  }, [id]);
  useEffect(() => {
    if (!place) go("home"); // one belongs there no more
  }, [!place]);
  const seen = () => !document.hidden && atEnd.current && !rooms.value[id]?.later && markRead(id);
  useEffect(() => void seen(), [newest, place?.head_seq]);
  useEffect(() => {
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [id]);
  // Whoever reads the end goes on reading the end; whoever reads further up is left where they are.
  useLayoutEffect(() => {
    toEnd();
  }, [newest, waiting.map((one) => one.client_id + one.state).join(), supports.value[id], room?.loaded, online.value, asked.length]);

  // What is drawn for the first time, or comes later as a photo does, may be longer than it was thought to be.
  useLayoutEffect(() => {
    if (!list.current) return undefined;
    const watch = new ResizeObserver(toEnd);
    watch.observe(list.current.firstElementChild);
    return () => watch.disconnect();
  }, [!place]);

  async function find(seq) {
    const has = () => rooms.value[id]?.messages.find((one) => one.seq === seq);
    if (!has()) await load(id, { around: seq });
    requestAnimationFrame(() => {
      const one = document.getElementById(`m-${has()?.id}`);
      if (!one) return;
      one.tabIndex = -1;
      one.dataset.found = "true";
      one.scrollIntoView({ block: "center" });
      one.focus({ preventScroll: true });
    });
  }

  async function earlier() {
    const before = list.current.scrollHeight;
    try {
      await load(id, { before: room.messages[0].seq });
      requestAnimationFrame(() => {
        if (list.current) list.current.scrollTop += list.current.scrollHeight - before;
      });
    } catch (error) {
      tell(error);
    }
  }

  function toEnd() {
    if (atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }

  function scrolled() {
    if (!list.current) return; // the browser says so once more when the screen is gone already
    const { scrollHeight, scrollTop, clientHeight } = list.current;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (near || scrollTop < top.current) atEnd.current = near;
    else toEnd(); // nobody moved up: what stands there was drawn, and is longer than it was thought to be
    top.current = scrollTop;
    seen();
  }

  function wrote() {
    atEnd.current = true;
    if (room?.later) latest();
  }

  /** What was drawn of a message stands while it says the same: a thousand of them are not compared with each letter that comes. */
  function draw(message) {
    const of = message.reply_to && (byId.get(message.reply_to) ?? false);
    const kept = drawn.current.get(message);
    if (kept && kept.of === of && kept.canPost === place.can_post) return kept.node;
    const answer = place.can_post && message.state === "visible" ? () => setAnswering(message) : null;
    const node = html`<${Message} key=${message.id} message=${message} of=${of} answer=${answer} />`;
    drawn.current.set(message, { of, canPost: place.can_post, node });
    return node;
  }

  if (!place) return null;
  const byId = new Map((room?.messages ?? []).map((one) => [one.id, one]));
  return html`<${Bar} title=${place.title} deep about=${() => openSheet("about", { id })} />
    ${!online.value && html`<p class="offline" role="status">${say("no_connection")}</p>`}
    <main class="chat">
      ${place.kind === "one_to_one" && html`<${Talk} show="between" place=${place} />`}
      ${place.can_post && html`<button class="skip" onClick=${() => document.querySelector(".write textarea").focus()}>
        ${say("to_writing")}</button>`}
      <div class="messages" role="log" aria-label=${say("messages")} tabindex="0" ref=${list} onScroll=${scrolled}><div>
        ${room?.more && html`<button onClick=${earlier}>${say("earlier")}</button>`}
        ${room?.loaded && room.messages.length === 0 && waiting.length === 0 && html`<p>${say("no_messages")}</p>`}
        ${marked(room?.messages ?? [], firstNew).map((one) => one.mark
          ? html`<p key=${one.key} class=${one.mark}>${one.words}</p>`
          : draw(one))}
        ${room?.later && html`<p class="choices">
          <button onClick=${() => load(id, { after: room.messages.findLast((one) => one.seq).seq }).catch(tell)}>${say("later")}</button>
          <button onClick=${() => ((atEnd.current = true), latest())}>${say("to_newest")}</button></p>`}
        ${waiting.map((one) => html`<${Waiting} key=${one.client_id} item=${one} change=${setDraft} />`)}
        ${asked.map((one) => html`<${Talk} key=${one.id} show="question" question=${one} />`)}
      </div></div>
      <${Writers} id=${id} />
      ${said && html`<p class="error" role="alert">${said}</p>`}
      ${supports.value[id] && html`<${Support} id=${id} support=${supports.value[id]} />`}
      ${place.can_post
        ? html`<${Composer} id=${id} photos=${place.photos} answering=${answering} draft=${draft}
            done=${() => (setAnswering(null), setDraft(null))} typing=${(on) => sayTyping(id, on)} wrote=${wrote} />`
        : html`<p class="closed" role="status">${why(place)}</p>`}
    </main>
    ${sheet.value && html`<${Talk} ...${sheet.value} place=${place} close=${closeSheet} />`}`;
}

function Writers({ id }) {
  const writers = Object.values(typing.value[id] ?? {});
  return html`<p class="typing" aria-live="polite">${writers.length > 0 ? say("typing_one", { name: writers.join(", ") }) : ""}</p>`;
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

// One's own message that is not with the service yet: why, and what can be done.
import { sendAgain, sendAnyway, takeBack } from "../sending.js";
import { online } from "../store.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";

export function Waiting({ item, change }) {
  const changed = () => (change({ body: item.body, content_warning: item.content_warning, photos: item.photos }), takeBack(item));
  return html`<article class="message" data-own="true" data-state=${item.state}>
    <p class="body" dir="auto">${item.body}</p>
    ${item.photos?.length > 0 && html`<p class="small">${sayCount("photos", item.photos.length)}</p>`}
    ${item.state === "waiting" && html`<p class="small" role="status">${say(online.value ? "sending" : "waiting")}</p>`}
    ${item.state === "advice" && html`<div class="advice" role="alert">
      <h2>${say("advice")}</h2>
      ${item.advice.map((one) => html`<p key=${one.label}>${one.text}</p>`)}
      <p class="choices">
        <button class="strong" onClick=${changed}>${say("change_it")}</button>
        <button onClick=${() => sendAnyway(item)}>${say("send_anyway")}</button>
        <button onClick=${() => takeBack(item)}>${say("take_back")}</button>
      </p>
    </div>`}
    ${item.state === "refused" && html`<div role="alert">
      <p class="error"><strong>${say("refused")}.</strong> ${item.words}</p>
      <p class="choices">
        <button onClick=${() => sendAgain(item)}>${say("try_again")}</button>
        <button onClick=${changed}>${say("change_it")}</button>
        <button onClick=${() => takeBack(item)}>${say("take_back")}</button>
      </p>
    </div>`}
  </article>`;
}

// Numbers to call: big enough for a hand that shakes.
import { html } from "../vendored.js";
import { say } from "../words.js";

export const dialled = (number) => number.replace(/[\s()-]/g, "");
export const web = (url) => (/^https:\/\//.test(url ?? "") ? url : null);

function texted(sms) {
  const [, word, number] = /^(?:(.+) to )?([\d\s+]+)$/.exec(sms) ?? [];
  return number ? `sms:${dialled(number)}${word ? `?body=${encodeURIComponent(word)}` : ""}` : null;
}

export const Numbers = ({ numbers }) => html`<p class="call">
  ${numbers.map((one) => html`<a key=${one} href=${`tel:${dialled(one)}`}>${say("call", { number: one })}</a>`)}
</p>`;

const Line = ({ line, kept }) => html`<li>
  <h3>${line.name}</h3>
  ${line.for_whom && html`<p>${line.for_whom}</p>`}
  <p class="ways">
    ${line.phone && html`<a href=${`tel:${dialled(line.phone)}`}>${say("call", { number: line.phone })}</a>`}
    ${line.sms && html`<a href=${texted(line.sms)}>${say("text", { number: line.sms })}</a>`}
    ${web(line.chat_url) && html`<a href=${web(line.chat_url)} rel="noreferrer" target="_blank">${say("chat")}</a>`}
  </p>
  <p class="small">${!kept && html`<strong>${say(line.open_now ? "open_now" : "closed_now")}</strong>`} ${line.hours}</p>
</li>`;

export const Lines = ({ lines, kept }) => html`<ul class="lines">
  ${lines.map((line) => html`<${Line} key=${line.id ?? line.name} line=${line} kept=${kept} />`)}
</ul>`;

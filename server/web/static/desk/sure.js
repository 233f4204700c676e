// Something that is asked about once more. The focus goes to what it means, so that one key held down does not do both.
import { html, useEffect, useRef, useState } from "../vendored.js";
import { say } from "../words.js";

export function Sure({ words, means, yes, strong, act }) {
  const [asked, setAsked] = useState(false);
  const place = useRef(null);
  const was = useRef(false);
  useEffect(() => {
    if (asked || was.current) place.current?.querySelector(asked ? "p" : "button")?.focus();
    was.current = asked;
  }, [asked]);
  return html`<div ref=${place}>${asked
    ? html`<p key="means" tabindex="-1">${means}</p>
      <p key="answers" class="choices"><button class="strong" onClick=${act}>${yes}</button>
        <button onClick=${() => setAsked(false)}>${say("desk_keep")}</button></p>`
    : html`<p key="ask"><button class=${strong ? "strong" : null} onClick=${() => setAsked(true)}>${words}</button></p>`}</div>`;
}

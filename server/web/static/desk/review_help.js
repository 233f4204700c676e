// The sheet that lists the desk's keys, and switches them off and on.
import { Frame } from "../talk/frame.js";
import { html, useEffect, useState } from "../vendored.js";
import { say } from "../words.js";
import { closeSheet, KEYS, keysOn, letters, switchKeys } from "./review_keys.js";

export function Keys() {
  const [on, setOn] = useState({});
  useEffect(() => void letters().then(setOn), []);
  return html`<${Frame} title=${say("rvk_title")} close=${closeSheet}>
    <label class="tick"><input type="checkbox" checked=${keysOn.value} onChange=${(event) => switchKeys(event.target.checked)} /> ${say("rvk_use")}</label>
    <p class="small">${say("rvk_use_hint")}</p>
    <dl class="review-keys">${Object.keys(KEYS).map((name) => html`<div key=${name}><dt><span dir="ltr"><kbd>Alt</kbd> + <kbd>${on[name]}</kbd></span></dt>
      <dd>${say(`rvk_${name}`)}</dd></div>`)}</dl>
    <p class="small">${say("rvk_twice")}</p><//>`;
}

// A sheet over a conversation. Help and the quick exit above it stay within reach; everything else waits.
import { html, useEffect, useRef } from "../vendored.js";
import { say } from "../words.js";

export function Frame({ title, close, children }) {
  const box = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    const others = [...box.current.parentNode.children].filter((one) => one !== box.current && !one.matches(".bar, .notice"));
    for (const one of others) one.inert = true;
    box.current.querySelector("h2").focus();
    // Wherever the focus went meanwhile: what had it may be gone.
    const escape = (event) => event.key === "Escape" && close();
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("keydown", escape);
      for (const one of others) one.inert = false;
      (before?.isConnected ? before : document.querySelector("h1"))?.focus();
    };
  }, []);
  const away = (event) => event.target === box.current && close();
  return html`<div class="sheet" role="dialog" aria-labelledby="sheet" ref=${box} onClick=${away}>
    <div class="sheet-box">
      <header><h2 id="sheet" tabindex="-1" dir="auto">${title}</h2> <button onClick=${close}>${say("close_sheet")}</button></header>
      ${children}
    </div>
  </div>`;
}

/** The message with this id, as it is now; undefined where it is not here any more. */
export const among = (room, id) => room?.messages.find((one) => one.id === id);

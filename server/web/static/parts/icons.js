// Drawings for roles and buttons: one path each, in the colour of the words beside them. They say nothing alone.
import { html } from "../vendored.js";

const PATHS = {
  carer: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-8 8a8 8 0 0 1 16 0z",
  carer_peer_worker: "M12 21 4 13a5 5 0 0 1 8-6 5 5 0 0 1 8 6z",
  consumer_peer_worker: "M11 21v-7C6 14 4 11 4 6c5 0 7 2 8 5 1-4 3-6 8-7 0 6-3 9-7 9v8z",
  moderator: "M12 2 4 5v7c0 5 4 8 8 10 4-2 8-5 8-10V5z",
  supervisor: "m12 2 3 7 7 .6-5.3 4.7L18.4 22 12 18l-6.4 4 1.7-7.7L2 9.6 9 9z",
  coordinator: "M3 3h8v8H3zm10 0h8v8h-8zM3 13h8v8H3zm10 0h8v8h-8z",
  professional: "M9 3h6v6h6v6h-6v6H9v-6H3V9h6z",
  back: "M15 4 7 12l8 8 2-2-6-6 6-6z",
  leave: "M4 3h9v4h-2V5H6v14h5v-2h2v4H4zm12 4 5 5-5 5v-4H9v-2h7z",
  help: "M6.6 3 10 4l1 5-2 2a12 12 0 0 0 4 4l2-2 5 1 1 3.4c-1 3-4 3.6-6 3C9 18 6 15 3.5 9 3 7 3.6 4 6.6 3z",
  work: "M9 4h6v3h6v13H3V7h6zm2 2v1h2V6zM5 9v4h14V9zm0 6v3h14v-3h-5v1h-4v-1z",
  workers: "M8 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm8 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM1 20a7 7 0 0 1 14 0zm16 0a9 9 0 0 0-2-6 6 6 0 0 1 8 6z",
  home: "M3 4h18v13H9l-6 5z",
  library: "M2 5c4-1 7-1 9 1v14c-2-2-5-2-9-1zm20 0c-4-1-7-1-9 1v14c2-2 5-2 9-1z",
  search: "M10 3a7 7 0 1 0 4.3 12.6l5.2 5.2 1.5-1.5-5.2-5.2A7 7 0 0 0 10 3zm0 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10z",
  bookmark: "M6 3h12v18l-6-4-6 4z",
  review: "M12 2 4 5v7c0 5 4 8 8 10 4-2 8-5 8-10V5z",
  settings: "M4 6h16v2H4zm0 5h16v2H4zm0 5h16v2H4z",
  service: "M4 4h7v7H4zm9 0h7v7h-7zm-9 9h7v7H4zm9 0h7v7h-7z",
  send: "M3 4l19 8-19 8 3-8zm3 7h8v2H6z",
  open: "M6 9h12l-6 7z",
  more: "M4 10h4v4H4zm6 0h4v4h-4zm6 0h4v4h-4z",
  search: "M10 3a7 7 0 1 0 4.3 12.5L20 21l1.6-1.6-5.7-5.6A7 7 0 0 0 10 3zm0 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10z",
  photo: "M4 6h4l2-2h4l2 2h4v14H4zm8 3a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z",
  piece: "M5 3h12a2 2 0 0 1 2 2v16H7a2 2 0 0 1-2-2zm3 4v2h8V7z",
  held: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 5v5l4 3-1 2-5-4V7z",
  warning: "M12 2 1 21h22zm-1 7h2v6h-2zm0 8h2v2h-2z",
};

// These point somewhere: from right to left they point the other way.
const TURNS = new Set(["back", "leave", "send"]);

export const Icon = ({ name }) => html`<svg class=${TURNS.has(name) ? "icon turns" : "icon"} viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name] ?? PATHS.carer} /></svg>`;

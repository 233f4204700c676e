// One piece as it stands, with what is due: written on, read by two people, shown, read again, or taken away.
import { ask } from "../api.js";
import { Form } from "../parts/form.js";
import { Role } from "../parts/role.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Area } from "./fields.js";
import { DetailsShown } from "./piece_kinds.js";
import { Preview } from "./preview.js";
import { Trouble, useFound, useOnce } from "./lists.js";
import { Desk, tell } from "./shell.js";
import { dateOf } from "./zone.js";

export function Piece({ slug }) {
  const { here, found, said, again } = useFound(async () => {
    const [piece, use] = await Promise.all([ask("GET", `/resources/${slug}/draft`), ask("GET", `/resources/${slug}/use`)]);
    return { piece, use };
  }, slug);
  const [run, refused] = useOnce();
  const act = (what, more = {}) => run(async () => {
    try {
      await ask("POST", `/resources/${slug}/${what}`, { version: found.piece.version, ...more });
      tell(say(`lib_did_${what}`));
    } finally {
      await again(); // also when somebody else was first: what is decided on is what is shown
    }
  });
  return html`<${Desk} title=${say("lib_piece")}>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<h2 class="first" dir="auto">${found.piece.title}</h2>
      <p><strong>${say(found.piece.state === "archived" ? "lib_archived" : `lib_${found.piece.version_state}`)}</strong>
        · ${say("lib_version", { version: found.piece.version })}${found.piece.review_due ? ` · ${say("lib_due_on", { day: dateOf(`${found.piece.review_due}T12:00Z`) })}` : ""}</p>
      <p dir="auto">${found.piece.summary}</p>
      <p class="error" role="alert">${refused}</p>
      <${Choices} piece=${found.piece} act=${act} />
      <${Reviews} reviews=${found.piece.reviews} />
      <h2>${say("lib_looks")}</h2>
      ${found.piece.removed.length > 0 && html`<div class="card" data-urgent="true"><p><strong>${say("lib_removed")}</strong></p>
        <ul>${found.piece.removed.map((one) => html`<li key=${one.kind + one.line + one.text}>${say(`lib_removed_${one.kind}`)}
          ${one.line ? ` (${say("lib_line", { line: one.line })})` : ""}${one.text && html`: <code dir="auto">${one.text}</code>`}</li>`)}</ul></div>`}
      <${DetailsShown} piece=${found.piece} />
      <${Preview} piece=${found.piece} />
      <p class="small">${sayCount("lib_minutes", found.piece.reading_minutes)}${found.piece.reading_age ? ` · ${say("lib_age", { age: Math.round(found.piece.reading_age) })}` : ""}</p>
      <p class="small">${sayCount("lib_opened", found.use.opened)}${found.use.helpful === null ? "" : ` · ${say("lib_helped", found.use)}`}</p>`}
  <//>`;
}

function Choices({ piece, act }) {
  const write = (strong) => html`<button class=${strong ? "strong" : ""} onClick=${() => go("service.library.write", { id: piece.slug, piece })}>
    ${say("lib_write_on")}</button>`;
  const before = html`<button onClick=${() => go("service.library.versions", { id: piece.slug, slug: piece.slug, version: piece.version })}>${say("lib_versions")}</button>`;
  if (piece.state === "archived") {
    return me.value.role === "coordinator" && html`<p class="choices"><button class="strong" onClick=${() => act("unarchive")}>${say("lib_unarchive")}</button></p>`;
  }
  if (piece.version_state === "draft") {
    return html`<p>${say("lib_draft_hint")}</p>
      <p class="choices"><button class="strong" onClick=${() => act("submit")}>${say("lib_submit")}</button>${write()}${before}</p>`;
  }
  if (piece.version_state === "in_review") return html`<${Reading} act=${act} /><p class="choices">${write()}${before}</p>`;
  return html`<p class="choices">${write(true)}<button onClick=${() => act("confirm")}>${say("lib_confirm")}</button>${before}
    ${me.value.role === "coordinator" && html`<button onClick=${() => act("archive")}>${say("lib_archive")}</button>`}</p>
    <p class="small">${say("lib_confirm_hint")}</p>`;
}

/** Two people read it: one who has lived it and one other. */
function Reading({ act }) {
  const [unsure, setUnsure] = useState(false);
  const refuse = ({ note }) => act("review", { agreed: false, note });
  return html`<p>${say("lib_in_review_hint")}</p>
    ${unsure
      ? html`<${Form} act=${refuse} button=${say("lib_not_yet")}>${(errors) => html`
          <${Area} name="note" label=${say("lib_note")} required maxlength="2000" error=${errors.note} />`}<//>
        <button onClick=${() => setUnsure(false)}>${say("desk_keep")}</button>`
      : html`<p class="choices"><button class="strong" onClick=${() => act("review", { agreed: true })}>${say("lib_agree")}</button>
          <button onClick=${() => setUnsure(true)}>${say("lib_not_yet")}</button></p>`}`;
}

const Reviews = ({ reviews }) => reviews.length > 0 && html`<h2>${say("lib_readers")}</h2>
  <ul class="list">${reviews.map((one) => html`<li key=${one.reviewer.id} class="card">
    <p><strong dir="auto">${one.reviewer.display_name}</strong> <${Role} role=${one.reviewer.role} label=${one.reviewer.role_label} /></p>
    <p>${say(one.agreed ? "lib_agreed" : "lib_asked_for_changes")} · ${say(`lib_as_${one.reading_as}`)}</p>
    ${one.note && html`<blockquote dir="auto">${one.note}</blockquote>`}</li>`)}</ul>`;

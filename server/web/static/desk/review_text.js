// What was written, with what screening found in it marked. Covered until somebody asks.
import { freshToken } from "../api.js";
import { Role } from "../parts/role.js";
import { html, useEffect, useState } from "../vendored.js";
import { timeOf } from "../when.js";
import { say } from "../words.js";

/** The text cut where a flag begins or ends. Spans count characters, not halves of them. */
function pieces(body, flags) {
  const letters = [...body];
  const marked = letters.map(() => false);
  for (const { span } of flags) if (span) for (let at = span[0]; at < Math.min(span[1], letters.length); at += 1) marked[at] = true;
  const found = [];
  letters.forEach((letter, at) => {
    if (found.length && found.at(-1).marked === marked[at]) found.at(-1).text += letter;
    else found.push({ text: letter, marked: marked[at] });
  });
  return found;
}

export const Said = ({ message, flags = [], caseId, main }) => html`<article class=${main ? "message review-main" : "message"} data-role=${message.author.role}>
  <header><strong dir="auto">${message.author.display_name}</strong> <${Role} role=${message.author.role} label=${message.author.role_label} />
    <time class="small" datetime=${message.created_at}>${timeOf(message.created_at)}</time></header>
  ${message.content_warning && html`<p class="small" dir="auto">${say("warned", { text: message.content_warning })}</p>`}
  ${message.body === null ? html`<p class="gone">${say("rv_covered")}</p>`
    : html`<p class="body" dir="auto">${pieces(message.body, flags).map((one) => (one.marked ? html`<mark>${one.text}</mark>` : one.text))}</p>`}
  ${message.body !== null && message.photos?.map((one) => html`<${Photo} key=${one.id} id=${one.id} caseId=${caseId} />`)}
</article>`;

/** Shown only when pressed, as what it shows is not known before. */
function Photo({ id, caseId }) {
  const [url, setUrl] = useState(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => () => url && URL.revokeObjectURL(url), [url]);
  async function show() {
    setFailed(false);
    try {
      const headers = { Authorization: `Bearer ${await freshToken()}` };
      const answer = await fetch(`/api/v1/review/cases/${caseId}/photos/${id}`, { headers });
      if (!answer.ok) throw new Error();
      setUrl(URL.createObjectURL(await answer.blob()));
    } catch {
      setFailed(true);
    }
  }
  if (url) return html`<img class="review-photo" src=${url} alt=${say("rv_photo")} />`;
  return html`<p><button onClick=${show}>${say("rv_show_photo")}</button> ${failed && html`<span role="alert" class="error">${say("went_wrong")}</span>`}</p>`;
}

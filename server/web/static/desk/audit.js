// Who did what to which thing. Ids and codes only; what people wrote is in none of it.
import { ask } from "../api.js";
import { html, useEffect, useState } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { Listed, query, Trouble, useFound, useList } from "./lists.js";
import { Desk } from "./shell.js";
import { findZone, momentIn } from "./zone.js";

/** What those who acted are called, by id; somebody who was erased has no name any more. */
function useNames(items) {
  const [names, setNames] = useState({});
  const unknown = [...new Set(items.map((one) => one.actor_id))].filter((id) => id && !(id in names));
  useEffect(() => {
    Promise.all(unknown.map(async (id) => {
      const found = await ask("GET", `/people/${id}`).catch(() => null);
      return [id, found?.display_name ?? say("audit_gone")];
    })).then((found) => found.length && setNames((before) => ({ ...before, ...Object.fromEntries(found) })));
  }, [unknown.join()]);
  return names;
}

/** Whether the whole of it still is as it was written, as the service last found. */
function Standing() {
  const { here, found, said, again } = useFound(() => ask("GET", "/audit/check"), "check");
  const facts = found && { at: momentIn(found.checked_at ?? 0), since: momentIn(found.broken_since ?? 0), seq: found.seq, from: found.broken_seq, count: found.flaws };
  return html`<${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<section class="card" data-urgent=${found.state === "broken" ? "true" : null} aria-labelledby="standing">
      <h2 class="first" id="standing">${say(`audit_${found.state}`)}</h2>
      ${found.state === "broken" && html`<p class="error" role="alert">${say(`audit_flaw_${found.flaw}`, facts)}</p>
        ${found.flaws > 1 && html`<p>${sayCount("audit_flaws", found.flaws)}</p>`}
        <p>${say("audit_broken_means", facts)}</p>`}
      ${found.checked_at ? html`<p>${say("audit_checked", facts)}</p>` : html`<p>${say("audit_unchecked_means")}</p>`}
      ${found.overdue && html`<p class="error">${say("audit_overdue")}</p>`}
      ${found.anchor && html`<details><summary>${say("audit_anchor")}</summary><p class="small">${say("audit_anchor_means")}</p>
        <p class="small"><code dir="ltr">${found.anchor}</code></p></details>`}
      <p class="small">${say("audit_verify")} <code dir="ltr">flask --app wsgi audit verify</code></p>
    </section>`}`;
}

export function Screen() {
  const zone = useFound(findZone, "zone");
  const [filter, setFilter] = useState({});
  const list = useList(query("/audit", { actor_id: filter.actor_id, subject_id: filter.subject_id, limit: 50 }));
  const names = useNames(list.items);
  const only = (facts, words) => setFilter({ ...facts, words });
  return html`<${Desk} title=${say("desk_audit")}>
    <p>${say("audit_about")}</p>
    <${Trouble} said=${zone.said} again=${zone.again} />
    ${zone.here && !zone.said && html`<${Standing} />`}
    ${filter.words && html`<p class="choices" role="status"><span dir="auto">${filter.words}</span>
      <button onClick=${() => setFilter({})}>${say("audit_all")}</button></p>`}
    ${zone.here && !zone.said && html`<${Listed} list=${list} none=${say("audit_none")} row=${(one) => html`<li key=${one.id} class="card">
      <p><strong><code dir="ltr">${one.action}</code></strong> · ${momentIn(one.at)}</p>
      <p dir="auto">${one.actor_id ? names[one.actor_id] ?? "…" : say("audit_service")}</p>
      ${Object.entries(one.data).map(([key, value]) => html`<p key=${key} class="small"><code dir="ltr">${key}: ${JSON.stringify(value)}</code></p>`)}
      <p class="small">${say("audit_seq", { seq: one.seq })} · <code dir="ltr">${one.subject_kind}</code></p>
      <p class="choices">
        ${one.actor_id && html`<button aria-label=${say("audit_by_long", { name: names[one.actor_id] ?? "…", seq: one.seq })}
          onClick=${() => only({ actor_id: one.actor_id }, say("audit_by_name", { name: names[one.actor_id] ?? "…" }))}>${say("audit_by")}</button>`}
        <button aria-label=${say("audit_to_long", { seq: one.seq })}
          onClick=${() => only({ subject_id: one.subject_id }, say("audit_to_this"))}>${say("audit_to")}</button>
      </p></li>`} />`}
  <//>`;
}

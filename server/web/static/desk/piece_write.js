// Writing a piece in Markdown. Saving it shows how it looks and what was left out; nobody else sees a draft.
import { ask } from "../api.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../route.js";
import { me } from "../store.js";
import { html, useState } from "../vendored.js";
import { language, LANGUAGES, say } from "../words.js";
import { Area, Choice, linesOf, ticked, Ticks } from "./fields.js";
import { Details, detailsOf, fieldErrors } from "./piece_kinds.js";
import { Desk, done } from "./shell.js";

const KINDS = ["article", "story", "link", "file", "event", "service"];
const CATEGORIES = ["condition", "system", "communication", "self_care", "rights", "respite", "workshops", "stories", "crisis", "peer_support"];
const AUDIENCE = ["parent", "partner", "sibling", "adult_child", "any"];
const PINS = ["", "crisis", "first_steps"];
const SOURCE = /^(.*?)\s*(https:\/\/\S+)?$/;

const told = (names, prefix) => names.map((one) => [one, say(`${prefix}_${one || "none"}`)]);
const sourceOf = (line) => {
  const [, title, url] = SOURCE.exec(line);
  return { title: title || url, ...(url ? { url } : {}) };
};

function read(values, before) {
  const kind = before?.kind ?? values.kind;
  return {
    kind, title: values.title, summary: values.summary, body: values.body, licence: values.licence, composed: Boolean(values.composed),
    categories: ticked(values, "category"), audience: ticked(values, "audience"), pinned: values.pinned || null,
    keywords: linesOf(values.keywords), sources: linesOf(values.sources).map(sourceOf),
    authors: linesOf(values.authors).map((name, place) => before?.authors.find((one) => one.name === name) ?? before?.authors[place] ?? { name, role: "lived_experience_author" })
      .map((one, place) => ({ ...one, name: linesOf(values.authors)[place] })),
    ...detailsOf(kind, values, before),
  };
}

export function Write({ piece }) {
  const [kind, setKind] = useState(piece?.kind ?? "article");
  const act = (values) => write(values).catch((error) => {
    throw fieldErrors(error);
  });
  async function write(values) {
    const body = read(values, piece);
    if (piece) {
      await ask("PATCH", `/resources/${piece.slug}`, { ...body, version: piece.version });
      done(say("lib_saved"));
      return;
    }
    const made = await ask("POST", "/resources", { ...body, slug: values.slug, language: values.language });
    done(say("lib_saved"));
    go("service.library.one", { id: made.slug, slug: made.slug }); // back from there leads to the library, not to an empty form
  }
  const its = piece ?? {};
  return html`<${Desk} title=${say(piece ? "lib_write_on" : "lib_write")}>
    <${Form} act=${act} button=${say("lib_save")}>${(errors) => html`
      <${Field} name="title" label=${say("lib_title")} required maxlength="120" dir="auto" defaultValue=${its.title} error=${errors.title} />
      ${!piece && html`
        <${Field} name="slug" label=${say("lib_slug")} hint=${say("lib_slug_hint")} required maxlength="80" pattern="[a-z0-9\\-]+" error=${errors.slug} />
        <${Choice} name="language" label=${say("lib_language")} value=${language} options=${Object.entries(LANGUAGES)} error=${errors.language} />
        <${Choice} name="kind" label=${say("lib_kind")} value=${kind} onChange=${({ target }) => setKind(target.value)} options=${told(KINDS, "lib_kind")} error=${errors.kind} />`}
      <${Details} kind=${kind} its=${its[kind]} errors=${errors} />
      <${Area} name="summary" label=${say("lib_summary")} hint=${say("lib_summary_hint")} required minlength="10" maxlength="400" value=${its.summary} error=${errors.summary} />
      <${Area} name="body" label=${say("lib_body")} hint=${say("lib_body_hint")} required rows="16" maxlength="40000" value=${its.body} error=${errors.body} />
      <${Ticks} name="category" label=${say("lib_categories")} values=${its.categories ?? []} options=${told(CATEGORIES, "lib_in")} error=${errors.categories} />
      <${Ticks} name="audience" label=${say("lib_audience")} values=${its.audience ?? []} options=${told(AUDIENCE, "lib_for")} error=${errors.audience} />
      <${Area} name="authors" label=${say("lib_authors")} hint=${say("lib_a_line")} required value=${(its.authors ?? [{ name: me.value.display_name }]).map((one) => one.name).join("\n")} error=${errors.authors} />
      <${Area} name="sources" label=${say("lib_sources")} hint=${say("lib_sources_hint")} value=${(its.sources ?? []).map((one) => [one.title, one.url].filter(Boolean).join(" ")).join("\n")} error=${errors.sources} />
      <${Area} name="keywords" label=${say("lib_keywords")} hint=${say("lib_a_line")} value=${(its.keywords ?? []).join("\n")} error=${errors.keywords} />
      <${Field} name="licence" label=${say("lib_licence")} required maxlength="80" defaultValue=${its.licence ?? "CC BY 4.0"} error=${errors.licence} />
      <${Choice} name="pinned" label=${say("lib_pinned")} value=${its.pinned ?? ""} options=${told(PINS, "lib_pin")} error=${errors.pinned} />
      <p><label class="tick"><input type="checkbox" name="composed" defaultChecked=${its.composed} /> ${say("lib_composed")}</label></p>`}<//>
  <//>`;
}

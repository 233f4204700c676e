// The service's desk, for those who keep it going: what needs somebody today first, then its parts.
import { ask } from "../api.js";
import { go, screen } from "../route.js";
import { me } from "../store.js";
import { Later } from "../screens/later.js";
import { html } from "../vendored.js";
import { say, sayCount } from "../words.js";
import { momentIn, findZone } from "./zone.js";
import { Trouble, useFound, whole } from "./lists.js";
import { Desk, Sections } from "./shell.js";

const PARTS = {
  rota: { load: () => import("./rota.js"), words: "desk_rota" },
  people: { load: () => import("./people.js"), words: "desk_people" },
  pairs: { load: () => import("./pairs.js"), words: "desk_pairs" },
  invites: { load: () => import("./invites.js"), words: "desk_people" },
  groups: { load: () => import("./groups.js"), words: "desk_groups" },
  lines: { load: () => import("./lines.js"), words: "desk_lines" },
  rules: { load: () => import("./rules.js"), words: "desk_rules" },
  screening: { load: () => import("./screening.js"), words: "desk_screening" },
  access: { load: () => import("./access.js"), words: "desk_access" },
  team: { load: () => import("./team.js"), words: "desk_team" },
  reports: { load: () => import("./reports.js"), words: "desk_reports" },
  library: { load: () => import("./library.js"), words: "desk_library" },
  audit: { load: () => import("./audit.js"), words: "desk_reports" },
};

export function Screen({ name }) {
  const part = name.split(".")[1];
  return part ? html`<${Later} key=${part} name=${`service.${part}`} part=${PARTS[part]} />` : html`<${Start} />`;
}

const SOON_MS = 7 * 86_400_000;
const count = async (path, which = () => true) => (await whole(path)).filter(which).length;

/** What is asked for at the start, by role: `[key, read() -> how many, screen, facts]`. Those that cannot wait come first. */
const ASKED = {
  alerts: [() => count("/crisis/alerts?limit=100", (one) => ["paging", "unanswered"].includes(one.state)), "team.alerts"],
  audit: [async () => ((await ask("GET", "/audit/check")).state === "broken" ? 1 : 0), "audit"],
  gaps: [null, "rota"],
  debriefs: [() => count("/debriefs?limit=100", (one) => one.state === "open"), "team"],
  concerns: [() => count("/crisis/concerns?limit=100", (one) => !one.offered_at), "team.concerns"],
  pending: [() => count("/people?state=pending&limit=100"), "people", { state: "pending" }],
  profiles: [() => count("/worker-profiles?limit=100"), "pairs.profiles"],
  waiting: [() => count("/waiting-list?limit=100", (one) => !one.offer_id), "pairs"],
  consents: [() => count("/contact-requests?state=requested&limit=100", (one) => one.needs.includes("coordinator")), "pairs"],
  access: [() => count("/break-glass?state=asked&limit=100", (one) => one.asked_by.id !== me.value.id), "access"],
  swaps: [() => count("/rota/swaps", (one) => one.state === "taken"), "rota.swaps"],
  lines: [() => count("/crisis/helplines", (one) => one.verification_due && !one.withdrawn), "lines"],
  reviews: [() => count("/library/drafts?limit=100", (one) => one.version_state === "in_review"), "library"],
  due: [() => count("/library/due?days=0&limit=100"), "library.due"],
  suggestions: [() => count("/resource-suggestions?state=open&limit=100"), "library.suggestions"],
};
const OF = {
  coordinator: ["alerts", "gaps", "audit", "access", "debriefs", "pending", "consents", "waiting", "profiles", "swaps", "lines", "reviews", "due", "suggestions"],
  supervisor: ["alerts", "gaps", "access", "debriefs", "concerns", "swaps", "reviews", "due", "suggestions"],
};
const URGENT = new Set(["alerts", "gaps", "audit", "access", "debriefs", "concerns"]);

async function gapsSoon() {
  await findZone();
  const until = new Date(Date.now() + SOON_MS).toISOString();
  return (await whole("/rota/gaps")).filter((one) => one.since < until);
}

async function look() {
  const names = OF[me.value.role];
  const answers = await Promise.allSettled(names.map((name) => (name === "gaps" ? gapsSoon() : ASKED[name][0]())));
  const failed = answers.filter((one) => one.status === "rejected");
  if (failed.length === answers.length) throw failed[0].reason;
  const found = names.map((name, place) => [name, answers[place].value]).filter(([, value]) => (value?.length ?? value) > 0);
  return { found, missing: failed.length };
}

function Start() {
  const { here, found, said, again } = useFound(look, "start");
  return html`<${Desk} title=${say("desk_service")} busy=${!here}>
    <h2 class="first">${say("desk_today")}</h2>
    <${Trouble} said=${said} again=${again} />
    ${!here && html`<p role="status">${say("loading")}</p>`}
    ${found && html`<${Today} ...${found} again=${again} />`}
    <div class="narrow-only"><h2>${say("desk_places")}</h2><${Sections} /></div>
  <//>`;
}

const Today = ({ found, missing, again }) => html`
  ${found.length === 0 && missing === 0 && html`<p class="card" role="status">${say("desk_nothing")}</p>`}
  <ul class="list">${found.map(([name, value]) => html`<li key=${name}>
    <button class="row" data-urgent=${URGENT.has(name) ? "true" : null} onClick=${() => go(`service.${ASKED[name][1]}`, ASKED[name][2])}>
      <span class="row-title">${sayCount(`desk_need_${name}`, value.length ?? value)}</span>
      ${name === "gaps" && html`<span class="small">${say("desk_first_gap", { at: momentIn(value[0].since) })}</span>`}
      ${name === "lines" && html`<span class="small">${say("desk_lines_hint")}</span>`}
    </button></li>`)}</ul>
  ${missing > 0 && html`<${Trouble} said=${say("desk_part_missing")} again=${again} />`}`;

// Which screen is there. Help and the quick exit work before anything else does.
import { locked } from "../lock.js";
import { Bar } from "../parts/bar.js";
import { Nav } from "../parts/nav.js";
import { screen } from "../route.js";
import { agreed, ready, takeUp } from "../session.js";
import { due, live, me, online, overlay } from "../store.js";
import { html, useEffect } from "../vendored.js";
import { say } from "../words.js";
import { Agree } from "./agree.js";
import { Chat } from "./chat.js";
import { Crisis } from "./crisis.js";
import { Home } from "./home.js";
import { dress, Later } from "./later.js";
import { SignIn } from "./sign_in.js";
import { SignUp } from "./sign_up.js";

// What is loaded when it is first asked for. What may be seen while something stands between the person and the service says so
// (`always`), and what may be seen by whoever is signed out (`open`).
const LATER = {
  review: { load: () => import("../desk/review.js"), words: "desk_review", style: "desk_review.css" },
  search: { load: () => import("../talk/search.js"), words: "talk", style: "talk.css" },
  lock: { load: () => import("./lock.js"), words: "settings" },
  alert: { load: () => import("./alert.js"), words: "alert" },
  workers: { load: () => import("./workers.js"), words: "workers" },
  work: { load: () => import("../desk/work.js"), words: "desk_work", style: "desk_work.css" },
  library: { load: () => import("./library.js"), words: "library", style: "library.css", always: true, open: true },
  settings: { load: () => import("./settings.js"), words: "settings", always: true },
  service: { load: () => import("../desk/service.js"), words: "desk_service", style: "desk_service.css" },
};

// Who is called when a carer asks for somebody; whatever they look at, the call goes over it.
const CALLED = new Set(["carer_peer_worker", "supervisor"]);
let watching = false;

export function App() {
  const { name, id, slug, at } = screen.value;
  const place = `${name}/${id ?? slug ?? ""}`;
  // A screen reader hears where it is now, and the next Tab starts there.
  useEffect(() => {
    document.querySelector("main")?.scrollTo(0, 0);
    if (place !== "home/" || document.activeElement === document.body) document.querySelector("h1")?.focus();
  }, [place]);
  useEffect(() => {
    if (ready.value && CALLED.has(me.value?.role) && !watching) {
      watching = true;
      dress("desk_work.css").catch(() => {});
      import("../desk/paged.js").then((one) => one.watch(), () => (watching = false));
    }
  }, [ready.value]);
  return html`<div class="app" data-screen=${name} data-live=${live.value ? "true" : "false"}>${shown()}</div>`;

  function shown() {
    const part = LATER[name.split(".")[0]];
    if (name === "crisis") return html`<${Crisis} />`;
    if (overlay.value && !locked.value) return html`<${overlay.value} />`;
    if (locked.value) return html`<${Later} name="lock" part=${LATER.lock} />`;
    if (!me.value && !part?.open) return name === "sign_up" ? html`<${SignUp} done=${takeUp} />` : html`<${SignIn} done=${takeUp} />`;
    if (part?.always) return html`<${Later} name=${name.split(".")[0]} part=${part} />`;
    if (due.value === "acceptance_required") return html`<${Agree} agreed=${agreed} />`;
    if (!ready.value) return html`<${Waiting} />`;
    if (part) return html`<${Later} name=${name.split(".")[0]} part=${part} />`;
    return name === "chat" ? html`<${Chat} key=${`${id} ${at ?? ""}`} id=${id} at=${at} />` : html`<${Home} />`;
  }
}

const Waiting = () => html`<${Bar} title=${say("app")} />
  <main class="page"><p role="status">${say(due.value ? "went_wrong" : online.value ? "loading" : "no_connection")}</p></main>
  <${Nav} />`;

// Whether and when this phone says that something new is there. It never says what.
import { ask } from "../../api.js";
import { Act } from "../../parts/act.js";
import { Field, Form } from "../../parts/form.js";
import { html, useEffect, useState } from "../../vendored.js";
import { say, sayCount } from "../../words.js";

const fromBase64url = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

/** Why this browser cannot be called; null when it can. */
function hindrance(settings) {
  if (!settings.push_available) return "calls_not_here";
  if (!("PushManager" in window) || !navigator.serviceWorker) return "calls_not_this_browser";
  return Notification.permission === "denied" ? "calls_denied" : null;
}

async function callThisPhone() {
  if ((await Notification.requestPermission()) !== "granted") throw Object.assign(new Error(), { said: say("calls_denied") });
  const { public_key: key } = await ask("GET", "/push/key");
  const keeper = await navigator.serviceWorker.ready;
  const made = await keeper.pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64url(key) })
    .catch((error) => { throw Object.assign(error, { said: say("calls_not_this_browser") }); });
  const { endpoint, keys } = made.toJSON();
  const device = await ask("POST", "/me/push-subscriptions", { endpoint, keys });
  await ask("POST", `/me/push-subscriptions/${device.id}/trial`);
}

async function stopCalling(device) {
  await ask("DELETE", `/me/push-subscriptions/${device.id}`);
  if (device.this_device) await (await navigator.serviceWorker.ready).pushManager.getSubscription().then((one) => one?.unsubscribe());
}

export function Calls() {
  const [settings, setSettings] = useState(null);
  const [devices, setDevices] = useState([]);
  const [said, setSaid] = useState("");
  const [failed, setFailed] = useState(null);

  async function read() {
    const [found, { items }] = await Promise.all([ask("GET", "/me/notifications"), ask("GET", "/me/push-subscriptions")]);
    setSettings(found);
    setDevices(items);
  }
  useEffect(() => void read().catch(setFailed), []);
  useEffect(() => {
    // The trial call came: its code goes back, so that the service knows that this phone can be called.
    const heard = ({ data }) => {
      if (data?.kind !== "trial") return;
      ask("POST", `/me/push-subscriptions/${data.subscription_id}/confirm`, { code: data.code }).then(read).catch(() => {});
    };
    navigator.serviceWorker?.addEventListener("message", heard);
    return () => navigator.serviceWorker?.removeEventListener("message", heard);
  }, []);

  async function save({ quiet, quiet_from, quiet_until, email_digest }) {
    const hours = quiet ? { quiet_from, quiet_until } : { quiet_from: null, quiet_until: null };
    setSettings(await ask("PUT", "/me/notifications", { ...hours, email_digest: Boolean(email_digest) }));
    setSaid(say("saved"));
  }

  if (failed) return html`<p role="alert">${say("went_wrong")} ${say("no_connection_form")}</p>`;
  if (!settings) return html`<p role="status">${say("loading")}</p>`;
  const here = devices.find((one) => one.this_device);
  const why = hindrance(settings);
  return html`<p>${say("calls_about")}</p>
    ${why && !here ? html`<p>${say(why)}</p>` : html`<p>
      ${here
        ? html`<${Act} act=${async () => (await stopCalling(here), await read())}>${say("calls_stop")}<//>`
        : html`<${Act} strong act=${async () => (await callThisPhone(), await read())}>${say("calls_start")}<//>`}</p>
      ${here && html`<p class="small" role="status">${say(here.confirmed ? "calls_confirmed" : "calls_trying")}</p>`}`}
    ${devices.length > 0 && html`<p class="small">${sayCount("calls_devices", devices.length)}</p>`}
    <h2>${say("quiet_title")}</h2>
    <${Form} act=${save} button=${say("save")}>${(errors) => html`
      <label class="tick"><input type="checkbox" name="quiet" defaultChecked=${settings.quiet_from !== null} /> ${say("quiet_on")}</label>
      <${Field} name="quiet_from" label=${say("quiet_from")} type="time" defaultValue=${settings.quiet_from ?? "22:00"} error=${errors.quiet_from} />
      <${Field} name="quiet_until" label=${say("quiet_until")} type="time" defaultValue=${settings.quiet_until ?? "07:00"} error=${errors.quiet_until} />
      <p class="small">${say("quiet_clock", { zone: settings.timezone })}</p>
      ${settings.mail_available && html`<label class="tick">
        <input type="checkbox" name="email_digest" defaultChecked=${settings.email_digest} /> ${say("digest_on")}</label>`}`}
    <//>
    <p role="status">${said}</p>`;
}

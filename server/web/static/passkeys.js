// Passkeys: a key on this device, which a finger or a face opens.
import { say } from "./words.js";

/** Whether this browser can read what the service sends for it. */
export const canUsePasskeys = () => Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

/** Somebody who thinks better of it is told no error of the browser's. */
async function ofBrowser(asked) {
  try {
    return await asked;
  } catch (error) {
    throw Object.assign(error, { said: say("passkey_not") });
  }
}

/** `askFor` is how the service is asked; `done(tokens)` takes up what it answers. */
export async function signInWithPasskey(askFor, done) {
  const { challenge_id, options } = await askFor("POST", "/auth/passkeys/begin");
  const credential = await ofBrowser(navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
  done(await askFor("POST", "/auth/passkeys", { challenge_id, credential: credential.toJSON() }));
}

export async function addPasskey(askFor, name, password) {
  const { challenge_id, options } = await askFor("POST", "/me/passkeys/begin", password ? { password } : {});
  const credential = await ofBrowser(navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }));
  return askFor("POST", "/me/passkeys", { challenge_id, credential: credential.toJSON(), name });
}

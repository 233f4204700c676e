// A file that the service writes, kept where this device keeps what it downloads.
import { freshToken, NoAnswer } from "../api.js";

/** Throws what the service says against it. */
export async function save(path, name) {
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, { headers: { Authorization: `Bearer ${await freshToken()}` } });
  } catch (error) {
    throw error.code ? error : new NoAnswer();
  }
  if (!answer.ok) throw Object.assign(new Error(path), { said: (await answer.json().catch(() => null))?.user_message });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

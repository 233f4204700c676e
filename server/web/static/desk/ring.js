// The sound and the shaking of a call. A browser lets a page sound only after somebody touched it: that is what the trial is for.
const EVERY_MS = 3_000;
const SHAKE = [400, 200, 400, 200, 800];
const TONES = [[880, 0], [660, 0.25], [880, 0.5]]; // Hz, and seconds after the start
const TONE_S = 0.2;

let context = null;
let timer = null;

function sound() {
  context ??= window.AudioContext ? new AudioContext() : null;
  if (!context) return;
  if (context.state === "suspended") context.resume().catch(() => {});
  for (const [tone, after] of TONES) {
    const source = context.createOscillator();
    const volume = context.createGain();
    const at = context.currentTime + after;
    source.frequency.value = tone;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.5, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + TONE_S);
    source.connect(volume).connect(context.destination);
    source.start(at);
    source.stop(at + TONE_S);
  }
}

/** Refused, and complained of, before anybody touched the page. */
function shake(pattern) {
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(pattern);
}

export function once() {
  sound();
  shake(SHAKE);
}

/** Whether the browser lets this page sound now. */
export const audible = () => context?.state === "running";

export function ring() {
  if (timer) return;
  once();
  timer = setInterval(once, EVERY_MS);
}

export function silence() {
  clearInterval(timer);
  timer = null;
  shake(0);
}

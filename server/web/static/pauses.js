// How long to wait before the next try: ever longer up to a limit, and never as long as everybody else who lost the same server.
export function makePauses(first_ms, longest_ms) {
  let next = first_ms;
  return {
    /** Milliseconds; never less than the service asked for, in seconds. */
    take(least_s = 0) {
      const pause = Math.max(next, least_s * 1000) * (1 + Math.random());
      next = Math.min(next * 2, longest_ms);
      return pause;
    },
    reset: () => void (next = first_ms),
  };
}

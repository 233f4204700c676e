// Events of a stream are applied in the order of their seq, each once; what is missing is asked for. Knows no network.
//
// `apply(event)` takes the next event of a stream, `restart(id, head)` says a stream's copy is of no use any more,
// `found(id)` that there is a stream nobody knew of, `ask(positions)` brings what came after: `{id: {events, head_seq, limited}}`.
export function makeStreams({ apply, restart, found, ask }) {
  let positions = new Map();
  let asking = false;
  let again = false;

  function take(event) {
    const at = positions.get(event.stream_id);
    if (at === undefined || event.seq > at + 1) return void catchUp();
    if (event.seq <= at) return;
    positions.set(event.stream_id, event.seq);
    apply(event);
  }

  function heads(streams) {
    const behind = ([id, head]) => positions.get(id) !== head;
    if (Object.entries(streams).some(behind)) catchUp();
  }

  function answered(streams) {
    for (const [id, { events, head_seq, limited }] of Object.entries(streams)) {
      if (!positions.has(id)) {
        positions.set(id, head_seq);
        found(id);
      } else if (limited) {
        positions.set(id, head_seq);
        restart(id);
      } else {
        for (const event of events) take(event);
      }
    }
    for (const id of positions.keys()) if (!(id in streams)) positions.delete(id); // no longer ours to read
  }

  async function catchUp() {
    if (asking) return void (again = true);
    asking = true;
    try {
      do {
        again = false;
        const asked = positions;
        const streams = await ask(Object.fromEntries(asked));
        if (asked === positions) answered(streams);
      } while (again);
    } catch {
      // No answer now: the next connection brings the heads, and with them the next try.
    } finally {
      asking = false;
    }
  }

  return {
    take,
    heads,
    catchUp,
    begin: (streams) => void (positions = new Map(Object.entries(streams))),
    positions: () => Object.fromEntries(positions),
  };
}

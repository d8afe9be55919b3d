/** Who is to hear that a signal came: many at once, of one signal, which itself has one listener for all of them. */

const hearing = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once the signal comes; of one that has come nobody hears any more. Node warns of a leak if a signal has more listeners
 * than ten, and a door has as many questions on their way as it may.
 * @param stop another function each time
 * @returns has to be called once that is of no interest any more
 */
export function whenAborted(signal: AbortSignal | undefined, stop: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const stops = hearing.get(signal) ?? listenTo(signal);
  stops.add(stop);
  return () => {
    stops.delete(stop);
  };
}

/** For as long as the signal lives. */
function listenTo(signal: AbortSignal): Set<() => void> {
  const stops = new Set<() => void>();
  hearing.set(signal, stops);
  signal.addEventListener("abort", () => {
    for (const stop of [...stops]) stop();
  });
  return stops;
}

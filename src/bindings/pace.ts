/** Long work that others share a thread with: now and then they have a turn, and whoever stops it is heard. */

/** How long the work goes on before others have a turn, ms: a page still draws twenty pictures a second. */
const SLICE_MS = 40;

/** To be called after each step of the work. @returns a promise when others are to have their turn; mostly undefined */
export type Pace = () => Promise<void> | undefined;

/**
 * @param signal stops the work: what it calls throws the signal's reason
 * @param tell called before each turn of the others
 * @param everyMs at least so long between two turns
 */
export function createPace(signal?: AbortSignal, tell: () => void = () => undefined, everyMs = SLICE_MS): Pace {
  let next = performance.now() + everyMs;
  return () => {
    signal?.throwIfAborted();
    if (performance.now() < next) return undefined;
    tell();
    return turnOfOthers(signal).then(() => {
      next = performance.now() + everyMs;
    });
  };
}

/** Events of a page, a worker or a process: a promise alone gives them no turn. */
async function turnOfOthers(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal?.throwIfAborted();
}

/** What a promise gives, unless the signal comes first: then its reason is thrown, and the promise's end no longer matters. */
export function unlessStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error); // an error by default; whoever aborts may give another
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
    });
  });
}

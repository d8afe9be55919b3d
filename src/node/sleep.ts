/** Waiting that can be called off. */
import { whenAborted } from "./aborting.js";

/**
 * Waits so long, or until the signal. Never throws.
 * @returns whether it was waited for to the end
 */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted === true) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (isWhole: boolean): void => {
      clearTimeout(timer);
      leave();
      resolve(isWhole);
    };
    const timer = setTimeout(end, ms, true);
    const leave = whenAborted(signal, () => {
      end(false);
    });
  });
}

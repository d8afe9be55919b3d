/** Waits between two questions to a node: one place for the process, so that patience can be tried without its hours. */

import { whenAborted } from "./aborting.js";

/** Resolves after so long, or as soon as the signal comes. */
export type Rest = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

let current: Rest = reallyRest;

export const rest: Rest = (ms, signal) => current(ms, signal);

/** For tests: another way to wait, such as one that counts. @returns goes back to real waits */
export function restBy(other: Rest): () => void {
  current = other;
  return () => {
    current = reallyRest;
  };
}

function reallyRest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms <= 0 || signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      leave();
      resolve();
    };
    const timer = setTimeout(wake, ms);
    const leave = whenAborted(signal, wake);
  });
}

/** Waits between two questions to a node: one place for the process, so that patience can be tried without its hours. */
import { sleep } from "./sleep.js";

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

async function reallyRest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms > 0) await sleep(ms, signal);
}

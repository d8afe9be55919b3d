/** For what runs until it is stopped. */
import { once } from "node:events";

const ALIVE_MS = 3_600_000;

/**
 * Until the signal is aborted, or one of these has come. A signal that is waited for does not keep a process alive: this does, also
 * where nothing else would.
 */
export async function lastUntil(signal: AbortSignal, ...endings: readonly Promise<unknown>[]): Promise<void> {
  if (signal.aborted) return;
  const alive = setInterval(() => undefined, ALIVE_MS);
  try {
    await Promise.race([once(signal, "abort"), ...endings]);
  } finally {
    clearInterval(alive);
  }
}

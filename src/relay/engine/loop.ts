import { messageOf } from "../errors.js";
import { pause } from "../queue/lane.js";
import type { EngineState } from "./state.js";

/** After a fault a loop waits twice as long each time, up to this. */
const MAX_BACKOFF_MS = 2_000;

/** Repeats a piece of work; a fault is noted, and the loop goes on more slowly until it is over. */
export async function loop(
  { faults, log, metrics }: Pick<EngineState, "faults" | "log" | "metrics">,
  part: string,
  ms: number,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  let backoff = 0;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      await work();
      if (faults.delete(part)) log.info({ part }, "fault is over");
      backoff = 0;
    } catch (error) {
      if (isOver()) break;
      metrics.faults.inc({ part });
      if (faults.get(part) !== messageOf(error)) log.error({ part, error }, "fault, going on");
      faults.set(part, messageOf(error));
      backoff = Math.min(MAX_BACKOFF_MS, Math.max(2 * backoff, ms));
    }
    await pause(backoff > 0 ? backoff : ms, signal);
  }
}

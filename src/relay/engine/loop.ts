import { messageOf } from "../../protocol/amounts/errors.js";
import { publicFault } from "../reporting/faults.js";
import { sleep } from "../../node/sleep.js";
import type { EngineState } from "./state.js";

/** After a fault a loop waits twice as long each time, up to this. */
const MAX_BACKOFF_MS = 2_000;

/** A node may be away for so long before packages should go elsewhere: what was read of the chain is good for a while. */
const NODE_PATIENCE_MS = 5_000;

/** Where a loop says what goes wrong. */
export interface LoopParts extends Pick<EngineState, "faults" | "log"> {
  readonly metrics: { readonly faults: Pick<EngineState["metrics"]["faults"], "inc"> };
}

/** Repeats a piece of work; a fault is noted, and the loop goes on more slowly until it is over. */
export async function loop(
  { faults, log, metrics }: LoopParts,
  part: string,
  ms: number,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  let backoff = 0;
  let said: string | undefined;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      await work();
      if (faults.end(part)) log.info({ part }, "fault is over");
      backoff = 0;
      said = undefined;
    } catch (error) {
      if (isOver()) break;
      metrics.faults.inc({ part });
      const fault = publicFault(error);
      faults.report(part, { ...fault, blocksAfterMs: patienceWith(part, fault.code) });
      if (said !== messageOf(error)) log.error({ part, error }, "fault, going on");
      said = messageOf(error);
      backoff = Math.min(MAX_BACKOFF_MS, Math.max(2 * backoff, ms));
    }
    await sleep(backoff > 0 ? backoff : ms, signal);
  }
}

/** How long a fault may last before packages should go to another relay, ms; undefined if it does not matter to them. */
function patienceWith(part: string, code: string): number | undefined {
  if (code === "RELAY_STORE_UNAVAILABLE") return 0; // nothing could be acknowledged
  return part === "chain" ? NODE_PATIENCE_MS : undefined;
}

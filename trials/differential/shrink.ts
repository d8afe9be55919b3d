/** Makes a failing history shorter: parts of it are left out for as long as something still differs. */
import { type Difference, runHistory } from "./run.js";
import type { History, Step } from "./steps.js";
import type { Chain } from "./world.js";

export interface Failure {
  readonly history: History;
  readonly differences: readonly Difference[];
}

/** @param deadline ms since the epoch after which the shortest so far must do */
export async function shrink(chain: Chain, failure: Failure, deadline: number): Promise<Failure> {
  let shortest = cutAfter(failure);
  for (let size = shortest.history.steps.length >> 1; size >= 1; size >>= 1) {
    for (let from = 0; from < shortest.history.steps.length && Date.now() < deadline;) {
      const shorter = await attempt(chain, shortest, shortest.history.steps.toSpliced(from, size));
      if (shorter === undefined) from += size;
      else shortest = shorter;
    }
  }
  return shrinkBatches(chain, shortest, deadline);
}

/** Orders of batches that are not needed. */
async function shrinkBatches(chain: Chain, failure: Failure, deadline: number): Promise<Failure> {
  let shortest = failure;
  for (let at = 0; at < shortest.history.steps.length; at += 1) {
    for (let from = 0; Date.now() < deadline;) {
      const step = shortest.history.steps[at];
      if (step?.op !== "createTrades" || from >= step.orders.length || step.orders.length === 1) break;
      const smaller: Step = { ...step, orders: step.orders.toSpliced(from, 1) };
      const shorter = await attempt(chain, shortest, shortest.history.steps.with(at, smaller));
      if (shorter === undefined) from += 1;
      else shortest = shorter;
    }
  }
  return shortest;
}

async function attempt(chain: Chain, { history }: Failure, steps: readonly Step[]): Promise<Failure | undefined> {
  const candidate = { ...history, steps };
  const { differences } = await runHistory(chain, candidate);
  return differences.length === 0 ? undefined : cutAfter({ history: candidate, differences });
}

/** What comes after the difference does not matter. */
function cutAfter({ history, differences }: Failure): Failure {
  const last = differences[0]?.step ?? history.steps.length;
  return { history: { ...history, steps: history.steps.slice(0, last + 1) }, differences };
}

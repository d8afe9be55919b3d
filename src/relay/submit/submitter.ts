/** Brings batches to the book while this relay has the lease: closes them, simulates, prices, hands them to the sender. */
import type { OrderLimits } from "../../protocol/book/orders.js";
import { type ChainNode, refusalText } from "../follow/node.js";
import type { Lane } from "../queue/lane.js";
import type { Ledger } from "../queue/ledger.js";
import type { Log } from "../log.js";
import type { Metrics } from "../metrics.js";
import { type Batch, hintedPackages } from "../follow/batch.js";
import type { Queue } from "../queue/queue.js";
import { type Fence, PackagesWithdrawn } from "../store/submissions.js";
import type { Tracker } from "../tracker.js";
import { batchCall, type BookCall, decodeBatchResult } from "../../bindings/calls.js";
import type { GasEstimate } from "../queue/gas.js";
import type { PricedCall, Sender } from "./sender.js";

export interface Submitter {
  /** Sends what is due. @throws RelayError of the database or the lease */
  tick(fence: Fence): Promise<void>;
  /** Sends a call that is no batch, if it would do something. */
  chore(fence: Fence, call: BookCall, gas: bigint): Promise<void>;
}

export interface SubmitterDependencies {
  readonly tracker: Tracker;
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly sender: Sender;
  readonly node: ChainNode;
  readonly lane: Lane;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly book: string;
  readonly limits: OrderLimits;
  readonly gasCap: bigint;
  readonly gas: GasEstimate;
  readonly batchMs: number;
  readonly batchSize: number;
  readonly maxInFlight: number;
}

/** Times that a package alone may fail in simulation. */
const MAX_ATTEMPTS = 8;

export function createSubmitter(dependencies: SubmitterDependencies): Submitter {
  const { tracker, ledger, queue, sender, node, lane, log, metrics, now, book } = dependencies;
  /** When the oldest package of the open batch came, as far as ticks have seen. */
  let openSince: number | undefined;

  function takeNext(): Batch | undefined {
    const { mirror } = tracker;
    if (mirror.open.length === 0) openSince = undefined;
    else openSince ??= now();
    const isDue =
      mirror.open.length >= dependencies.batchSize ||
      (openSince !== undefined && now() - openSince >= dependencies.batchMs);
    const batch = queue.next(mirror, isDue);
    if (isDue) openSince = undefined;
    return batch;
  }

  /** Whether the call as a whole would succeed; that packages in it are skipped does not matter. */
  async function simulate(batch: Batch, { data, gasLimit }: Pick<PricedCall, "data" | "gasLimit">): Promise<boolean> {
    try {
      const call = { from: sender.account, to: book, data, gas: gasLimit };
      const places = decodeBatchResult(await node.call(call, "pending"));
      const others = places.filter((place, index) => {
        const outcome = batch.expected[index]?.outcome;
        return place !== (typeof outcome === "number" ? outcome : 0);
      });
      if (others.length > 0) log.debug({ packages: others.length }, "simulation came out otherwise than expected");
      return true;
    } catch (error) {
      if (!/revert|out of gas/.test(refusalText(error))) throw error; // no money, no node: later, then
      log.warn({ error, packages: batch.expected.length }, "batch failed as a whole in simulation");
      return false;
    }
  }

  /** What fails as a whole goes in smaller batches; a package that fails alone, again and again, is refused. */
  function splitUp({ expected, time }: Batch): void {
    const { mirror } = tracker;
    queue.shrink();
    const [only] = expected;
    if (expected.length === 1 && only !== undefined && mirror.tip !== undefined) {
      ledger.retry(only.link);
      if ((ledger.find(only.link)?.attempts ?? 0) >= MAX_ATTEMPTS) {
        const { number, hash } = mirror.tip;
        const refusal = { code: "RELAY_CALL_FAILS", values: { attempts: String(MAX_ATTEMPTS) } };
        ledger.settle(only.link, { kind: "refused", refusal }, { number, hash });
      }
    }
    queue.lay(mirror, time);
  }

  /** @returns false if there is nothing more to send for now */
  async function sendNext(fence: Fence): Promise<boolean> {
    const batch = await lane.run(takeNext);
    if (batch === undefined) return false;
    const links = batch.expected.map(({ link }) => link);
    const priced = {
      ...batchCall(hintedPackages(batch), dependencies.limits),
      gasLimit: dependencies.gas.limitOf(batch.expected, dependencies.gasCap),
      links,
    };
    const [isGood, priorityFee] = await Promise.all([simulate(batch, priced), sender.priorityFee()]);
    return lane.run(async () => {
      const { standing, mirror } = tracker;
      // Blocks may have come meanwhile, and with them other batches.
      if (standing === undefined || !mirror.batches.includes(batch)) return true;
      if (!isGood) {
        splitUp(batch);
        return true;
      }
      queue.markSent(batch);
      try {
        await sender.submit(fence, { ...priced, priorityFee }, standing);
      } catch (error) {
        const isShorter = error instanceof PackagesWithdrawn;
        if (isShorter) for (const link of error.links) ledger.withdraw(link);
        queue.lay(mirror, batch.time);
        if (isShorter) return true;
        throw error;
      }
      queue.grow();
      metrics.batchPackages.observe(links.length);
      return true;
    });
  }

  return {
    async tick(fence) {
      while (tracker.isReady && tracker.standing !== undefined) {
        const inFlight = ledger.openSubmissions().length;
        metrics.inFlight.set(inFlight);
        if (inFlight >= dependencies.maxInFlight || !(await sendNext(fence))) break;
      }
    },
    async chore(fence, { kind, data }, gas) {
      const gasLimit = gas < dependencies.gasCap ? gas : dependencies.gasCap;
      try {
        await node.call({ from: sender.account, to: book, data, gas: gasLimit }, "pending");
      } catch (error) {
        log.debug({ error, call: kind }, "chore left undone"); // somebody else has done it, or the node is away
        return;
      }
      const priorityFee = await sender.priorityFee();
      await lane.run(async () => {
        const { standing } = tracker;
        if (standing === undefined) return;
        await sender.submit(fence, { kind, data, gasLimit, priorityFee, links: [] }, standing);
        log.info({ call: kind }, "chore sent");
      });
    },
  };
}

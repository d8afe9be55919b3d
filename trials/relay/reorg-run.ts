/** Drops blocks under a relay while users submit, and then looks whether everything agrees again. */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";

import { type AuditResult, auditRelay } from "./audit.js";
import { auditCancelling } from "./cancelling.js";
import { createRawClient } from "./http-client.js";
import { createLoadGenerator, drained, pause, ready } from "./load-generator.js";
import { cancellingOn, openRelayStage, ordersBesides, startRelayOn } from "./stage.js";
import type { ChainProvider } from "../../stage/chain.js";
import { metricsOf } from "./load-figures.js";

export interface ReorgPlan {
  readonly reorgs: number;
  /** Blocks that are dropped at once, at most. */
  readonly depth: number;
  readonly database: string;
  readonly seed: number;
  readonly flags?: readonly string[];
}

export interface ReorgResult extends AuditResult {
  readonly reorgs: number;
  readonly blocksDropped: number;
  /** Reorganisations that the relay noticed. */
  readonly noticed: number;
  readonly acknowledged: number;
}

const [TRADERS, USERS] = [20, 6];
const START_MS = 60_000;
const DRAIN_MS = 60_000;
const FLAGS = ["--poll-ms", "40", "--batch-ms", "40", "--rate", "100000", "--log-level", "info"];

export async function runReorgs(plan: ReorgPlan, tell: (line: string) => void): Promise<ReorgResult> {
  const { reorgs, depth, database, seed, flags = [] } = plan;
  const random = xoroshiro128plus(seed);
  const stage = await openRelayStage({ traders: TRADERS });
  const { provider } = stage;
  const load = createLoadGenerator(ordersBesides(stage, { seed }), USERS);
  const cancelling = cancellingOn(stage, seed);
  const stopLoad = new AbortController();
  const relay = await startRelayOn(stage, { database, flags: [...FLAGS, ...flags] });
  const running = Promise.all([load.run(stopLoad.signal), cancelling.run(stopLoad.signal)]);
  try {
    const client = createRawClient(relay.url);
    await ready(client, START_MS);
    load.target = client;
    cancelling.target = client;
    const first = await provider.getBlockNumber();
    let blocksDropped = 0;
    for (let done = 0; done < reorgs; done += 1) {
      await pause(uniformInt(random, 200, 900));
      const drop = await withoutMining(provider, async () => {
        // Not deeper than the relay's own blocks: the session itself must remain.
        const most = Math.min(depth, (await provider.getBlockNumber()) - first);
        const blocks = uniformInt(random, 1, most);
        await provider.send("anvil_reorg", [blocks, []]);
        return blocks;
      });
      blocksDropped += drop;
      tell(`reorganisation ${done + 1}/${reorgs}: ${drop} blocks dropped, ${load.acknowledged.size} acknowledged`);
    }
    stopLoad.abort();
    await running;
    const isDrained = await drained(client, DRAIN_MS);
    const result = await auditRelay(stage, client, [...load.acknowledged]);
    const problems = [
      ...result.problems,
      ...(await auditCancelling(stage, client, cancelling)),
      ...(isDrained ? [] : [`packages still wait. The relay's log:\n${relay.log()}`]),
    ];
    const noticed = (await metricsOf(relay)).get("relay_reorganisations_total") ?? NaN;
    return { ...result, problems, reorgs, blocksDropped, noticed, acknowledged: load.acknowledged.size };
  } finally {
    stopLoad.abort();
    await relay.stop();
    await stage.close();
  }
}

/** The node does not keep a reorganisation and a block that it is making apart: its state would be of neither afterwards. */
async function withoutMining<Result>(provider: ChainProvider, work: () => Promise<Result>): Promise<Result> {
  await provider.send("evm_setAutomine", [false]);
  await provider.send("evm_mine", []); // waits for the block before it
  try {
    return await work();
  } finally {
    await provider.send("evm_setAutomine", [true]);
    await provider.send("evm_mine", []);
  }
}

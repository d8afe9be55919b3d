/** Kills a relay again and again while users submit, and then looks whether anything was lost or sent twice. */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";

import { type AuditResult, auditRelay } from "./audit.js";
import { auditCancelling } from "./cancelling.js";
import { createRawClient, type RawClient } from "./http-client.js";
import { createLoadGenerator, drained, pause, ready } from "./load-generator.js";
import { cancellingOn, openRelayStage, ordersBesides, startRelayOn } from "./stage.js";
import type { RelayProcess } from "../../stage/relay-process.js";

export interface CrashPlan {
  readonly kills: number;
  /** postgres://… or a folder, empty at first. */
  readonly database: string;
  readonly seed: number;
  readonly traders: number;
  /** Users who submit at the same time. */
  readonly users: number;
  /** The longest that a relay lives after it is ready, ms. */
  readonly maxLife: number;
  readonly flags?: readonly string[];
}

export interface CrashResult extends AuditResult {
  readonly kills: number;
  readonly acknowledged: number;
  /** Cancellations that were acknowledged, and switches that were armed: all of them were done. */
  readonly cancelled: number;
  readonly fired: number;
  readonly refusals: Readonly<Record<string, number>>;
}

/** A start reads the whole chain. */
const START_MS = 180_000;
const DRAIN_MS = 120_000;
const FLAGS = ["--poll-ms", "50", "--batch-ms", "50", "--rate", "100000", "--log-level", "info"];

/** @throws Error with the relay's log */
async function readyOr(relay: RelayProcess, client: RawClient): Promise<void> {
  await ready(client, START_MS).catch((error: unknown) => {
    throw new Error(`${String(error)}. It logged:\n${relay.log()}`);
  });
}

export async function runCrashes(plan: CrashPlan, tell: (line: string) => void): Promise<CrashResult> {
  const { kills, database, seed, traders, users, maxLife, flags = [] } = plan;
  const random = xoroshiro128plus(seed);
  const stage = await openRelayStage({ traders });
  const load = createLoadGenerator(ordersBesides(stage, { seed }), users);
  const cancelling = cancellingOn(stage, seed);
  const stopLoad = new AbortController();
  const running = Promise.all([load.run(stopLoad.signal), cancelling.run(stopLoad.signal)]);
  const aim = (client: RawClient | undefined): void => {
    load.target = client;
    cancelling.target = client;
  };
  const start = () => startRelayOn(stage, { database, flags: [...FLAGS, ...flags] });
  try {
    for (let killed = 0; killed < kills; killed += 1) {
      const relay = await start();
      const client = createRawClient(relay.url);
      // Every fourth life ends before the relay has even read the chain.
      const isEarly = uniformInt(random, 0, 3) === 0;
      if (!isEarly) await readyOr(relay, client);
      aim(client);
      await pause(uniformInt(random, 0, isEarly ? 200 : maxLife));
      await relay.kill();
      aim(undefined);
      const counts = `${load.acknowledged.size} packages, ${cancelling.cancelled.size} cancellations acknowledged`;
      tell(`killed ${killed + 1}/${kills}: ${counts}, ${cancelling.armed.size} switches armed`);
    }
    const relay = await start();
    const client = createRawClient(relay.url);
    await readyOr(relay, client);
    aim(client);
    await pause(maxLife);
    stopLoad.abort();
    await running;
    const isDrained = await drained(client, DRAIN_MS);
    const acknowledged = [...load.acknowledged];
    const result = await auditRelay(stage, client, acknowledged);
    const problems = [
      ...result.problems,
      ...(await auditCancelling(stage, client, cancelling)),
      ...(isDrained ? [] : [`packages still wait. The relay's log:\n${relay.log()}`]),
    ];
    const status = await relay.stop();
    if (status !== 0) problems.push(`the relay stopped with status ${String(status)}`);
    const refusals = Object.fromEntries(load.refusals);
    const [cancelled, fired] = [cancelling.cancelled.size, cancelling.armed.size];
    return { ...result, problems, kills, acknowledged: acknowledged.length, cancelled, fired, refusals };
  } finally {
    stopLoad.abort();
    await stage.close();
  }
}

/** Several relays on one Postgres: kills the one that submits, and measures how long the chain stands still. */
import { type AuditResult, auditRelay } from "./audit.js";
import { auditCancelling } from "./cancelling.js";
import { createRawClient, type RawClient } from "./http-client.js";
import { createLoadGenerator, drained, pause, ready } from "./load-generator.js";
import { cancellingOn, openRelayStage, ordersBesides, type RelayStage, startRelayOn } from "./stage.js";
import type { RelayProcess } from "../../stage/relay-process.js";

export interface FailoverPlan {
  readonly failovers: number;
  readonly databaseUrl: string;
  readonly seed: number;
  /** Whether each relay submits from an account of its own, or all from the same. */
  readonly ownAccounts: boolean;
}

export interface FailoverResult extends AuditResult {
  /** Ms from each kill until another relay's first batch was on the chain. */
  readonly gaps: readonly number[];
  readonly acknowledged: number;
}

const [TRADERS, USERS] = [20, 6];
const START_MS = 60_000;
const DRAIN_MS = 60_000;
const GAP_MS = 60_000;
const WARM_UP_MS = 1_000;
const FLAGS = ["--poll-ms", "50", "--batch-ms", "50", "--rate", "100000", "--log-level", "info"];

export async function runFailovers(plan: FailoverPlan, tell: (line: string) => void): Promise<FailoverResult> {
  const { failovers, databaseUrl: database, seed, ownAccounts } = plan;
  const stage = await openRelayStage({ traders: TRADERS });
  const load = createLoadGenerator(ordersBesides(stage, { seed }), USERS);
  const cancelling = cancellingOn(stage, seed);
  const stopLoad = new AbortController();
  const relays: RelayProcess[] = [];
  const start = async (index: number): Promise<RelayProcess> => {
    const relay = await startRelayOn(stage, { database, flags: FLAGS, account: ownAccounts ? index : 0 });
    await ready(createRawClient(relay.url), START_MS);
    return relay;
  };
  const running = Promise.all([load.run(stopLoad.signal), cancelling.run(stopLoad.signal)]);
  try {
    relays.push(await start(0), await start(1));
    const gaps: number[] = [];
    for (let done = 0; done < failovers; done += 1) {
      const [submitter, other] = await roles(relays);
      load.target = createRawClient(other.url); // all relays take packages
      cancelling.target = load.target;
      await pause(WARM_UP_MS);
      const killedAt = performance.now();
      await submitter.kill();
      gaps.push(await untilTradesGrow(stage, killedAt));
      tell(
        `failover ${done + 1}/${failovers}: ${Math.round(gaps.at(-1) ?? 0)} ms, ${load.acknowledged.size} acknowledged`,
      );
      relays.splice(relays.indexOf(submitter), 1, await start(done + 2));
    }
    stopLoad.abort();
    await running;
    const [submitter, other] = await roles(relays);
    const client = createRawClient(submitter.url);
    const isDrained = (await drained(client, DRAIN_MS)) && (await knowsAll(createRawClient(other.url)));
    const result = await auditRelay(stage, client, [...load.acknowledged]);
    const states = await Promise.all(relays.map(({ url }) => createRawClient(url).get("/health")));
    const logs = [...states.map(({ body }) => JSON.stringify(body)), ...relays.map((relay) => relay.log())].join("\n");
    const left = await auditCancelling(stage, client, cancelling);
    const problems = [
      ...result.problems,
      ...left,
      ...(isDrained ? [] : [`packages still wait. The relays' logs:\n${logs}`]),
    ];
    return { ...result, problems, gaps, acknowledged: load.acknowledged.size };
  } finally {
    stopLoad.abort();
    for (const relay of relays) await relay.stop();
    await stage.close();
  }
}

/** The relay that submits, and the other one. */
async function roles(relays: readonly RelayProcess[]): Promise<[RelayProcess, RelayProcess]> {
  const end = performance.now() + GAP_MS;
  while (performance.now() < end) {
    const states = await Promise.all(relays.map((relay) => createRawClient(relay.url).get("/health")));
    const submitters = relays.filter((_, index) => states[index]?.body["submits"] === true);
    const [submitter] = submitters;
    const other = relays.find((relay) => relay !== submitter);
    if (submitters.length === 1 && submitter !== undefined && other !== undefined) return [submitter, other];
    await pause(50);
  }
  throw new Error(`not one of the relays submits:\n${relays.map((relay) => relay.log()).join("\n")}`);
}

/** Whether nothing waits, as far as a relay knows that does not submit: what its account had stored and not sent stays so. */
async function knowsAll(client: RawClient): Promise<boolean> {
  const end = performance.now() + DRAIN_MS;
  while (performance.now() < end) {
    if ((await client.get("/health")).body["waiting"] === 0) return true;
    await pause(100);
  }
  return false;
}

/** What was on its way when the relay died lands too, so a look is taken when that is over. */
async function untilTradesGrow({ handle, provider }: RelayStage, since: number): Promise<number> {
  const trades = async (): Promise<bigint> => (await handle.book.chainState()).trades;
  await provider.send("evm_mine", []);
  const before = await trades();
  while (performance.now() - since < GAP_MS) {
    if ((await trades()) > before) return performance.now() - since;
    await pause(20);
  }
  throw new Error(`no relay has taken over within ${GAP_MS} ms`);
}

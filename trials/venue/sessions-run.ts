/** One process that serves many sessions, each with its traders and their resting orders: what it takes of memory, of time and of the node. */
import { readFileSync } from "node:fs";

import { createRelayClient, type RelayClient } from "../../src/client/relay/client.js";
import type { SignedPackage } from "../../src/bindings/packages.js";
import { BASKET_ROOT_ID, TimeInForce, tradePackage } from "../../src/protocol/signing/package.js";
import { digestOf, domainSeparator, primaryLink } from "../../src/protocol/signing/typed-data.js";
import { startFaultProxy } from "../../stage/faulty-node.js";
import { type RelayProcess, startRelayProcess } from "../../stage/relay-process.js";
import type { Stage } from "../../stage/stage.js";
import { fastSign } from "../relay/load-signer.js";
import { pause } from "../relay/load-generator.js";
import { openVenueStage, until, type VenueStage } from "./stage.js";

export interface SessionsPlan {
  readonly sessions: number;
  /** Of each session. */
  readonly traders: number;
  /** Resting orders of each session. */
  readonly orders: number;
  /** Blocks while which nothing happens, in which the relay's questions are counted. */
  readonly blocks: number;
  readonly database: string;
}

export interface SessionsResult {
  readonly sessions: number;
  readonly traders: number;
  /** Orders that rest in all books, by the chain's own word. */
  readonly resting: number;
  /** Megabytes of the process, with all orders in its books; and of one that was started anew on the same database. */
  readonly memory: { readonly grown: number; readonly restarted: number };
  /** From the start of the process until every session can be served, ms. */
  readonly startMs: number;
  /** Requests to the node in a block in which nothing happens, of a relay for one of the sessions and for all. */
  readonly perBlock: { readonly one: number; readonly all: number };
  readonly problems: readonly string[];
}

const BLOCK_MS = 1_000;
const POLL_MS = 500;
const BATCH = 100;
const CENTRE = 5_000;
const GAP = 500;
const SPREAD = 1_000;
/** Blocks behind which one is final: so that the last snapshot is of all that rests. */
const FINAL_BLOCKS = 70;
const PATIENCE_MS = 600_000;
const [MOST_TRIES, AGAIN_MS] = [20, 1_000];

export async function runSessions(plan: SessionsPlan, tell: (line: string) => void): Promise<SessionsResult> {
  const venue = await openVenueStage({ sessions: plan.sessions, traders: plan.traders }, tell);
  const proxy = await startFaultProxy(venue.node.url);
  const running = new Set<RelayProcess>();
  const start = async (session = "all"): Promise<RelayProcess> => {
    const relay = await startRelayProcess({
      ...{ rpcUrl: proxy.url, session, privateKey: venue.relayKeys.join(), database: plan.database },
      flags: [
        ...["--factory", venue.factory, "--max-sessions", String(plan.sessions), "--poll-ms", String(POLL_MS)],
        ...["--burn-quota", "0", "--rate", "1000000", "--log-level", "warn"],
      ],
    });
    running.add(relay);
    return relay;
  };
  const stop = async (relay: RelayProcess): Promise<void> => {
    await relay.stop();
    running.delete(relay);
  };
  const idle = async (): Promise<number> => {
    await mine(venue, 2, BLOCK_MS); // so that what was begun is over
    const before = new Map(proxy.asked);
    await mine(venue, plan.blocks, BLOCK_MS);
    const asked = [...proxy.asked].map(([method, count]) => [method, count - (before.get(method) ?? 0)] as const);
    tell(asked.flatMap(([method, count]) => (count === 0 ? [] : [`${method} ${count}`])).join(", "));
    return asked.reduce((sum, [, count]) => sum + count, 0) / plan.blocks;
  };
  try {
    const first = await start();
    await ready(first, plan.sessions);
    tell("bringing the orders");
    await restAll(venue, first, plan.orders, tell);
    const resting = await restingOf(venue);
    const grown = memoryOf(first);
    await mine(venue, FINAL_BLOCKS, 0);
    await mine(venue, 5, BLOCK_MS); // in which snapshots are kept
    await stop(first);
    const began = performance.now();
    const again = await start();
    await ready(again, plan.sessions);
    const startMs = Math.round(performance.now() - began);
    tell(`started again in ${startMs} ms`);
    const all = await idle();
    const restarted = memoryOf(again);
    await stop(again);
    const single = await start(venue.sessions[0]?.handle.address);
    await ready(single, 1);
    const one = await idle();
    await stop(single);
    const wanted = plan.sessions * plan.orders;
    const problems = resting === wanted ? [] : [`${resting} orders rest, of ${wanted} that were brought`];
    const counts = { sessions: plan.sessions, traders: plan.sessions * plan.traders, resting };
    return { ...counts, memory: { grown, restarted }, startMs, perBlock: { one, all }, problems };
  } finally {
    for (const relay of running) await relay.kill();
    await proxy.close();
    await venue.close();
  }
}

/** Every session has so many orders that meet none. */
async function restAll(venue: VenueStage, relay: RelayProcess, orders: number, tell: (line: string) => void) {
  const sign = fastSign();
  let brought = 0;
  for (const stage of venue.sessions) {
    const client = createRelayClient(`${relay.url}/v1/sessions/${stage.handle.address}`, { timeoutMs: PATIENCE_MS });
    const separator = domainSeparator(stage.handle.domain);
    for (let from = 0; from < orders; from += BATCH) {
      const { link } = await client.link();
      const signed = Array.from({ length: Math.min(BATCH, orders - from) }, (_, index): SignedPackage => {
        const { order, key } = restingOrder(stage, from + index, link);
        return { package: order, signature: sign(key, digestOf(separator, primaryLink(order))) };
      });
      await bring(client, signed);
      brought += signed.length;
    }
    if (brought % (10 * orders) === 0) tell(`${brought} orders acknowledged`);
  }
  const client = createRelayClient(relay.url);
  await until("all orders have landed", PATIENCE_MS, async () => (await client.health()).waiting === 0);
}

/** As a trader does: what the relay could not store just now is handed in again. */
async function bring(client: RelayClient, signed: readonly SignedPackage[]): Promise<void> {
  for (let left = signed, tries = 1; left.length > 0; tries += 1) {
    const answers = await client.submitAll(left);
    const refused = answers.flatMap((answer) => (answer.taken ? [] : [answer.error]));
    const lasting = refused.find(({ retryable }) => !retryable || tries === MOST_TRIES);
    if (lasting !== undefined) throw new Error(`an order was not taken: ${lasting.code}`);
    left = left.filter((_, index) => answers[index]?.taken !== true);
    if (left.length > 0) await pause(AGAIN_MS);
  }
}

/** The n-th order of a session: bids below the centre and offers above it, trader by trader. */
function restingOrder({ handle, traders }: Stage, n: number, previousLink: string) {
  const trader = traders[n % traders.length];
  if (trader === undefined) throw new RangeError("no traders");
  const isBid = n % 2 === 0;
  const away = BigInt(GAP + ((n * 7) % SPREAD));
  const order = tradePackage({
    ...{ marketRootId: BASKET_ROOT_ID, marketBranchId: 1, trader: trader.address, previousLink },
    priceTicks: BigInt(CENTRE) + (isBid ? -away : away),
    quantityLots: isBid ? 3n : -3n,
    nonce: BigInt(Math.floor(n / traders.length)),
    deadline: BigInt(handle.t2 - 1),
    timeInForce: TimeInForce.GoodTillCancelled,
  });
  return { order, key: trader.key };
}

async function restingOf({ sessions }: VenueStage): Promise<number> {
  let resting = 0;
  for (const { handle } of sessions) resting += Number((await handle.book.chainState()).trades);
  return resting;
}

async function ready(relay: RelayProcess, sessions: number): Promise<void> {
  const client = createRelayClient(relay.url, { timeoutMs: PATIENCE_MS });
  await until(`${sessions} sessions are ready`, PATIENCE_MS, async () => {
    const health = await client.health().catch(() => undefined); // it only listens yet
    const served = health?.sessions ?? { served: 1, ready: health?.ready === true ? 1 : 0 };
    return health !== undefined && served.served >= sessions && served.ready >= sessions;
  });
}

async function mine({ chain }: VenueStage, blocks: number, everyMs: number): Promise<void> {
  for (let mined = 0; mined < blocks; mined += 1) {
    await chain.provider.send("evm_mine", []);
    await pause(everyMs);
  }
}

/** Megabytes that the process has in memory. */
function memoryOf({ pid }: RelayProcess): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

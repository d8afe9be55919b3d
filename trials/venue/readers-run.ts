/** One process that takes packages, readers beside it, and subscribers at these: measured without them and with them, and one reader is killed. */
import { Client } from "pg";

import { type RelayProcess, startRelayProcess } from "../../stage/relay-process.js";
import type { Stage } from "../../stage/stage.js";
import { createRawClient } from "../relay/http-client.js";
import { createLoadGenerator, drained, type LoadGenerator, pause, ready } from "../relay/load-generator.js";
import { openVenueStage, ordersIn, until, type VenueStage } from "./stage.js";
import { createSubscribers, type Subscribers } from "./subscribers.js";

export interface ReadersPlan {
  readonly readers: number;
  readonly subscribers: number;
  readonly traders: number;
  /** How long each phase is measured, seconds. */
  readonly seconds: number;
  /** Orders a second that are offered; 0 for as many as are taken. */
  readonly rate: number;
  readonly databaseUrl: string;
  /** Undefined for readers that look in the database. */
  readonly brokerUrl: string | undefined;
}

export interface ReadersResult {
  /** Packages accepted a second: without subscribers, with them, and without them again. */
  readonly accepted: { readonly before: number; readonly during: number; readonly after: number };
  readonly subscribers: number;
  /** Events that they heard in all. */
  readonly events: number;
  /** Subscribers of the reader that was killed, and ms until all were back elsewhere. */
  readonly moved: { readonly subscribers: number; readonly ms: number };
  readonly problems: readonly string[];
}

const [READY_MS, OPEN_MS, DRAIN_MS] = [120_000, 300_000, 60_000];
const WARM_UP_MS = 4_000;
const USERS = 16;
const THREADS = 3;
/** One of so many hears every trade: there are many of these in a block, and one event of a book. */
const TRADES_OF = 50;

export async function runReaders(plan: ReadersPlan, tell: (line: string) => void): Promise<ReadersResult> {
  const { seconds, rate, readers: count, subscribers: wanted } = plan;
  const venue = await openVenueStage({ sessions: 1, traders: plan.traders });
  const [stage] = venue.sessions;
  if (stage === undefined) throw new RangeError("unreachable: one session was asked for");
  const running: RelayProcess[] = [];
  const start = async (role: string): Promise<RelayProcess> => {
    const process = await startRelayProcess(optionsOf(venue, stage, plan, role));
    running.push(process);
    await ready(createRawClient(process.url), READY_MS);
    return process;
  };
  const subscribers = await createSubscribers(Math.min(THREADS, wanted));
  const load = createLoadGenerator(ordersIn(stage, 1), USERS, rate === 0 ? 0 : (USERS * 1_000) / rate);
  const stopping = new AbortController();
  let driving: Promise<void> | undefined;
  try {
    const relay = await start("intake,submit,index");
    const readers: RelayProcess[] = [];
    for (let reader = 0; reader < count; reader += 1) readers.push(await start("read"));
    load.target = createRawClient(relay.url);
    driving = load.run(stopping.signal);
    await pause(WARM_UP_MS);
    const before = await acceptedIn(load, seconds);
    tell(`${before.toFixed(1)} accepted a second without subscribers`);
    await subscribers.goTo(readers.map(({ url }) => url));
    await subscribers.begin(requestsOf(stage, wanted));
    await allSubscribed(subscribers, wanted);
    const during = await acceptedIn(load, seconds);
    tell(`${during.toFixed(1)} accepted a second with ${wanted} of them`);
    const moved = await killOne(subscribers, readers, wanted);
    tell(`${moved.subscribers} subscribers were back within ${moved.ms} ms after their reader was killed`);
    await pause(WARM_UP_MS);
    stopping.abort();
    await driving;
    const problems = await heardAll(subscribers, plan, createRawClient(relay.url));
    const counted = await subscribers.counted();
    await subscribers.end();
    const again = new AbortController();
    driving = load.run(again.signal);
    await pause(WARM_UP_MS);
    const after = await acceptedIn(load, seconds);
    again.abort();
    await driving;
    return {
      accepted: { before, during, after },
      ...{ subscribers: wanted, events: counted.events, moved },
      problems: [...problems, ...counted.problems, ...(load.acknowledged.size === 0 ? ["nothing was accepted"] : [])],
    };
  } finally {
    stopping.abort();
    await driving;
    await subscribers.end();
    await Promise.all(running.map((process) => process.stop()));
    await venue.close();
  }
}

function optionsOf(venue: VenueStage, { handle }: Stage, { databaseUrl, brokerUrl }: ReadersPlan, role: string) {
  const many = ["--max-streams", "--max-streams-per-address", "--max-connections", "--max-connections-per-address"];
  return {
    ...{ rpcUrl: venue.node.url, session: handle.address, database: databaseUrl },
    privateKey: venue.relayKeys.join(),
    flags: [
      ...["--role", role, "--poll-ms", "200", "--rate", "1000000", "--log-level", "warn"],
      ...["--burn-quota", "0", "--max-pending-per-trader", "128", ...many.flatMap((flag) => [flag, "10000"])],
      ...(brokerUrl === undefined ? [] : ["--broker", brokerUrl]),
    ],
  };
}

/** Packages accepted a second. */
async function acceptedIn({ acknowledged }: LoadGenerator, seconds: number): Promise<number> {
  const [count, began] = [acknowledged.size, performance.now()];
  await pause(seconds * 1_000);
  return ((acknowledged.size - count) * 1_000) / (performance.now() - began);
}

/** Books, heads, a trader's orders, and of some all trades. */
function requestsOf({ traders }: Stage, count: number): Readonly<Record<string, unknown>>[] {
  return Array.from({ length: count }, (_, index) => {
    if (index % TRADES_OF === 0) return { channel: "trades" };
    if (index % 3 === 0) return { channel: "head" };
    if (index % 3 === 1) return { channel: "book", marketRootId: 1, marketBranchId: 1 + (index % 2) };
    return { channel: "orders", trader: traders[index % traders.length]?.address };
  });
}

async function allSubscribed(subscribers: Subscribers, wanted: number): Promise<void> {
  await until(`${wanted} are subscribed`, OPEN_MS, async () => {
    const { subscribed, problems } = await subscribers.counted();
    if (problems.length > 0) throw new Error(problems.join("; "));
    return subscribed === wanted;
  });
}

async function killOne(subscribers: Subscribers, readers: readonly RelayProcess[], wanted: number) {
  const [victim, ...others] = readers;
  await subscribers.goTo([victim, ...others].map((reader) => reader?.url ?? ""));
  const { cuts } = await subscribers.counted();
  const began = performance.now();
  await victim?.kill();
  await until("its subscribers are cut off", OPEN_MS, async () => (await subscribers.counted()).cuts > cuts);
  await until("all are subscribed again", OPEN_MS, async () => (await subscribers.counted()).subscribed === wanted);
  const ms = Math.round(performance.now() - began);
  return { subscribers: (await subscribers.counted()).cuts - cuts, ms };
}

/** Waits until every subscriber has heard the last event of its stream. @returns streams of which somebody has not */
async function heardAll(
  subscribers: Subscribers,
  { databaseUrl }: ReadersPlan,
  relay: ReturnType<typeof createRawClient>,
): Promise<string[]> {
  if (!(await drained(relay, DRAIN_MS))) {
    return [`packages still wait: ${JSON.stringify((await relay.get("/health")).body)}`];
  }
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const behind = async (): Promise<string[]> => {
    const { rows } = await client.query<{ stream: string; head: string }>(
      "select stream, max(seq) as head from stream_events group by stream",
    );
    const { lowest } = await subscribers.counted();
    return rows.flatMap(({ stream, head }) => {
      const heard = lowest[stream];
      return heard === undefined || heard >= Number(head) ? [] : [`${stream}: somebody heard ${heard} of ${head}`];
    });
  };
  try {
    await until("every subscriber has heard all", DRAIN_MS, async () => (await behind()).length === 0);
    return [];
  } catch {
    return await behind();
  } finally {
    await client.end();
  }
}

/**
 * A process that only reads: any number of them answer what was and tell it as it comes, from what others have written. It has no key, no
 * right that others wait for, and nothing of its own that could be lost: whoever asked one asks another.
 */
import type { RelayConfig } from "../config/config.js";
import type { RelayTerms } from "../config/session.js";
import { loop } from "../engine/loop.js";
import { createThreads } from "../archive/threads.js";
import { tipsOf } from "../history/tips.js";
import { createFaults } from "../reporting/faults.js";
import type { Log } from "../reporting/log.js";
import { createProcessMetrics } from "../reporting/process-metrics.js";
import type { ReadingVenue } from "../session/ground.js";
import { type ChainReach, openReading, type ReadSession } from "../session/reading.js";
import { createSessions } from "../session/sessions.js";
import type { Database } from "../store/database.js";
import {
  followFactory,
  listen,
  openChain,
  openHttp,
  openNamed,
  type Relay,
  type Repeat,
  stoppable,
} from "./serving.js";

/** Without a word from the broker, events are looked for that often, whatever `--poll-ms` says of the chain, ms. */
const LOOK_MS = 100;

/** @param terms of the sessions that it serves from the start, all of one chain: those that were named */
export async function startReader(
  config: RelayConfig,
  terms: readonly RelayTerms[],
  database: Database,
  log: Log,
): Promise<Relay> {
  const [running, looping] = [new AbortController(), new AbortController()];
  const venue = await openVenue(config, database, log, running.signal);
  const sessions = createSessions();
  const read = new Map<string, ReadSession>();
  const open = (one: RelayTerms, fromBlock: number): Promise<ReadSession> => {
    const session = openReading(venue, one, fromBlock);
    read.set(session.rows, session);
    void session.ended.then(() => read.delete(session.rows));
    return Promise.resolve(session);
  };
  await openNamed(sessions, terms, config.fromBlock, open);
  const faults = createFaults(venue.now);
  const repeat: Repeat = (part, ms, work) =>
    loop({ faults, log, metrics: venue.metrics }, part, ms, looping.signal, work);
  const chain = createReach(venue);
  const look = (): Promise<void> => lookAtAll(venue, read, chain.known);
  await look();
  const server = await openHttp(venue, sessions, () => sessions.health(faults.list()));
  const url = await listen(server, config);
  log.info({ url, sessions: terms.length }, "reader listens");
  const loops = [
    repeat("chain", config.pollMs, async () => {
      await Promise.all([chain.look(), ...[...read.values()].map((one) => one.refresh())]);
    }),
    repeat("index", LOOK_MS, look),
    ...followFactory(venue, { sessions, faults, repeat, open }),
  ];
  const stop = async (): Promise<void> => {
    looping.abort();
    await Promise.all(loops);
    await server.close();
    await Promise.all(sessions.all.map((one) => one.end()));
    running.abort();
    await database.close();
    log.info({}, "reader stopped");
  };
  return { url, sessions, ...stoppable(stop) };
}

async function openVenue(
  config: RelayConfig,
  database: Database,
  log: Log,
  signal: AbortSignal,
): Promise<ReadingVenue> {
  const now = (): number => performance.now();
  const chain = await openChain(config, signal, now);
  log.info({ chainId: chain.chainId }, "reader begins");
  return {
    ...chain,
    ...{ config, database, log, now },
    metrics: createProcessMetrics(() => database.pools()),
    mostSessions: config.sessions === "all" ? config.maxSessions : config.sessions.length,
    threads: createThreads(),
  };
}

/** How far the chain is, for all sessions. */
function createReach({ node }: ReadingVenue): { readonly known: () => ChainReach; look(): Promise<void> } {
  let reach: ChainReach = { newest: undefined, finalized: undefined };
  return {
    known: () => reach,
    async look() {
      const [block, finalized] = await Promise.all([node.block("latest"), node.finalized()]);
      reach = { newest: block?.number, finalized: finalized ?? Infinity };
    },
  };
}

/** One question for all; where something has come, subscribers hear of it. */
async function lookAtAll(
  { database }: ReadingVenue,
  read: ReadonlyMap<string, ReadSession>,
  chain: () => ChainReach,
): Promise<void> {
  const tips = new Map((await tipsOf(database, [...read.keys()])).map((tip) => [tip.book, tip]));
  for (const [book, { saw, hub, fates }] of read) {
    if (saw(tips.get(book), chain())) await hub.poll();
    await fates.look();
  }
}

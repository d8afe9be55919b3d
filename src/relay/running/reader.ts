/**
 * A process that only reads: any number of them answer what was and tell it as it comes, from what others have written. It has no key, no
 * right that others wait for, and nothing of its own that could be lost: whoever asked one asks another.
 */
import type { RelayConfig } from "../config/config.js";
import type { RelayTerms } from "../config/session.js";
import { loop } from "../engine/loop.js";
import { openBroker } from "../broker/broker.js";
import { createThreads } from "../archive/threads.js";
import { createFaults } from "../reporting/faults.js";
import type { Log } from "../reporting/log.js";
import { createProcessMetrics } from "../reporting/process-metrics.js";
import type { ReadingVenue } from "../session/ground.js";
import { type ChainReach, openReading, type ReadSession } from "../session/reading.js";
import { createSessions } from "../session/sessions.js";
import type { Database } from "../store/database.js";
import { createFollowing, LOOK_MS } from "./following.js";
import {
  followFactory,
  listen,
  openChain,
  openHttp,
  openNamed,
  type Relay,
  type Repeat,
  stoppable,
  watchBroker,
} from "./serving.js";

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
  const following = createFollowing(venue, read, chain.known);
  await following.look();
  watchBroker(venue, faults);
  const server = await openHttp(venue, sessions, () => sessions.health(faults.list()));
  const url = await listen(server, config);
  log.info({ url, sessions: terms.length }, "reader listens");
  const loops = [
    repeat("chain", config.pollMs, async () => {
      await Promise.all([chain.look(), ...[...read.values()].map((one) => one.refresh())]);
    }),
    repeat("index", LOOK_MS, following.look),
    ...(venue.broker === undefined ? [] : [venue.broker.listen(following.listening, looping.signal)]),
    ...followFactory(venue, { sessions, faults, repeat, open }),
  ];
  const stop = async (): Promise<void> => {
    looping.abort();
    await Promise.all(loops);
    await server.close();
    await Promise.all(sessions.all.map((one) => one.end()));
    running.abort();
    await venue.broker?.close();
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
  const broker = config.broker === undefined ? undefined : openBroker(config.broker, log);
  log.info({ chainId: chain.chainId }, "reader begins");
  return {
    ...chain,
    ...{ config, database, log, now },
    metrics: createProcessMetrics({
      pools: () => database.pools(),
      roles: config.roles,
      broker: () => broker?.isThere,
    }),
    broker,
    mostSessions: config.sessions === "all" ? config.maxSessions : config.sessions.length,
    threads: createThreads(),
  };
}

/** How far the chain is, for all sessions. */
function createReach({ node }: ReadingVenue): { readonly known: () => ChainReach; readonly look: () => Promise<void> } {
  let reach: ChainReach = { newest: undefined, finalized: undefined };
  return {
    known: () => reach,
    async look() {
      const [block, finalized] = await Promise.all([node.block("latest"), node.finalized()]);
      reach = { newest: block?.number, finalized: finalized ?? Infinity };
    },
  };
}

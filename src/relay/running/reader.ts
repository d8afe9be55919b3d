/**
 * A process that only reads: any number of them answer what was and tell it as it comes, from what others have written. It has no key, no
 * right that others wait for, and nothing of its own that could be lost: whoever asked one asks another.
 */
import type { FastifyInstance } from "fastify";

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
import { createSessions, type OpenSessions } from "../session/sessions.js";
import type { Database } from "../store/database.js";
import { createFollowing, LOOK_MS } from "./following.js";
import {
  begin,
  followFactory,
  listen,
  openChain,
  openHttp,
  openNamed,
  type Relay,
  type Repeat,
  watchBroker,
} from "./serving.js";

interface Running {
  readonly sessions: OpenSessions;
  /** The same, by the key of their rows. */
  readonly read: Map<string, ReadSession>;
  /** Once it is there. */
  server?: FastifyInstance;
  /** Of what is no session's, and what ends them in good order. */
  readonly loops: Promise<void>[];
  readonly looping: AbortController;
  /** Ends everything. */
  readonly running: AbortController;
}

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
  const parts: Running = { sessions, read: new Map(), loops: [], looping, running };
  const begun = await begin("reader", venue, { serve: () => serve(venue, terms, parts), end: () => end(venue, parts) });
  return { ...begun, sessions };
}

/** @returns where it listens */
async function serve(venue: ReadingVenue, terms: readonly RelayTerms[], parts: Running): Promise<string> {
  const { config, log } = venue;
  const { sessions, read, loops, looping } = parts;
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
  parts.server = await openHttp(venue, sessions, () => sessions.health(faults.list()));
  const url = await listen(parts.server, config);
  log.info({ url, sessions: terms.length }, "reader listens");
  loops.push(
    repeat("chain", config.pollMs, async () => {
      await Promise.all([chain.look(), ...[...read.values()].map((one) => one.refresh())]);
    }),
    repeat("index", LOOK_MS, following.look),
    ...(venue.broker === undefined ? [] : [venue.broker.listen(following.listening, looping.signal)]),
    ...followFactory(venue, { sessions, faults, repeat, open }),
  );
  return url;
}

async function end({ broker }: ReadingVenue, parts: Running): Promise<void> {
  const { sessions, server, loops, looping, running } = parts;
  looping.abort();
  await Promise.all(loops);
  await server?.close();
  await Promise.all(sessions.all.map((one) => one.end()));
  running.abort();
  await broker?.close();
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

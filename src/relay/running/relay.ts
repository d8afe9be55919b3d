/** A relay: one process for one session or many of one chain, until it is told to stop. */
import { randomUUID } from "node:crypto";

import type { FastifyInstance } from "fastify";

import { fastCrypto } from "../../bindings/fast-crypto.js";
import { createThreads } from "../archive/threads.js";
import { type Broker, openBroker } from "../broker/broker.js";
import type { RelayConfig } from "../config/config.js";
import type { RelayTerms } from "../config/session.js";
import { loop } from "../engine/loop.js";
import { createFaults } from "../reporting/faults.js";
import type { Log } from "../reporting/log.js";
import { createProcessMetrics } from "../reporting/process-metrics.js";
import { type Accounts, createAccounts, createWatchedAccounts } from "../session/accounts.js";
import type { Venue } from "../session/ground.js";
import { openSession } from "../session/session.js";
import { createSessions, type OpenSessions } from "../session/sessions.js";
import { type Database, isServer } from "../store/database.js";
import { createPackagePartitions } from "../store/package-partitions.js";
import { createGasRoom } from "../submit/room.js";
import {
  begin,
  followFactory,
  listen,
  type Open,
  openChain,
  openHttp,
  openNamed,
  type Relay,
  type Repeat,
  watchBroker,
} from "./serving.js";

/** A stop that takes longer is given up: everything that was acknowledged is stored. */
const STOP_MS = 10_000;

/** How often it is looked whether a partition of packages is full, ms. */
const PARTITIONS_MS = 60_000;

/** @param terms of the sessions that it serves from the start, all of one chain: those that were named */
export async function startRelay(
  config: RelayConfig,
  terms: readonly RelayTerms[],
  database: Database,
  log: Log,
): Promise<Relay> {
  const [running, looping] = [new AbortController(), new AbortController()];
  const { venue, accounts } = await openVenue(config, { database, log, signal: running.signal });
  const sessions = createSessions();
  const parts: Running = { sessions, accounts, loops: [], looping, running, broker: venue.broker, log };
  const begun = await begin("relay", venue, { serve: () => serve(venue, terms, parts), end: () => end(parts) });
  return { ...begun, sessions };
}

/** @returns where it listens */
async function serve(venue: Venue, terms: readonly RelayTerms[], parts: Running): Promise<string> {
  const { config, log } = venue;
  const { sessions, accounts, loops, looping } = parts;
  await accounts.hold();
  const open: Open = (one, fromBlock) => openSession(venue, one, fromBlock);
  await openNamed(sessions, terms, config.fromBlock, open);
  const faults = createFaults(venue.now);
  watchBroker(venue, faults);
  parts.server = await openHttp(venue, sessions, () => sessions.health(faults.list()));
  const url = await listen(parts.server, config);
  const { addresses } = accounts;
  log.info({ url, accounts: addresses, sessions: terms.length }, "relay listens");
  const repeat: Repeat = (part, ms, work) =>
    loop({ faults, log, metrics: venue.metrics }, part, ms, looping.signal, work);
  const partitions = createPackagePartitions(venue.database, { days: config.partitionDays });
  loops.push(
    repeat("accounts", config.leaseMs / 4, () => accounts.hold()),
    ...followFactory(venue, { sessions, faults, repeat, open }),
    ...(config.roles.has("intake") ? [repeat("partitions", PARTITIONS_MS, () => partitions.keep())] : []),
  );
  return url;
}

interface Opening {
  readonly database: Database;
  readonly log: Log;
  readonly signal: AbortSignal;
}

async function openVenue(
  config: RelayConfig,
  { database, log, signal }: Opening,
): Promise<{ readonly venue: Venue; readonly accounts: Accounts }> {
  const { leaseMs, sessions } = config;
  const now = (): number => performance.now();
  const chain = await openChain(config, signal, now);
  const { node, chainId } = chain;
  const broker = config.broker === undefined ? undefined : openBroker(config.broker, log);
  const { native, ...crypto } = await fastCrypto();
  const holder = randomUUID();
  const sharing = { chainId, database, isShared: isServer(config.database), holder, leaseMs, now };
  const accounts = config.roles.has("submit")
    ? createAccounts(config.privateKeys, { ...sharing, keccak: crypto.keccak })
    : createWatchedAccounts(config.payers);
  const venue: Venue = {
    ...chain,
    ...{ config, database, holder, accounts, crypto, log, now },
    metrics: createProcessMetrics({
      pools: () => database.pools(),
      roles: config.roles,
      broker: () => broker?.isThere,
    }),
    broker,
    room: createGasRoom(node, BigInt(config.gasCap), now),
    mostSessions: sessions === "all" ? config.maxSessions : sessions.length,
    threads: createThreads(),
  };
  log.info({ chainId, native }, "relay begins");
  return { venue, accounts };
}

interface Running {
  /** Once it is there. */
  server?: FastifyInstance;
  readonly sessions: OpenSessions;
  readonly accounts: Accounts;
  /** Of what is no session's, and what ends them in good order. */
  readonly loops: Promise<void>[];
  readonly looping: AbortController;
  /** Ends everything. */
  readonly running: AbortController;
  readonly broker: Broker | undefined;
  readonly log: Log;
}

/** First what comes in, then what goes on. */
async function end(parts: Running): Promise<void> {
  const { server, sessions, accounts, loops, looping, running, broker, log } = parts;
  looping.abort();
  await Promise.all(loops); // from here on no session comes or goes
  const { all } = sessions;
  log.info({ waiting: all.reduce((sum, one) => sum + one.waiting(), 0) }, "relay stops");
  const limit = setTimeout(() => {
    log.warn({}, "stop takes too long, what is left is given up");
    for (const one of all) one.abandon();
    running.abort();
  }, STOP_MS);
  await Promise.all(all.map((one) => one.close()));
  await server?.close();
  await Promise.all(all.map((one) => one.end()));
  await accounts.release().catch((error: unknown) => {
    log.warn({ error }, "accounts not given back, others wait until the right to them is over");
  });
  clearTimeout(limit);
  running.abort();
  await broker?.close();
}

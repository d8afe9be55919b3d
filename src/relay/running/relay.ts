/** A relay: one process for one session or many of one chain, until it is told to stop. */
import { randomUUID } from "node:crypto";

import type { FastifyInstance } from "fastify";

import { fastCrypto } from "../../bindings/fast-crypto.js";
import { createNode } from "../../node/node.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { createThreads } from "../archive/threads.js";
import type { RelayConfig } from "../config/config.js";
import { knownFactory } from "../../deployment/known.js";
import { loop } from "../engine/loop.js";
import { adviceOf, RelayError } from "../errors.js";
import { createFaults } from "../reporting/faults.js";
import { readFound, type RelayTerms } from "../config/session.js";
import { createSharedNode, type SharedNode } from "../follow/shared-node.js";
import { pageOf } from "../http/page.js";
import type { HealthView } from "../http/routes.js";
import { createServer, type ServerOptions } from "../http/server.js";
import type { Log } from "../reporting/log.js";
import { createProcessMetrics } from "../reporting/process-metrics.js";
import { type Accounts, createAccounts, createWatchedAccounts } from "../session/accounts.js";
import { createFinder } from "../session/finding.js";
import type { Venue } from "../session/ground.js";
import { createRoster, type Roster } from "../session/roster.js";
import { openSession } from "../session/session.js";
import { createSessions, type OpenSessions } from "../session/sessions.js";
import { type Database, isServer } from "../store/database.js";
import { createGasRoom } from "../submit/room.js";

export interface Relay {
  /** Where it listens, once it does. */
  readonly url: string;
  readonly sessions: OpenSessions;
  /** Takes no more packages, writes what is left, and ends, within seconds. May be called again. */
  stop(): Promise<void>;
  /** Resolves when everything has ended. */
  readonly ended: Promise<void>;
}

/** What the relay asks it asks again anyway, soon: a node that is away is to be told as a fault meanwhile. */
const PATIENCE = { tries: 2, patienceMs: 2_000 };
/** A stop that takes longer is given up: everything that was acknowledged is stored. */
const STOP_MS = 10_000;
/** A subscriber that goes on from earlier may take so long for half of its backlog. */
const DRAIN_MS = 10_000;
/** The factory is looked at no more often, ms. */
const LEAST_LOOK_MS = 1_000;
/** As long as the factory's sessions were not looked for yet. */
const LOOKING = { code: "RELAY_NOT_READY", detail: adviceOf("RELAY_NOT_READY"), blocksAfterMs: 0 };
/** Sessions that are opened at once. */
const OPENED_AT_ONCE = 8;

/** @param terms of the sessions that it serves from the start, all of one chain: those that were named */
export async function startRelay(
  config: RelayConfig,
  terms: readonly RelayTerms[],
  database: Database,
  log: Log,
): Promise<Relay> {
  const [running, looping] = [new AbortController(), new AbortController()];
  const { venue, accounts } = await openVenue(config, { database, log, signal: running.signal });
  await accounts.hold();
  const sessions = createSessions();
  for (let at = 0; at < terms.length; at += OPENED_AT_ONCE) {
    const some = terms.slice(at, at + OPENED_AT_ONCE);
    const opened = await Promise.all(some.map((one) => openSession(venue, one, config.fromBlock)));
    for (const one of opened) sessions.add(one);
  }
  const faults = createFaults(venue.now);
  const server = await openHttp(venue, sessions, () => sessions.health(faults.list()));
  const url = await listen(server, config);
  const { addresses } = accounts;
  log.info({ url, accounts: addresses, sessions: terms.length }, "relay listens");
  const repeat = (part: string, ms: number, work: () => Promise<void>): Promise<void> =>
    loop({ faults, log, metrics: venue.metrics }, part, ms, looping.signal, work);
  const loops = [repeat("accounts", config.leaseMs / 4, () => accounts.hold())];
  if (config.sessions === "all") {
    const roster = rosterOf(venue, sessions);
    faults.watch("sessions", () => (roster.hasLooked ? undefined : LOOKING));
    loops.push(repeat("factory", Math.max(config.pollMs, LEAST_LOOK_MS), () => roster.look()));
  }
  let stopping: Promise<void> | undefined;
  let stopped: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (stopped = resolve));
  const parts = { server, sessions, accounts, loops, looping, running, database, log };
  return { url, sessions, stop: () => (stopping ??= shutDown(parts).finally(stopped)), ended };
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
  const { rpcUrl, rpcTimeoutMs: timeoutMs, rpcAtOnce: atOnce, pollMs: freshMs, leaseMs, sessions } = config;
  const now = (): number => performance.now();
  const node = createSharedNode(createNode(rpcUrl, { signal, timeoutMs, atOnce, ...PATIENCE }), { freshMs, now });
  const [chainId, genesis] = await Promise.all([node.chainId(), node.block(0)]);
  const factory = config.factory ?? knownFactory(chainId);
  if (sessions === "all") await requireFactory(node, factory, chainId);
  const { native, ...crypto } = await fastCrypto();
  const holder = randomUUID();
  const sharing = { chainId, database, isShared: isServer(config.database), holder, leaseMs, now };
  const accounts = config.roles.has("submit")
    ? createAccounts(config.privateKeys, { ...sharing, keccak: crypto.keccak })
    : createWatchedAccounts(config.payers);
  const venue: Venue = {
    ...{ config, node, chainId, factory, genesis: genesis?.hash, database, holder, accounts, crypto, log, now },
    metrics: createProcessMetrics(() => database.pools()),
    room: createGasRoom(node, BigInt(config.gasCap), now),
    mostSessions: sessions === "all" ? config.maxSessions : sessions.length,
    threads: createThreads(),
  };
  log.info({ chainId, native }, "relay begins");
  return { venue, accounts };
}

/** A factory that is not there would have no sessions, and nobody would wonder. @throws RelayError RELAY_CONFIG_INVALID */
async function requireFactory(node: SharedNode, factory: string, chainId: bigint): Promise<void> {
  if (await node.hasCode(factory, "latest")) return;
  const problems = `\n  --factory ${factory} is no contract on chain ${chainId}: name the factory whose sessions are to be served`;
  throw new RelayError("RELAY_CONFIG_INVALID", { problems });
}

function rosterOf(venue: Venue, sessions: OpenSessions): Roster {
  const { config, node, factory, log, mostSessions } = venue;
  const { rpcUrl, rpcTimeoutMs: timeoutMs, rpcAtOnce: atOnce, fromBlock, reorgDepth } = config;
  return createRoster({
    finder: createFinder({ node, factory, fromBlock, reorgDepth }),
    ...{ sessions, mostSessions, log },
    read: (found) => readFound(rpcUrl, found, config, { timeoutMs, atOnce }),
    open: (terms, block) => openSession(venue, terms, block),
    async time() {
      return (await node.block("latest"))?.timestamp ?? 0n;
    },
  });
}

function openHttp({ config, chainId, metrics, log, now }: Venue, sessions: OpenSessions, health: () => HealthView) {
  const { of, list } = sessions;
  const { bodyLimit, rate, allowOrigin, trustedProxies, maxStreams, maxStreamsPerAddress, streamBacklog } = config;
  const { maxConnections, maxConnectionsPerAddress, page: folder, fromBlock } = config;
  const streams = { maxStreams, maxStreamsPerAddress, maxBacklog: streamBacklog, drainMs: DRAIN_MS };
  const connections = { maxConnections, maxConnectionsPerAddress, trustedProxies };
  const options: ServerOptions = { bodyLimit, rate, allowOrigin, now, ...connections, ...streams };
  const listed = () => sessions.all.map(({ terms, ...one }) => ({ ...one, ...terms }));
  const page = folder === undefined ? undefined : pageOf({ folder, chainId, fromBlock, sessions: listed });
  return createServer({ of, list, health, keepsHistory: config.index, page }, options, metrics, log);
}

/** @throws RelayError RELAY_LISTEN_FAILED */
async function listen(server: FastifyInstance, { host, port }: RelayConfig): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw new RelayError("RELAY_LISTEN_FAILED", { host, port, reason: messageOf(error) }, error);
  }
}

interface Running {
  readonly server: FastifyInstance;
  readonly sessions: OpenSessions;
  readonly accounts: Accounts;
  /** Of what is no session's, and what ends them in good order. */
  readonly loops: readonly Promise<void>[];
  readonly looping: AbortController;
  /** Ends everything. */
  readonly running: AbortController;
  readonly database: Database;
  readonly log: Log;
}

/** First what comes in, then what goes on, the database last. */
async function shutDown(parts: Running): Promise<void> {
  const { server, sessions, accounts, loops, looping, running, database, log } = parts;
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
  await server.close();
  await Promise.all(all.map((one) => one.end()));
  await accounts.release().catch((error: unknown) => {
    log.warn({ error }, "accounts not given back, others wait until the right to them is over");
  });
  clearTimeout(limit);
  running.abort();
  await database.close();
  log.info({}, "relay stopped");
}

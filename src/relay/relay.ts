/** A relay: one process for one session or many of one chain, until it is told to stop. */
import { randomUUID } from "node:crypto";

import type { FastifyInstance } from "fastify";

import { fastCrypto } from "../bindings/fast-crypto.js";
import { createNode } from "../node/node.js";
import { messageOf } from "../protocol/amounts/errors.js";
import type { RelayConfig } from "./config/config.js";
import { RelayError } from "./errors.js";
import type { RelayTerms } from "./config/session.js";
import { createSharedNode } from "./follow/shared-node.js";
import { pageOf } from "./http/page.js";
import { createServer, type ServerOptions } from "./http/server.js";
import type { Log } from "./reporting/log.js";
import { createProcessMetrics } from "./reporting/process-metrics.js";
import type { Venue } from "./session/ground.js";
import { openSession } from "./session/session.js";
import { createSessions, type OpenSessions } from "./session/sessions.js";
import type { Database } from "./store/database.js";
import { createPayingAccount } from "./submit/account.js";
import { createGasRoom } from "./submit/room.js";

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
/** Sessions that are opened at once. */
const OPENED_AT_ONCE = 8;

/** @param terms of the sessions that it serves from the start, all of one chain */
export async function startRelay(
  config: RelayConfig,
  terms: readonly RelayTerms[],
  database: Database,
  log: Log,
): Promise<Relay> {
  const running = new AbortController();
  const venue = await openVenue(config, { database, log, signal: running.signal });
  const sessions = createSessions();
  for (let at = 0; at < terms.length; at += OPENED_AT_ONCE) {
    const some = terms.slice(at, at + OPENED_AT_ONCE);
    const opened = await Promise.all(some.map((one) => openSession(venue, one, config.fromBlock)));
    for (const one of opened) sessions.add(one);
  }
  const server = await openHttp(venue, sessions, terms);
  const url = await listen(server, config);
  log.info({ url, sessions: terms.length }, "relay listens");
  let stopping: Promise<void> | undefined;
  let stopped: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (stopped = resolve));
  const stop = (): Promise<void> =>
    (stopping ??= shutDown({ server, sessions, running, database, log }).finally(stopped));
  return { url, sessions, stop, ended };
}

interface Opening {
  readonly database: Database;
  readonly log: Log;
  readonly signal: AbortSignal;
}

async function openVenue(config: RelayConfig, { database, log, signal }: Opening): Promise<Venue> {
  const { rpcUrl, rpcTimeoutMs: timeoutMs, rpcAtOnce: atOnce, pollMs: freshMs } = config;
  const now = (): number => performance.now();
  const node = createSharedNode(createNode(rpcUrl, { signal, timeoutMs, atOnce, ...PATIENCE }), { freshMs, now });
  const genesis = await node.block(0);
  const { native, ...crypto } = await fastCrypto();
  const account = createPayingAccount(config.privateKey, crypto.keccak);
  log.info({ account: account.address, native }, "relay begins");
  return {
    config,
    node,
    genesis: genesis?.hash,
    database,
    metrics: createProcessMetrics(() => database.pools()),
    room: createGasRoom(node, BigInt(config.gasCap), now),
    mostSessions: 1,
    holder: randomUUID(),
    accountFor: () => account,
    crypto,
    log,
    now,
  };
}

function openHttp({ config, metrics, log, now }: Venue, sessions: OpenSessions, [first]: readonly RelayTerms[]) {
  const { of, list, health } = sessions;
  const { bodyLimit, rate, allowOrigin, trustedProxies, maxStreams, maxStreamsPerAddress, streamBacklog } = config;
  const { maxConnections, maxConnectionsPerAddress, page: folder, fromBlock } = config;
  const streams = { maxStreams, maxStreamsPerAddress, maxBacklog: streamBacklog, drainMs: DRAIN_MS };
  const connections = { maxConnections, maxConnectionsPerAddress, trustedProxies };
  const options: ServerOptions = { bodyLimit, rate, allowOrigin, now, ...connections, ...streams };
  const listed = () => sessions.all.map(({ terms, ...one }) => ({ ...one, ...terms }));
  const page =
    folder === undefined || first === undefined
      ? undefined
      : pageOf({ folder, chainId: first.domain.chainId, fromBlock, sessions: listed });
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
  /** Ends everything. */
  readonly running: AbortController;
  readonly database: Database;
  readonly log: Log;
}

/** First what comes in, then what goes on, the database last. */
async function shutDown({ server, sessions, running, database, log }: Running): Promise<void> {
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
  clearTimeout(limit);
  running.abort();
  await database.close();
  log.info({}, "relay stopped");
}

/** What every process has, whatever its roles: its node, the sessions that it finds, and the server that answers for them. */
import type { FastifyInstance } from "fastify";

import { knownFactory } from "../../deployment/known.js";
import { createNode } from "../../node/node.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import type { RelayConfig } from "../config/config.js";
import { readFound, type RelayTerms, requireSomeHouses } from "../config/session.js";
import { adviceOf, RelayError } from "../errors.js";
import { createSharedNode, type SharedNode } from "../follow/shared-node.js";
import { pageOf } from "../http/page.js";
import type { HealthView } from "../http/routes.js";
import { createServer, type ServerOptions } from "../http/server.js";
import type { Faults } from "../reporting/faults.js";
import { createFinder } from "../session/finding.js";
import type { ReadingVenue } from "../session/ground.js";
import { createRoster, type Roster } from "../session/roster.js";
import type { OpenSession, OpenSessions } from "../session/sessions.js";

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
/** A subscriber that goes on from earlier may take so long for half of its backlog. */
const DRAIN_MS = 10_000;
/** The factory is looked at no more often, ms. */
const LEAST_LOOK_MS = 1_000;
/** As long as the factory's sessions were not looked for yet. */
const LOOKING = { code: "RELAY_NOT_READY", detail: adviceOf("RELAY_NOT_READY"), blocksAfterMs: 0 };
const AWAY = { code: "RELAY_BROKER_AWAY", detail: adviceOf("RELAY_BROKER_AWAY") };
/** Sessions that are opened at once. */
const OPENED_AT_ONCE = 8;

export interface Chain {
  readonly node: SharedNode;
  readonly chainId: bigint;
  /** Whose sessions are served if none are named. */
  readonly factory: string;
  /** Hash of the chain's first block; undefined if the node does not have it any more. */
  readonly genesis: string | undefined;
}

/** @throws NodeError; RelayError RELAY_CONFIG_INVALID if there is no such factory */
export async function openChain(config: RelayConfig, signal: AbortSignal, now: () => number): Promise<Chain> {
  const { rpcUrl, rpcTimeoutMs: timeoutMs, rpcAtOnce: atOnce, pollMs: freshMs, sessions } = config;
  const node = createSharedNode(createNode(rpcUrl, { signal, timeoutMs, atOnce, ...PATIENCE }), { freshMs, now });
  const [chainId, genesis] = await Promise.all([node.chainId(), node.block(0)]);
  const factory = config.factory ?? knownFactory(chainId);
  if (sessions === "all") {
    await requireFactory(node, factory, chainId);
    await requireSomeHouses(rpcUrl, config, { timeoutMs, atOnce });
  }
  return { node, chainId, factory, genesis: genesis?.hash };
}

/** A factory that is not there would have no sessions, and nobody would wonder. @throws RelayError RELAY_CONFIG_INVALID */
async function requireFactory(node: SharedNode, factory: string, chainId: bigint): Promise<void> {
  if (await node.hasCode(factory, "latest")) return;
  const problems = `\n  --factory ${factory} is no contract on chain ${chainId}: name the factory whose sessions are to be served`;
  throw new RelayError("RELAY_CONFIG_INVALID", { problems });
}

/** Opens one of them. @param block not after its first */
export type Open = (terms: RelayTerms, block: number) => Promise<OpenSession>;

/** Those that were named, a few at a time. */
export async function openNamed(
  sessions: OpenSessions,
  terms: readonly RelayTerms[],
  fromBlock: number,
  open: Open,
): Promise<void> {
  for (let at = 0; at < terms.length; at += OPENED_AT_ONCE) {
    const some = terms.slice(at, at + OPENED_AT_ONCE);
    const opened = await Promise.allSettled(some.map((one) => open(one, fromBlock)));
    for (const one of opened) if (one.status === "fulfilled") sessions.add(one.value);
    for (const one of opened) if (one.status === "rejected") throw one.reason; // whoever ends now ends those that are open
  }
}

/** Repeats a piece of work of the process. */
export type Repeat = (part: string, ms: number, work: () => Promise<void>) => Promise<void>;

/** Keeps at the sessions of the factory, if they are to be found. @returns the loops that do */
export function followFactory(
  venue: ReadingVenue,
  { sessions, faults, repeat, open }: Readonly<{ sessions: OpenSessions; faults: Faults; repeat: Repeat; open: Open }>,
): Promise<void>[] {
  if (venue.config.sessions !== "all") return [];
  const roster = rosterOf(venue, sessions, open);
  faults.watch("sessions", () => (roster.hasLooked ? undefined : LOOKING));
  return [repeat("factory", Math.max(venue.config.pollMs, LEAST_LOOK_MS), () => roster.look())];
}

function rosterOf(venue: ReadingVenue, sessions: OpenSessions, open: Open): Roster {
  const { config, node, factory, log, mostSessions } = venue;
  const { rpcUrl, rpcTimeoutMs: timeoutMs, rpcAtOnce: atOnce, fromBlock, reorgDepth } = config;
  return createRoster({
    finder: createFinder({ node, factory, fromBlock, reorgDepth }),
    ...{ sessions, mostSessions, log, open },
    read: (found) => readFound(rpcUrl, found, config, { timeoutMs, atOnce }),
    async time() {
      return (await node.block("latest"))?.timestamp ?? 0n;
    },
  });
}

export function openHttp(
  { config, chainId, metrics, log, now }: ReadingVenue,
  sessions: OpenSessions,
  health: () => HealthView,
): Promise<FastifyInstance> {
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
export async function listen(server: FastifyInstance, { host, port }: RelayConfig): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    throw new RelayError("RELAY_LISTEN_FAILED", { host, port, reason: messageOf(error) }, error);
  }
}

/** A broker that is away is told as a fault, and keeps nobody from anything: what it would tell is in the database. */
export function watchBroker({ broker }: Pick<ReadingVenue, "broker">, faults: Faults): void {
  if (broker !== undefined) faults.watch("broker", () => (broker.isThere ? undefined : AWAY));
}

/**
 * Serves until it is stopped. What a start that fails has opened is ended: it would go on beside that of the next try.
 * @param serve gives where it listens
 * @param end all but the database
 */
export async function begin(
  name: "relay" | "reader",
  { database, log }: Pick<ReadingVenue, "database" | "log">,
  { serve, end }: { readonly serve: () => Promise<string>; readonly end: () => Promise<void> },
): Promise<Pick<Relay, "url" | "stop" | "ended">> {
  const stop = async (): Promise<void> => {
    await end();
    await database.close();
    log.info({}, `${name} stopped`);
  };
  try {
    return { url: await serve(), ...stoppable(stop) };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Stops at most once. */
function stoppable(stop: () => Promise<void>): Pick<Relay, "stop" | "ended"> {
  let stopping: Promise<void> | undefined;
  let stopped: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (stopped = resolve));
  return { stop: () => (stopping ??= stop().finally(stopped)), ended };
}

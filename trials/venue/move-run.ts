/** Several processes for many books: one after the other is killed, and its books go to the others. */
import { createRelayClient } from "../../src/client/relay/client.js";
import { type RelayProcess, startRelayProcess } from "../../stage/relay-process.js";
import { createRandom, type Random } from "../../stage/rng.js";
import type { Stage } from "../../stage/stage.js";
import { auditRelay } from "../relay/audit.js";
import { createRawClient } from "../relay/http-client.js";
import { createLoadGenerator, drained, type LoadGenerator, pause } from "../relay/load-generator.js";
import { openVenueStage, ordersIn, until, type VenueStage } from "./stage.js";

export interface MovePlan {
  readonly processes: number;
  readonly sessions: number;
  readonly kills: number;
  readonly seed: number;
  /** A Postgres that all of them share. */
  readonly databaseUrl: string;
  /** Whether each process pays from an account of its own, or all have the keys of all. */
  readonly ownAccounts: boolean;
}

export interface MoveResult {
  readonly books: number;
  /** Ms from each kill until each of the killed process's books had another one that submits: the longest of them. */
  readonly gaps: readonly number[];
  /** Books that went to another process. */
  readonly moved: number;
  readonly acknowledged: number;
  readonly landed: number;
  readonly refused: number;
  readonly problems: readonly string[];
}

const TRADERS = 6;
const [READY_MS, MOVE_MS, DRAIN_MS] = [120_000, 60_000, 120_000];
const WARM_UP_MS = 1_000;

export async function runMoves(plan: MovePlan, tell: (line: string) => void): Promise<MoveResult> {
  const { sessions, processes, kills } = plan;
  const venue = await openVenueStage({ sessions, traders: TRADERS, relays: processes });
  const running = new Map<number, RelayProcess>();
  const loads = venue.sessions.map((stage) => createLoadGenerator(ordersIn(stage, plan.seed), 1));
  const stopping = new AbortController();
  const driving = Promise.all(loads.map((load) => load.run(stopping.signal)));
  const random = createRandom(BigInt(plan.seed), "who is killed");
  const [gaps, problems] = [[] as number[], [] as string[]];
  let moved = 0;
  try {
    for (let index = 0; index < processes; index += 1) running.set(index, await startOne(venue, plan, index));
    await eachSubmitted(venue, running);
    for (let done = 0; done < kills; done += 1) {
      const victim = await victimOf(running, random);
      aim(
        venue,
        loads,
        [...running].flatMap(([index, relay]) => (index === victim ? [] : [relay])),
      );
      await pause(WARM_UP_MS);
      const relay = running.get(victim);
      if (relay === undefined) throw new RangeError("unreachable: each is running");
      const held = await submittedBy(relay);
      running.delete(victim);
      const killedAt = performance.now();
      await relay.kill();
      await eachSubmitted(venue, running);
      gaps.push(performance.now() - killedAt);
      moved += held.length;
      tell(`kill ${done + 1}/${kills}: ${held.length} books went elsewhere within ${Math.round(gaps.at(-1) ?? 0)} ms`);
      running.set(victim, await startOne(venue, plan, victim));
    }
    stopping.abort();
    await driving;
    const audited = await auditAll(venue, running, loads);
    return { books: sessions, gaps, moved, ...audited, problems: [...problems, ...audited.problems] };
  } finally {
    stopping.abort();
    await Promise.all([...running.values()].map((relay) => relay.stop()));
    await venue.close();
  }
}

/** One of those that have books to lose. */
async function victimOf(running: ReadonlyMap<number, RelayProcess>, random: Random): Promise<number> {
  const held = await Promise.all(
    [...running].map(async ([index, relay]) => [index, await submittedBy(relay)] as const),
  );
  const [victim] = random.shuffled(held.flatMap(([index, books]) => (books.length > 0 ? [index] : [])));
  if (victim === undefined) throw new RangeError("unreachable: each book has one that submits");
  return victim;
}

async function startOne(
  { node, factory, relayKeys }: VenueStage,
  { databaseUrl, ownAccounts, sessions }: MovePlan,
  index: number,
): Promise<RelayProcess> {
  const relay = await startRelayProcess({
    ...{ rpcUrl: node.url, session: "all", database: databaseUrl },
    privateKey: ownAccounts ? (relayKeys[index] ?? "") : relayKeys.join(),
    flags: [
      ...["--factory", factory, "--max-sessions", String(sessions), "--poll-ms", "100", "--batch-ms", "50"],
      ...["--rate", "1000000", "--log-level", "info"],
    ],
  });
  await until("all its sessions are ready", READY_MS, async () => {
    const served = await sessionsOf(relay);
    return served.length === sessions && served.every(({ ready }) => ready);
  });
  return relay;
}

/** Each session's orders go to one of these. */
function aim({ sessions }: VenueStage, loads: readonly LoadGenerator[], relays: readonly RelayProcess[]): void {
  for (const [index, load] of loads.entries()) {
    const relay = relays[index % relays.length];
    const stage = sessions[index];
    if (relay !== undefined && stage !== undefined) load.target = createRawClient(at(relay, stage));
  }
}

const at = ({ url }: RelayProcess, { handle }: Stage): string => `${url}/v1/sessions/${handle.address}`;

async function sessionsOf({ url }: RelayProcess) {
  const answered = await createRelayClient(url)
    .sessions({ limit: 1_000 })
    .catch(() => undefined); // it only listens yet
  return answered?.sessions ?? [];
}

async function submittedBy(relay: RelayProcess): Promise<string[]> {
  return (await sessionsOf(relay)).flatMap(({ submits, session }) => (submits ? [session] : []));
}

/** Waits until each session has one process that brings its orders. */
async function eachSubmitted({ sessions }: VenueStage, running: ReadonlyMap<number, RelayProcess>): Promise<void> {
  await until("each book has one that submits", MOVE_MS, async () => {
    const held = (await Promise.all([...running.values()].map(submittedBy))).flat();
    return new Set(held).size === sessions.length;
  });
}

/** Every session by itself, by what one of the processes says of it. */
async function auditAll(
  venue: VenueStage,
  running: ReadonlyMap<number, RelayProcess>,
  loads: readonly LoadGenerator[],
) {
  const problems: string[] = [];
  let [acknowledged, landed, refused] = [0, 0, 0];
  for (const [index, stage] of venue.sessions.entries()) {
    const links = [...(loads[index]?.acknowledged ?? [])];
    const relay = await submitterOf([...running.values()], stage);
    const client = createRawClient(at(relay, stage));
    if (!(await drained(client, DRAIN_MS))) {
      problems.push(
        `packages of ${stage.handle.address} still wait: ${JSON.stringify((await client.get("/health")).body)}`,
      );
    }
    const result = await auditRelay({ provider: venue.chain.provider, handle: stage.handle }, client, links);
    problems.push(...result.problems.map((problem) => `${stage.handle.address}: ${problem}`));
    acknowledged += links.length;
    landed += result.landed;
    refused += result.refused;
  }
  return { acknowledged, landed, refused, problems };
}

async function submitterOf(relays: readonly RelayProcess[], { handle }: Stage): Promise<RelayProcess> {
  let found: RelayProcess | undefined;
  await until("the book has one that submits", MOVE_MS, async () => {
    for (const relay of relays) if ((await submittedBy(relay)).includes(handle.address)) found = relay;
    return found !== undefined;
  });
  if (found === undefined) throw new RangeError("unreachable: it was waited for");
  return found;
}

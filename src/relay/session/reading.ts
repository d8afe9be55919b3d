/**
 * One session in a process that only reads: nothing of the chain is followed and nothing is written. What others have written says what
 * there is, and the node only what a contract wallet thinks of a signature.
 */
import { IBookViews__factory } from "../../../typechain-types/index.js";
import { BASKET_ROOT_ID, type MarketRef } from "../../protocol/signing/package.js";
import * as wire from "../../wire/session.js";
import { createLogStore } from "../archive/store.js";
import { notYetOf } from "../archive/archive.js";
import { createMeasurer } from "../archive/measurer.js";
import type { RelayTerms } from "../config/session.js";
import { adviceOf, RelayError } from "../errors.js";
import { createChainClock } from "../follow/clock.js";
import { createWallets } from "../follow/wallets.js";
import { createHistory } from "../history/history.js";
import { createHub, type Hub } from "../history/hub.js";
import { createStreamStore } from "../history/stream-store.js";
import { type BookTip, isInIndex, topicOf } from "../history/tips.js";
import { factsView } from "../../views/session.js";
import { createSeenFates, type SeenFates } from "../http/seen-fates.js";
import type { HealthView } from "../http/routes.js";
import type { Served } from "../http/server.js";
import { requireReader } from "../queue/reading.js";
import { createFaults, type Faults } from "../reporting/faults.js";
import { createMetrics, type Metrics } from "../reporting/metrics.js";
import { keyOf } from "../store/books.js";
import { createCancellationStore } from "../store/cancellations.js";
import { createPackageStore } from "../store/packages.js";
import type { ReadingVenue } from "./ground.js";
import type { OpenSession } from "./sessions.js";

export interface ReadSession extends OpenSession {
  /** The key of its rows. */
  readonly rows: string;
  readonly hub: Hub;
  readonly fates: SeenFates;
  /** Under which name the broker tells of it; undefined before its book is written of. */
  readonly topic: () => string | undefined;
  /**
   * Hears how far its index has come.
   * @param tip undefined if nobody has written of its book yet
   * @param chain as far as the node knows it
   * @returns whether that has changed
   */
  saw(tip: BookTip | undefined, chain: ChainReach): boolean;
  /** Asks the node for the chain's time, where no block has come for long. */
  refresh(): Promise<void>;
}

/** Numbers of blocks; undefined if the node does not say. */
export interface ChainReach {
  readonly newest: number | undefined;
  readonly finalized: number | undefined;
}

/** An index that does not get on for so long, while the chain does, is told as a fault, ms. */
const STANDS_MS = 15_000;
/** A copy of the database may be so far behind what a subscriber has heard elsewhere, ms. */
const LAG_MS = 5_000;
const NOT_READY = { code: "RELAY_NOT_READY", detail: adviceOf("RELAY_NOT_READY"), blocksAfterMs: 0 };
const BEHIND = { code: "RELAY_INDEX_BEHIND", detail: adviceOf("RELAY_INDEX_BEHIND") };
const OTHER = { code: "RELAY_OTHER_CHAIN", detail: adviceOf("RELAY_OTHER_CHAIN"), blocksAfterMs: 0 };
const VIEWS = IBookViews__factory.createInterface();

interface State {
  readonly venue: ReadingVenue;
  readonly terms: RelayTerms;
  readonly rows: string;
  readonly metrics: Metrics;
  readonly faults: Faults;
  tip: BookTip | undefined;
  /** When the tip was another one last, ms. */
  since: number;
  behind: number;
  finalBlock: number;
  /** Of the chain that rows of its book are of, if that is another one: hash of its first block. */
  other: string | undefined;
}

export function openReading(venue: ReadingVenue, terms: RelayTerms, fromBlock: number): ReadSession {
  const { database, node, now, config, metrics: ofProcess } = venue;
  const { verifyingContract: book, chainId } = terms.domain;
  const rows = keyOf({ chainId, book });
  const faults = createFaults(now);
  const metrics = createMetrics(terms.session, {
    blocking: () => faults.list().filter(({ blocking }) => blocking).length,
  });
  const state: State = {
    venue,
    terms,
    rows,
    metrics,
    faults,
    tip: undefined,
    since: now(),
    behind: 0,
    finalBlock: -1,
    other: undefined,
  };
  faults.watch("index", () => faultOf(state));
  const store = createStreamStore(database, rows);
  // A broker is ahead of a copy of the database: what it has handed out must be there before anybody begins with what is there.
  const hub = createHub(venue.broker === undefined ? store : { ...store, lastRead: () => store.lastEvent() });
  const clock = createChainClock(node, now);
  const fates = createSeenFates({
    packages: createPackageStore(database, rows),
    cancellations: createCancellationStore(database, rows),
  });
  const forget = ofProcess.add(metrics);
  const past = pastOf(state, { hub, store, fates, fromBlock, time: () => clock.now() });
  let stopped: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (stopped = resolve));
  return {
    ...{ terms, fromBlock, rows, hub, fates, ended },
    served: {
      live: undefined,
      health: () => healthOf(state),
      describe: () => describe(state, clock.now()),
      facts: () => factsView(terms, clock.now()),
      get past() {
        requireOwn(state);
        return past;
      },
    },
    topic: () => state.tip && topicOf(state.tip),
    isReady: () => state.tip?.block !== undefined,
    saw(tip, { newest, finalized }) {
      const before = state.tip?.block;
      state.other = tip && otherIn(state, tip);
      if (state.other === undefined) state.tip = tip ?? state.tip;
      const { block } = state.tip ?? {};
      if (block === undefined) return false;
      state.behind = Math.max(0, (newest ?? block.number) - block.number);
      state.finalBlock = Math.min(block.number - config.reorgDepth, finalized ?? -1);
      metrics.block.set(block.number);
      metrics.indexBlock.set(block.number);
      metrics.indexBehind.set(state.behind);
      if (block.hash === before?.hash) return false;
      state.since = now();
      clock.saw(block.timestamp);
      return true;
    },
    refresh: () => clock.refresh(),
    waiting: () => 0,
    close: () => Promise.resolve(),
    async end() {
      forget();
      await past.measurer.close();
      stopped();
    },
    abandon: stopped,
  };
}

/** @returns the first block of another chain with the same id, if what others have written is of that */
function otherIn({ venue: { genesis } }: State, { genesis: stored }: BookTip): string | undefined {
  return genesis === undefined || stored === genesis ? undefined : stored;
}

/** @throws RelayError RELAY_OTHER_CHAIN: rows of another chain are no answer about this one */
function requireOwn({ terms: { domain }, venue: { genesis }, other: stored }: State): void {
  if (stored === undefined) return;
  const { chainId, verifyingContract: book } = domain;
  throw new RelayError("RELAY_OTHER_CHAIN", { chainId, book, stored, genesis: genesis ?? "" });
}

function faultOf({ tip, behind, since, venue, other }: State) {
  if (other !== undefined) return OTHER;
  if (tip?.block === undefined) return NOT_READY;
  return behind > 0 && venue.now() - since > STANDS_MS ? BEHIND : undefined;
}

function healthOf({ tip, behind, faults }: State): HealthView {
  const list = faults.list();
  const block = tip?.block?.number;
  return {
    ready: !list.some(({ blocking }) => blocking),
    submits: false,
    block,
    waiting: 0,
    inFlight: 0,
    faults: list,
    index: { block, behind },
  };
}

/** @throws RelayError RELAY_NOT_READY as long as nobody has written what takes packages for it */
function describe({ terms, tip }: State, time: bigint): ReturnType<Served["describe"]> {
  const told = wire.relayFacts.domain.safeParse(tip?.told);
  if (!told.success) throw new RelayError("RELAY_NOT_READY");
  return { ...factsView(terms, time), serverTimeMs: Date.now(), relay: told.data };
}

type Past = NonNullable<Served["past"]>;

interface PastParts extends Pick<Past, "hub" | "store"> {
  readonly fates: SeenFates;
  readonly fromBlock: number;
  readonly time: () => bigint;
}

function pastOf(state: State, { hub, store, fates, fromBlock, time }: PastParts) {
  const { venue, terms, rows } = state;
  const { database, node, now, threads } = venue;
  const logs = createLogStore(database, rows);
  const notYet = () => notYetOf(fromBlock, state.finalBlock);
  const makers = terms.houses.flatMap((house) => (house.kind === "maker" ? [{ ...house, trader: house.address }] : []));
  const wallets = createWallets(node, () => state.tip?.block?.hash);
  const reading = { domain: terms.domain, wallets, clock: { now: time }, isTrader: tradersOf(state) };
  return {
    history: createHistory(database, rows),
    basket: terms.basket,
    finalBlock: () => state.finalBlock,
    hub,
    store,
    logs,
    measurer: createMeasurer({ store: logs, makers, threads, notYet }),
    notYet,
    now,
    lagMs: LAG_MS,
    own: {
      mayRead: (trader: string, until: bigint, signature: string) => requireReader(reading, trader, until, signature),
      watch: fates.watch,
      waitingOf: fates.waitingOf,
      time,
    },
    requireMarket: async (market: MarketRef) => {
      if (isOfBasket(terms, market) || (await isInIndex(database, rows, market))) return;
      throw new RelayError("RELAY_MARKET_UNKNOWN", { ...market });
    },
  } satisfies Past;
}

function isOfBasket({ basketTokens }: RelayTerms, { marketRootId, marketBranchId }: MarketRef): boolean {
  return marketRootId === BASKET_ROOT_ID && marketBranchId >= 1 && marketBranchId <= basketTokens.length;
}

/** Once registered, an address is for good: the book itself is asked, and only about those who are not known yet. */
function tradersOf({ venue: { node }, terms }: State): (address: string) => Promise<boolean> {
  const known = new Set<string>();
  return async (address) => {
    if (known.has(address)) return true;
    const data = VIEWS.encodeFunctionData("traderIdOf", [address]);
    const isKnown = BigInt(await node.call({ to: terms.domain.verifyingContract, data }, "latest")) !== 0n;
    if (isKnown) known.add(address);
    return isKnown;
  };
}

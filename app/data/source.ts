/**
 * Where a session's data comes from: a relay, or nothing but a node whose logs are replayed here. Views ask this port and never
 * know which; both answer in the words of the wire, with branded amounts.
 */
import type { RelayClient } from "../../src/client/relay/client.js";
import type { MarketRef } from "../../src/protocol/signing/package.js";
import type { CandlesQuery, HistoryKind, HistoryPage, HistoryQuery, RelayCandles } from "../../src/wire/history.js";
import type { PricesElsewhere } from "../../src/measures/reference.js";
import type { RelayMeasures, RelayTermStructure } from "../../src/wire/measures.js";
import type { RelayLink } from "../../src/wire/packages.js";
import type { RelaySession } from "../../src/wire/session.js";
import type { RelayBook, RelayDepth, RelayMarkets, RelayMonitoring, RelayTrader } from "../../src/wire/state.js";
import type { Foreseen, ToldRefusal, UnsignedOrder } from "./mirror/foresight.js";

/** A block that everything shown stands at. */
export interface Head {
  readonly number: number;
  readonly hash: string;
  /** Unix seconds by the chain: countdowns go by it. */
  readonly time: number;
  /** When this browser heard of it, ms. */
  readonly heardAt: number;
}

/** How a source is. What was heard last stays shown whatever happens. */
export type SourceState =
  | { readonly status: "opening"; readonly note: string; readonly head?: Head }
  | { readonly status: "live"; readonly head: Head }
  | { readonly status: "lost"; readonly reason: string; readonly since: number; readonly head?: Head };

const MOVING = ["serverTimeMs", "time", "phase"] as const;
type Moving = Readonly<Record<(typeof MOVING)[number], unknown>>;

/** All of a session that never changes. */
export type Facts = Omit<RelaySession, "relay" | keyof Moving> & {
  /** Undefined of a session that is read from the chain alone. */
  readonly relay?: RelaySession["relay"];
};

/** Without what moves: the phase is told by the newest block's time. */
export function factsOf<Told extends Partial<Moving>>(told: Told): Omit<Told, keyof Moving> {
  const facts: Partial<Moving> & Omit<Told, keyof Moving> = { ...told };
  for (const name of MOVING) Reflect.deleteProperty(facts, name);
  return facts;
}

/** A market's own levels, without what houses would add to them. */
export type OwnDepth = Omit<RelayDepth, "house">;

/** What takes signed orders in and brings them to the book. */
export type Desk = Pick<RelayClient, "submit" | "package" | "cancel" | "cancelTrades" | "cancellation">;

export interface SessionSource {
  readonly kind: "relay" | "chain";
  readonly url: string;
  readonly state: () => SourceState;
  /** @returns what ends it */
  readonly onState: (listener: () => void) => () => void;
  readonly facts: () => Promise<Facts>;
  readonly markets: () => Promise<RelayMarkets>;
  readonly depth: (market: MarketRef, levels: number) => Promise<RelayDepth>;
  readonly book: (market: MarketRef, limit: number) => Promise<RelayBook>;
  /** Undefined for whoever is not registered. */
  readonly trader: (address: string) => Promise<RelayTrader | undefined>;
  /** What is measured of the session; undefined where it has to be measured here, of the logs. */
  readonly measures: ((elsewhere?: PricesElsewhere) => Promise<RelayMeasures>) | undefined;
  /** Relative value by when sessions on the same assets end; undefined as with measures. */
  readonly termStructure: (() => Promise<RelayTermStructure>) | undefined;
  readonly monitoring: () => Promise<RelayMonitoring>;
  /** What an order would do if it came next, by the book as it is on the chain. */
  readonly foresee: (draft: UnsignedOrder) => Promise<Foreseen>;
  /** The most lots of that side and price that its trader can bear; or why none can be told. */
  readonly mostLots: (draft: UnsignedOrder) => Promise<bigint | ToldRefusal>;
  readonly link: () => Promise<RelayLink>;
  readonly history: <Kind extends HistoryKind>(kind: Kind, query?: HistoryQuery<Kind>) => Promise<HistoryPage<Kind>>;
  readonly candles: (market: MarketRef, query: CandlesQuery) => Promise<RelayCandles>;
  /** Who brings signed orders and cancellations to the book; undefined where their trader does that itself. */
  readonly desk: Desk | undefined;
  /** The market's levels as they change, at most once a frame. @returns what ends it */
  readonly watchDepth: (market: MarketRef, levels: number, listener: (depth: OwnDepth) => void) => () => void;
  readonly close: () => void;
}

/** A little store that React reads with `useSyncExternalStore`. */
export interface Store<Value> {
  readonly get: () => Value;
  readonly set: (value: Value) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createStore<Value>(first: Value): Store<Value> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const PATIENCE_MS = 10_000;

/**
 * Waits until a source stands at that block or a later one: what one has told may be new to the other.
 * @throws Error if it does not come there in time
 */
export function reached({ state, onState }: Pick<SessionSource, "state" | "onState">, block: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const isThere = (): boolean => (state().head?.number ?? -1) >= block;
    if (isThere()) {
      resolve();
      return;
    }
    const timer = setTimeout(() => {
      end();
      reject(new Error(`Block ${block} is not known to the node that is asked here. Try again.`));
    }, PATIENCE_MS);
    const end = onState(() => {
      if (!isThere()) return;
      clearTimeout(timer);
      end();
      resolve();
    });
  });
}

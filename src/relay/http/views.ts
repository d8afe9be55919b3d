/** What can be asked of the relay: the book as it will be when everything that waits has landed, and where the relay stands. */
import type { MarketRef } from "../../protocol/signing/package.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { RelayError } from "../errors.js";
import type { Ledger } from "../queue/ledger.js";
import { type CountedLevel, levelsOf } from "../../protocol/book/projections.js";
import { requireMarket } from "./market-views.js";
import type { PackageStore, StoredPackage } from "../store/packages.js";
import type { Tracker } from "../tracker/tracker.js";

/** Amounts are wei, ticks and lots, as everywhere. */
export interface TraderView {
  readonly traderId: number;
  readonly cash: bigint;
  readonly worst: bigint;
  /** Net collateral in the worst joint outcome. */
  readonly slack: bigint;
  readonly reserved: bigint;
  readonly openOrders: number;
  readonly nonceFloor: bigint;
  readonly usedNonces: bigint;
  readonly claims: readonly bigint[];
  /** This trader's packages that have not landed. */
  readonly waiting: number;
}

export interface LinkView {
  /** The newest head on the chain: what to sign next. */
  readonly link: Hash;
  readonly checkpoints: bigint;
  readonly chainWindow: number;
  readonly block: { readonly number: number; readonly hash: Hash } | undefined;
}

export interface DepthView extends MarketRef {
  readonly bids: readonly CountedLevel[];
  readonly asks: readonly CountedLevel[];
}

export interface Views {
  link(): LinkView;
  trader(address: string): TraderView;
  depth(market: MarketRef, levels: number): DepthView;
  package(link: Hash): Promise<StoredPackage>;
}

export function createViews(tracker: Tracker, ledger: Ledger, store: PackageStore): Views {
  return {
    link() {
      const { state } = tracker.mirror.book;
      const { head, checkpoints } = tracker.mirror.confirmed;
      const { tip } = tracker.mirror;
      return {
        link: head,
        checkpoints,
        chainWindow: state.terms.chainWindow,
        block: tip === undefined ? undefined : { number: tip.number, hash: tip.hash },
      };
    },
    trader(address) {
      const { book } = tracker.mirror;
      const traderId = book.traderIdOf(address);
      if (traderId === 0) throw new RelayError("RELAY_TRADER_UNKNOWN", { trader: address });
      const { cash, worst, reserved, openOrders } = book.accountOf(address);
      const { nonceFloor, used } = book.noncesOf(address);
      return {
        traderId,
        cash,
        worst,
        slack: cash + worst,
        reserved,
        openOrders,
        nonceFloor,
        usedNonces: used,
        claims: book.claimsOf(address),
        waiting: ledger.unlandedOf(book.state.traders.byId(traderId).address),
      };
    },
    depth(market, levels) {
      const { book } = tracker.mirror;
      requireMarket(book, market);
      const queues = book.state.queues.of(market);
      return {
        ...market,
        bids: levelsOf(queues.bids, { most: levels }),
        asks: levelsOf(queues.asks, { most: levels }),
      };
    },
    async package(link) {
      const live = ledger.find(link);
      const found = live ?? (await store.find(link));
      if (found === undefined) throw new RelayError("RELAY_PACKAGE_UNKNOWN", { link });
      return found;
    },
  };
}

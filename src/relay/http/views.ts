/** What can be asked of the relay: the book as it will be when everything that waits has landed, and where the relay stands. */
import type { MarketRef } from "../../protocol/signing/package.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Served } from "../../wire/form.js";
import type { linkState } from "../../wire/packages.js";
import type { depth, trader } from "../../wire/state.js";
import { RelayError } from "../errors.js";
import type { Ledger } from "../queue/ledger.js";
import { levelsOf } from "../../protocol/book/projections.js";
import { requireMarket } from "./market-views.js";
import type { PackageStore, StoredPackage } from "../store/packages.js";
import type { Tracker } from "../tracker/tracker.js";

export interface Views {
  link(): Served<typeof linkState>;
  /** All but what binds it. */
  trader(address: string): Omit<Served<typeof trader>, "binding">;
  depth(market: MarketRef, levels: number): Served<typeof depth>;
  package(link: Hash): Promise<Pick<StoredPackage, "fate" | "link" | "signed">>;
}

export function createViews(tracker: Tracker, ledger: Ledger, store: PackageStore): Views {
  return {
    link() {
      const { state } = tracker.mirror.book;
      const { linkToSign, checkpoints } = tracker.mirror.confirmed;
      const { tip } = tracker.mirror;
      return {
        link: linkToSign,
        checkpoints,
        chainWindow: state.terms.chainWindow,
        block: tip === undefined ? undefined : { number: tip.number, hash: tip.hash },
      };
    },
    trader(address) {
      const { book } = tracker.mirror;
      const traderId = book.traderIdOf(address);
      if (traderId === 0) throw new RelayError("RELAY_TRADER_UNKNOWN", { trader: address });
      const { claim, worst, reserved, openOrders } = book.accountOf(address);
      const { nonceFloor, used } = book.noncesOf(address);
      return {
        traderId,
        claim,
        worst,
        slack: claim + worst,
        reserved,
        openOrders,
        nonceFloor,
        usedNonces: used,
        claims: book.claimsOf(address),
        cancelAll: { toTradeRootId: book.state.chain.trades, nonceFloor: nonceFloor + BigInt(widthOf(used)) },
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

/** Bits up to the highest that is set. */
function widthOf(bits: bigint): number {
  return bits === 0n ? 0 : bits.toString(2).length;
}

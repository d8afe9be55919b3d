/** What can be asked of the relay: the book as it is on the chain, a trader's own part as it will be, and where the relay stands. */
import type { Book } from "../../protocol/book/book.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Served } from "../../wire/form.js";
import type { linkState, packageState } from "../../wire/packages.js";
import type { depth, trader as traderForm } from "../../wire/state.js";
import type { own } from "../../wire/own.js";
import { RelayError } from "../errors.js";
import type { ConfirmedBook } from "../follow/confirmed.js";
import type { Ledger } from "../queue/ledger.js";
import type { Entry } from "../queue/ledger-state.js";
import { bindingIn, levelsOf } from "../../protocol/book/projections.js";
import { requireMarket } from "./market-views.js";
import type { PackageStore, StoredPackage } from "../store/packages.js";
import type { Tracker } from "../tracker/tracker.js";

export interface Views {
  link(): Served<typeof linkState>;
  /** As it is on the chain; but for nonces and numbers, which are those to go on with. */
  trader(address: string): Served<typeof traderForm>;
  /** As it will be when everything that waits has landed, with what waits. For its trader alone. */
  own(address: string): Served<typeof own>;
  /** Packages of a trader that have not landed, in the order of their acknowledgement. */
  packagesOf(trader: string): Served<typeof packageState>[];
  /** Of a trader with one nonce, whatever has become of them; at most so many. */
  packagesOfNonce(trader: string, nonce: bigint, limit: number): Promise<Served<typeof packageState>[]>;
  depth(market: MarketRef, levels: number): Served<typeof depth>;
  package(link: Hash): Promise<Pick<StoredPackage, "fate" | "link" | "signed">>;
}

export interface ViewsDependencies {
  readonly tracker: Tracker;
  readonly confirmed: Pick<ConfirmedBook, "book">;
  readonly ledger: Ledger;
  readonly store: Pick<PackageStore, "find" | "ofNonce">;
}

export function createViews({ tracker, confirmed, ledger, store }: ViewsDependencies): Views {
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
    trader: (address) => accountView(confirmed.book, tracker.mirror.book, ledger, address),
    own(address) {
      const { book } = tracker.mirror;
      const account = accountView(book, book, ledger, address);
      const { address: trader } = book.state.traders.byId(account.traderId);
      return { account, packages: packagesOf(ledger, trader).map(packageView) };
    },
    async packagesOfNonce(trader, nonce, limit) {
      const stored = await store.ofNonce(trader, nonce, limit);
      return stored.map((one) => packageView(ledger.find(one.link) ?? one)); // which is written later
    },
    packagesOf: (trader) => packagesOf(ledger, trader).map(packageView),
    depth(market, levels) {
      const { book } = confirmed;
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

/** @param now the book that the account is read from @param next with everything that waits, from which the trader goes on */
function accountView(now: Book, next: Book, ledger: Ledger, address: string): Served<typeof traderForm> {
  const traderId = now.traderIdOf(address);
  if (traderId === 0) throw new RelayError("RELAY_TRADER_UNKNOWN", { trader: address });
  const { claim, worst, reserved, openOrders } = now.accountOf(address);
  const { nonceFloor, used } = next.noncesOf(address);
  return {
    traderId,
    claim,
    worst,
    slack: claim + worst,
    reserved,
    openOrders,
    nonceFloor,
    usedNonces: used,
    claims: now.claimsOf(address),
    cancelAll: { toTradeRootId: next.state.chain.trades, nonceFloor: nonceFloor + BigInt(widthOf(used)) },
    waiting: ledger.unlandedOf(now.state.traders.byId(traderId).address),
    binding: bindingView(now, traderId),
  };
}

function bindingView({ state }: Book, traderId: number): Served<typeof traderForm>["binding"] {
  const binding = bindingIn(state, traderId);
  const placeOf = (tradeRootId: number): number => state.queues.find(tradeRootId)?.place ?? 0;
  return { ...binding, orders: binding.orders.map((order) => ({ ...order, place: placeOf(order.tradeRootId) })) };
}

/** Of one trader, those that are not on the chain. */
function packagesOf(ledger: Ledger, trader: string): Entry[] {
  const sent = ledger.openSubmissions().flatMap((submission) => ledger.packagesOf(submission));
  const all = [...sent, ...ledger.waiting()].filter(({ signed }) => signed.package.trader === trader);
  return all.sort((a, b) => a.seq - b.seq);
}

export function packageView({
  link,
  signed,
  fate,
}: Pick<StoredPackage, "link" | "signed" | "fate">): Served<typeof packageState> {
  return { link, ...fate, package: signed.package };
}

/** Bits up to the highest that is set. */
function widthOf(bits: bigint): number {
  return bits === 0n ? 0 : bits.toString(2).length;
}

/** What can be asked of the relay: the book as it is on the chain, a trader's own part as it will be, and where the relay stands. */
import type { Book } from "../../protocol/book/book.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Served } from "../../wire/form.js";
import type { linkState, packageState } from "../../wire/packages.js";
import type { depth } from "../../wire/state.js";
import type { own, ownOfNonce } from "../../wire/own.js";
import type { block as blockForm } from "../../wire/values.js";
import type { cancellationState } from "../../wire/trades-cancellation.js";
import { RelayError } from "../errors.js";
import type { CancellationView, CancelLedger } from "../queue/cancel-ledger.js";
import type { Ledger } from "../queue/ledger.js";
import { type Entry, sentThrough } from "../queue/ledger-state.js";
import { accountView, type AccountView } from "../../views/accounts.js";
import { depthView, hasMarket } from "../../views/markets.js";
import { previewView } from "../../views/preview.js";
import type { RelayDraft } from "../../wire/packages.js";
import type { preview } from "../../wire/preview.js";
import type { ChainClock } from "../follow/clock.js";
import { createHouseDepths, type HouseDepthDependencies } from "./house-depths.js";
import type { PackageStore, StoredPackage } from "../store/packages.js";
import type { Tracker } from "../tracker/tracker.js";

export interface Views {
  link(): Served<typeof linkState>;
  /** At which markets, books and traders are told; undefined before the first. */
  block(): Served<typeof blockForm> | undefined;
  /** As it is on the chain; but for nonces and numbers, which are those to go on with. */
  trader(address: string): AccountView;
  /** As it will be when everything that waits has landed, with what waits. For its trader alone. */
  own(address: string): Served<typeof own>;
  /** Packages of a trader that have not landed, in the order of their acknowledgement. */
  packagesOf(trader: string): Served<typeof packageState>[];
  /** Cancellations of a trader of which more may still come, in the order of their acknowledgement. */
  cancellationsOf(trader: string): Served<typeof cancellationState>[];
  /** Of a trader with one nonce, whatever has become of them; at most so many. */
  packagesOfNonce(trader: string, nonce: bigint, limit: number): Promise<Served<typeof ownOfNonce>["packages"]>;
  /** @throws RelayError RELAY_MARKET_UNKNOWN */
  depth(market: MarketRef, most: DepthLevels): Served<typeof depth>;
  /** What an order would do if it came next, by the book as it is on the chain. @param most whether to look for the most lots */
  preview(draft: RelayDraft, most: boolean): Served<typeof preview>;
  package(link: Hash): Promise<Pick<StoredPackage, "fate" | "link" | "signed" | "route">>;
}

/** Most levels of each side, of the book and of each house. */
export interface DepthLevels {
  readonly levels: number;
  readonly houseLevels: number;
}

export interface ViewsDependencies extends HouseDepthDependencies {
  readonly tracker: Tracker;
  readonly ledger: Ledger;
  readonly cancels: Pick<CancelLedger, "viewsOf">;
  readonly store: Pick<PackageStore, "find" | "ofNonce">;
  readonly clock: Pick<ChainClock, "now">;
}

export function createViews(dependencies: ViewsDependencies): Views {
  const { tracker, confirmed, ledger, cancels, store, clock, routing } = dependencies;
  const houseDepths = createHouseDepths(dependencies);
  const cancellationsOf = (trader: string) => cancels.viewsOf(trader).map(cancellationView);
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
    block() {
      const { block } = confirmed;
      return block && { number: block.number, hash: block.hash };
    },
    trader: (address) => accountIn(confirmed.book, tracker.mirror.book, ledger, address),
    own(address) {
      const { book } = tracker.mirror;
      const account = accountIn(book, book, ledger, address);
      const { address: trader } = book.state.traders.byId(account.traderId);
      return { account, packages: packagesOf(ledger, trader).map(packageView), cancellations: cancellationsOf(trader) };
    },
    async packagesOfNonce(trader, nonce, limit) {
      const stored = await store.ofNonce(trader, nonce, limit);
      return stored.map(({ withdrawal, ...one }) => {
        const view = packageView(ledger.find(one.link) ?? one); // which is written later
        return withdrawal === undefined ? view : { ...view, withdrawal };
      });
    },
    packagesOf: (trader) => packagesOf(ledger, trader).map(packageView),
    cancellationsOf,
    depth(market, { levels, houseLevels }) {
      const { book } = confirmed;
      requireMarket(book, market);
      return depthView(book, market, levels, houseDepths(market, houseLevels));
    },
    preview(draft, most) {
      const { book, block } = confirmed;
      const [next, now] = [(block?.timestamp ?? 0n) + 1n, clock.now()];
      const timestamp = now > next ? now : next;
      const view = previewView({ book, timestamp, link: book.link, houses: routing.houses }, draft, most);
      return { ...(block && { block: { number: block.number, hash: block.hash } }), ...view };
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
function accountIn(now: Book, next: Book, ledger: Ledger, address: string): AccountView {
  const traderId = now.traderIdOf(address);
  if (traderId === 0) throw new RelayError("RELAY_TRADER_UNKNOWN", { trader: address });
  return accountView(now, traderId, { next, waiting: ledger.unlandedOf(now.state.traders.byId(traderId).address) });
}

/** @throws RelayError RELAY_MARKET_UNKNOWN */
export function requireMarket({ state }: Book, market: MarketRef): void {
  if (!hasMarket(state, market)) throw new RelayError("RELAY_MARKET_UNKNOWN", { ...market });
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
  ...one
}: Pick<StoredPackage, "link" | "signed" | "route" | "fate">): Served<typeof packageState> {
  const route = sentThrough(one);
  return { link, ...one.fate, ...(route && { route }), package: signed.package };
}

export function cancellationView({ hash, signed, ...view }: CancellationView): Served<typeof cancellationState> {
  return { hash, ...cancellationFate(view), cancellation: signed.cancellation };
}

/** One that waits is in a transaction, or is not. */
export function cancellationFate({ fate, submissionId }: Pick<CancellationView, "fate" | "submissionId">) {
  if (fate.status !== "pending" || submissionId === undefined) return fate;
  return { status: "submitted" as const, submissionId };
}

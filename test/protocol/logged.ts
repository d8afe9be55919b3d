/** Books that log what happens to them, and the head that their logs fold into. One lot of the basket is worth 10^15 wei. */
import { getAddress, ZeroHash } from "ethers";

import { type Answer, Book } from "../../src/protocol/book/book.js";
import { checkpointLink, countsOf, genesisLink } from "../../src/protocol/book/checkpoint.js";
import type { BookEvent } from "../../src/protocol/book/events.js";
import type { SubmittedOrder } from "../../src/protocol/book/intake.js";
import { TRUSTING } from "../../src/protocol/book/outside.js";
import type { LoggedEvent } from "../../src/protocol/book/rebuild.js";
import { foldCall, foldedWords, marketWords, recordWord, TradeBranch } from "../../src/protocol/book/record-words.js";
import type { BookTerms } from "../../src/protocol/book/terms.js";
import { type MarketRecord, NEW_ROOT } from "../../src/protocol/signing/market-record.js";
import { type PackageFields, tradePackage } from "../../src/protocol/signing/package.js";
import { domainSeparator, primaryLink } from "../../src/protocol/signing/typed-data.js";
import { bookTerms } from "./book-terms.js";
import {
  between,
  DESCRIPTION,
  newBounds,
  newBranch,
  newEvent,
  newInterval,
  OWNER,
  TERMS as MARKET_TERMS,
  type Step,
} from "./markets.js";
import { lot, tick, wei } from "./support.js";

export const LOT = 10n ** 15n;
const LIMITS = { maxMatches: 10, maxWalk: 10 };
export const NOW = 1_500n;
export const TERMS = bookTerms({
  ...MARKET_TERMS,
  assets: 2,
  basketScale: tick(10_000),
  basketTickValue: wei(10n ** 11n),
  chainWindow: 2,
  maxOpenOrders: 5,
});
export const GENESIS = genesisLink(domainSeparator(TERMS.domain));

/** An address for each trader of an example. */
export const address = (traderId: number | string): string => getAddress(`0x${traderId.toString().padStart(40, "0")}`);

/** A book that traders have deposited in, and all that it logged. */
export class Recorded {
  public readonly book: Book;
  public readonly logged: LoggedEvent[] = [];

  public constructor(
    terms: Partial<BookTerms> = {},
    traders: readonly string[] = [address(1), address(2), address(3)],
  ) {
    this.book = new Book({ ...TERMS, ...terms }, TRUSTING);
    for (const trader of traders) {
      this.note(this.book.deposit({ caller: trader, timestamp: NOW }, trader, 1_000n * LOT));
    }
  }

  public note({ events }: Answer<unknown>, timestamp = NOW): void {
    this.logged.push(...events.map((event) => ({ event, timestamp })));
  }

  public order(trader: string, price: bigint, quantity: bigint, change: Partial<PackageFields> = {}): PackageFields {
    const { book } = this;
    const nonce = book.noncesOf(trader).nonceFloor;
    const market = { marketRootId: 1, marketBranchId: 1 };
    const rest = { previousLink: book.link, nonce, deadline: 1_999n, timeInForce: 0 };
    return { ...market, trader, priceTicks: price, quantityLots: quantity, ...rest, ...change };
  }

  /** What is submitted for an order. @param at where it shall rest */
  public submitted(
    trader: string,
    price: bigint,
    quantity: bigint,
    change: Partial<PackageFields> = {},
    at = 0,
  ): SubmittedOrder {
    const order = tradePackage(this.order(trader, price, quantity, change));
    return { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: at };
  }

  public place(...order: Parameters<Recorded["submitted"]>): void {
    this.note(this.book.createTrade({ timestamp: NOW }, this.submitted(...order), LIMITS));
  }

  /** Orders in one call. */
  public batch(...orders: readonly SubmittedOrder[]): void {
    this.note(this.book.createTrades({ timestamp: NOW }, { orders }, LIMITS));
  }

  /** The trader takes orders out. */
  public cancel(trader: string, ...tradeRootIds: readonly number[]): void {
    const placed = tradeRootIds.map((tradeRootId) => ({ tradeRootId, place: this.book.placeOf(tradeRootId) }));
    this.note(this.book.offset({ caller: trader, timestamp: NOW }, placed));
  }

  /** A new root is signed over the head. */
  public record(draft: MarketRecord): void {
    const isNew = draft.marketRootId === NEW_ROOT;
    const record = isNew ? { ...draft, previousLink: this.book.link } : draft;
    const submitted = { record, signature: "0x", description: isNew ? DESCRIPTION : "" };
    this.note(this.book.createMarket({ caller: OWNER, timestamp: NOW }, submitted));
  }
}

/** Deposits; 1 bids 10, 2 sells it 4 of them; 1 cancels the rest; 3 offers 5 on the other leg. */
export function trading(): Recorded {
  const recorded = new Recorded();
  recorded.place(address(1), 5_500n, 10n);
  recorded.place(address(2), 5_400n, -4n);
  recorded.cancel(address(1), 1);
  recorded.place(address(3), 7_000n, -5n, { marketBranchId: 2 });
  return recorded;
}

const STEPS: readonly Step[] = [
  () => newInterval(between(0, 10)),
  (t) => newBranch(t, 2, between(2, 4)),
  () => newEvent(3),
  (t) => newBounds(t, 2, 2, between(3, 4)),
  (t) => newBounds(t, 3, 2, between(0, 0)),
];

/** Two roots with all that can happen to them, up to the fallback of the first. */
export function markets(): Recorded {
  const recorded = new Recorded({}, []);
  for (const step of STEPS) recorded.record(step(recorded.book.state.markets.table));
  recorded.note(recorded.book.applyFallback({ caller: address(1), timestamp: 6_000n }, 2), 6_000n);
  return recorded;
}

/** The judge: the checkpoint after some events, each call folded from its records. */
export function linkAfter(events: readonly BookEvent<unknown>[]): string {
  const orders = new Map<number, PackageFields>();
  let link = GENESIS;
  let words: string[] = [];
  const promote = (tradeRootId: number, size: bigint, price?: bigint): void => {
    const { quantityLots: quantity, priceTicks: limit } = orders.get(tradeRootId)!;
    const lots = quantity > 0n ? size : -size;
    const offset = { tradeRootId, tradeBranchId: TradeBranch.Offset, price: tick(limit), lots: lot(-lots) };
    words.push(...foldedWords(recordWord(offset)));
    if (price === undefined) return;
    const match = { tradeRootId, tradeBranchId: TradeBranch.Match, price: tick(price), lots: lot(lots) };
    words.push(...foldedWords(recordWord(match)));
  };
  for (const event of events) {
    if (event.kind === "tradeCreated") {
      const { tradeRootId, package: order } = event;
      orders.set(tradeRootId, order);
      const { priceTicks: price, quantityLots: lots } = order;
      words.push(
        ...foldedWords(
          recordWord({ tradeRootId, tradeBranchId: TradeBranch.Primary, price, lots }),
          primaryLink(order),
        ),
      );
    } else if (event.kind === "matched") {
      for (const tradeRootId of [event.makerRootId, event.takerRootId])
        promote(tradeRootId, event.lots, event.priceTicks);
    } else if (event.kind === "offset") promote(event.tradeRootId, event.lots);
    else if (event.kind === "marketRecorded") {
      const { marketRootId, link: marketLink } = event;
      const { marketBranchId } = event.record;
      words.push(...marketWords({ marketRootId, marketBranchId, link: marketLink, outcome: tick(0) }));
    } else if (event.kind === "fallbackApplied") {
      const outcome = tick(event.fallbackOutcome);
      words.push(...marketWords({ marketRootId: event.marketRootId, marketBranchId: 0, link: ZeroHash, outcome }));
    } else if (event.kind === "checkpoint") {
      const { number, mark: before } = countsOf(link);
      const { mark } = countsOf(event.link);
      const counts = { mark, trades: orders.size, number: mark === before ? number : number + 1 };
      link = checkpointLink(foldCall(link, words), counts);
      words = [];
    }
  }
  return link;
}

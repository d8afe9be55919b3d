/** The library's own book under a stream: one order or one cancellation a call, with all checks of the rules. */
import { getAddress, toBeHex, ZeroAddress } from "ethers";

import { reserveShiftOf } from "../../../src/protocol/book/reserve.js";
import { Book } from "../../../src/protocol/book/book.js";
import { type Outside, TRUSTING } from "../../../src/protocol/book/outside.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import type { SubmittedOrder } from "../../../src/protocol/book/intake.js";
import type { BookTerms } from "../../../src/protocol/book/terms.js";
import type { Hashing } from "../../../src/protocol/signing/hashing.js";
import { bookDomain } from "../../../src/protocol/signing/typed-data.js";
import { ticks, tokenWei } from "../../../src/protocol/amounts/units.js";
import { type PlaceStep, type Resting, SCALE, type Step, TRADERS } from "./stream.js";

const NOW = 1_500n;
const DEADLINE = 1_999n;
/** Nobody ever runs out: every order is checked, none is refused. */
const FUNDS = 10n ** 27n;
const LIMITS = { maxMatches: 1_000, maxWalk: Number.MAX_SAFE_INTEGER };

export const BENCH_TERMS: BookTerms = {
  assets: 2,
  basketScale: ticks(BigInt(SCALE)),
  basketTickValue: tokenWei(10n ** 11n),
  t1: 1_000n,
  t2: 2_000n,
  settleLimit: 3_000n,
  marketCreator: ZeroAddress,
  domain: bookDomain(31_337n, getAddress(toBeHex(0xb00, 20))),
  session: getAddress(toBeHex(0x5e5, 20)),
  policy: ZeroAddress,
  chainWindow: 256,
  maxOpenOrders: 255,
  reserveShift: reserveShiftOf(1_000n * 10n ** 18n),
  maxLots: 0n,
};

/**
 * Heads that are counted instead of hashed: what is left is the engine alone. Every check stays, that of the link too, for
 * numbered heads are as different from each other as hashed ones.
 */
export function countingHashing(): Hashing {
  let heads = 0;
  return { primaryLink: () => "0x", digestOf: () => "0x", foldCall: () => toBeHex((heads += 1), 32) };
}

/** Addresses of the stream's traders. */
export type Wallets = readonly string[];

export const PLAIN_WALLETS: Wallets = Array.from({ length: TRADERS }, (_, index) =>
  getAddress(toBeHex(0xa0000 + index, 20)),
);

/** A book of its own with funded traders, that takes a stream's steps. */
export class SessionBook {
  public readonly book: Book;
  public filledLots = 0n;
  readonly #wallets: Wallets;
  readonly #nonces: bigint[] = [];

  readonly #onEvent: ((event: BookEvent) => void) | undefined;

  /** @param onEvent sees every event of the book, in order */
  public constructor(
    hashing: Hashing,
    wallets: Wallets = PLAIN_WALLETS,
    outside: Outside = TRUSTING,
    onEvent?: (event: BookEvent) => void,
  ) {
    this.#onEvent = onEvent;
    this.book = new Book(BENCH_TERMS, outside, hashing);
    this.#wallets = wallets;
    for (const wallet of wallets) {
      this.#see(this.book.deposit({ caller: wallet, timestamp: NOW }, wallet, FUNDS).events);
    }
  }

  /** What a stream is drawn against. Numbers of orders are those of the chain, as nothing is ever refused. */
  public resting(): Resting {
    const { queues } = this.book.state;
    const market = queues.of({ marketRootId: 1, marketBranchId: 1 });
    const priceOf = (price: bigint | undefined): number | undefined =>
      price === undefined ? undefined : Number(price);
    return {
      best: () => ({ bid: priceOf(market.bids.best?.price), ask: priceOf(market.asks.best?.price) }),
      has: (id) => queues.find(id) !== undefined,
    };
  }

  public take(step: Step): void {
    if (step.kind === "place") this.submit(this.orderOf(step));
    else {
      const caller = this.#wallets[step.trader] ?? ZeroAddress;
      this.#see(this.book.offset({ caller, timestamp: NOW }, [{ tradeRootId: step.id, place: step.id }]).events);
    }
  }

  /** The order as its trader would sign it now. */
  public orderOf({ trader, bid, price, lots }: PlaceStep): SubmittedOrder {
    const nonce = this.#nonces[trader] ?? 0n;
    this.#nonces[trader] = nonce + 1n;
    return {
      package: {
        marketRootId: 1,
        marketBranchId: 1,
        trader: this.#wallets[trader] ?? ZeroAddress,
        priceTicks: BigInt(price),
        quantityLots: BigInt(bid ? lots : -lots),
        previousLink: this.book.link,
        nonce,
        deadline: DEADLINE,
        timeInForce: 0,
      },
      signature: `0x${"5a".repeat(64)}`,
      insertAfter: 0,
      place: 0,
    };
  }

  public submit(order: SubmittedOrder): void {
    const { events } = this.book.createTrade({ timestamp: NOW }, order, LIMITS);
    for (const event of events) if (event.kind === "matched") this.filledLots += event.lots;
    this.#see(events);
  }

  #see(events: readonly BookEvent[]): void {
    if (this.#onEvent !== undefined) events.forEach(this.#onEvent);
  }
}

/** Cancellations and orders in one call. */
import { expect } from "chai";

import type { Batch, BroughtCancellation } from "../../../src/protocol/book/batches.js";
import { Book } from "../../../src/protocol/book/book.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import type { SubmittedOrder } from "../../../src/protocol/book/intake.js";
import type { Placed } from "../../../src/protocol/book/orders.js";
import { type Approval, TRUSTING } from "../../../src/protocol/book/outside.js";
import { isRefusal, type Refusal } from "../../../src/protocol/market/refusal.js";
import { tradePackage } from "../../../src/protocol/signing/package.js";
import type { TradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import { address, LOT, NOW, TERMS } from "../logged.js";

const [ALICE, BOB, WALLET, NOBODY] = [address(1), address(2), address(3), address(9)];
const LIMITS = { maxMatches: 9, maxWalk: 9 };
const GOOD = `0x${"5a".repeat(64)}`;
const BAD = `0x${"00".repeat(64)}`;
const AT = { timestamp: NOW };

/** Whoever is asked for a signature. */
const signedBy = (signer: string, _: string, signature: string): Approval | undefined =>
  signature === BAD ? undefined : signer === WALLET ? "wallet" : "key";

function open(): Book {
  const book = new Book(TERMS, { ...TRUSTING, signedBy });
  for (const trader of [ALICE, BOB, WALLET]) book.deposit({ caller: trader, ...AT }, trader, 100n * LOT);
  return book;
}

function order(book: Book, trader: string, nonce: bigint, signature = GOOD, previousLink = book.link): SubmittedOrder {
  const market = { marketRootId: 1, marketBranchId: 1, priceTicks: 4_000n, quantityLots: 1n };
  const fields = { ...market, trader, previousLink, nonce, deadline: 1_999n, timeInForce: 0 };
  return { package: tradePackage(fields), signature, insertAfter: 0, place: 0 };
}

/** About orders of Alice, from place 1. */
function cancellation(change: Partial<TradesCancellation> = {}, signature = GOOD, places = [1]): BroughtCancellation {
  const all = { trader: ALICE, fromTradeRootId: 1, toTradeRootId: 1, nonceFloor: 0n, deadline: 1_999n };
  return { cancellation: { ...all, ...change }, signature, places };
}

function run(book: Book, batch: Batch): { readonly result: readonly Placed[]; readonly events: readonly BookEvent[] } {
  return book.createTrades(AT, batch, LIMITS);
}

/** Kinds, and why something was left out. */
const kindsOf = (events: readonly BookEvent[]): string[] =>
  events.map((event) => ("refusal" in event ? `${event.kind}: ${event.refusal.code}` : event.kind));

function refusalOf(call: () => unknown): Pick<Refusal, "code" | "values"> {
  try {
    call();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { code: error.code, values: error.values };
  }
  throw new Error("nothing was refused");
}

describe("A batch", () => {
  describe("of orders", () => {
    it("skips what is bad, by trader and nonce, and gives number and place of the rest", () => {
      const book = open();
      const { result, events } = run(book, { orders: [order(book, ALICE, 0n, BAD), order(book, BOB, 7n)] });
      expect(result).to.deep.equal([
        { tradeRootId: 0, place: 0 },
        { tradeRootId: 1, place: 1 },
      ]);
      expect(kindsOf(events)).to.deep.equal(["skipped: Book_SignatureInvalid", "tradeCreated", "checkpoint"]);
      expect(events[0]).to.deep.include({ index: 0, trader: ALICE, nonce: 0n });
    });

    it("asks of an order the one that is said to have signed it", () => {
      const book = open();
      const orders = [order(book, ALICE, 0n), order(book, WALLET, 0n), order(book, WALLET, 1n)];
      const { events } = run(book, { orders: orders.map((one, index) => ({ ...one, byWallet: index < 2 })) });
      expect(kindsOf(events)).to.deep.equal([
        ...["skipped: Book_SignatureInvalid", "tradeCreated", "tradeApproved"],
        ...["skipped: Book_SignatureInvalid", "checkpoint"],
      ]);
    });

    it("asks eight wallets at most", () => {
      const book = open();
      const orders = Array.from({ length: 9 }, (_, nonce) => ({
        ...order(book, WALLET, BigInt(nonce)),
        signature: "0x12", // of no key's form
      }));
      expect(refusalOf(() => run(book, { orders }))).to.deep.equal({
        code: "Book_TooManyWallets",
        values: { wallets: 9n, limit: 8n },
      });
      expect(run(book, { orders: orders.slice(1) }).events[0]?.kind).to.equal("tradeCreated");
    });

    it("reads of a link the newest checkpoint whose number ends like it", () => {
      const book = open();
      const old = book.link;
      for (let nonce = 0n; nonce < 3n; nonce += 1n) book.createTrade(AT, order(book, ALICE, nonce), LIMITS);
      const { events } = run(book, { orders: [order(book, BOB, 0n, GOOD, old)] });
      expect(kindsOf(events), "no other link ends like that yet").to.deep.equal(["skipped: Book_StaleLink"]);
      const beyond = `0x${"12".repeat(28)}00000010`; // number 16, which there is not
      expect(kindsOf(run(book, { orders: [order(book, BOB, 0n, GOOD, beyond)] }).events)).to.deep.equal([
        "skipped: Book_StaleLink",
      ]);
      const forged = `0x${"12".repeat(28)}00000103`; // number 259, read as the newest, 3: the order is over that then
      const made = run(book, { orders: [order(book, BOB, 0n, GOOD, forged)] }).events[0];
      expect(made?.kind === "tradeCreated" && made.package.previousLink).to.equal(book.checkpointAt(3n));
    });

    it("refuses everything with the first refusal if it is strict", () => {
      const book = open();
      const orders = [order(book, BOB, 0n), order(book, ALICE, 0n, BAD)];
      expect(refusalOf(() => run(book, { orders, strict: true }))).to.deep.equal({
        code: "Book_PackageRefused",
        values: { index: 1n, reason: "Book_SignatureInvalid" },
      });
      expect(book.chainState().trades).to.equal(0);
      expect(run(book, { orders: [order(book, BOB, 0n)], strict: true }).result).to.have.lengthOf(1);
    });
  });

  describe("of cancellations", () => {
    let book: Book;
    beforeEach(() => {
      book = open();
      book.createTrade(AT, order(book, ALICE, 0n), LIMITS);
    });

    it("brings them before its orders, which find what they have left", () => {
      const replacing = { ...order(book, ALICE, 1n), place: 1 };
      const { result, events } = run(book, { cancellations: [cancellation()], orders: [replacing] });
      expect(kindsOf(events)).to.deep.equal([
        ...["tradesCancelled", "offset", "tradeCreated", "tradePlaced", "checkpoint"],
      ]);
      expect(result).to.deep.equal([{ tradeRootId: 2, place: 1 }]);
    });

    it("leaves orders alone that are not meant, as cancelTrades does", () => {
      book.createTrade(AT, order(book, BOB, 0n), LIMITS);
      const { events } = run(book, { cancellations: [cancellation({}, GOOD, [2, 1, 1, 77])], orders: [] });
      expect(kindsOf(events)).to.deep.equal([
        ...["tradesCancelled", "offsetSkipped: Book_OrderNotMeant", "offset"],
        ...["offsetSkipped: Book_OrderUnknown", "offsetSkipped: Book_OrderUnknown", "checkpoint"],
      ]);
      const skipped = events.flatMap((event) => (event.kind === "offsetSkipped" ? [event.tradeRootId] : []));
      expect(skipped, "of a dead place the last order, of a fresh one none").to.deep.equal([2, 1, 0]);
    });

    it("raises a floor without any order, which folds nothing", () => {
      const { events } = run(book, { cancellations: [cancellation({ nonceFloor: 5n }, GOOD, [])], orders: [] });
      expect(kindsOf(events)).to.deep.equal(["tradesCancelled"]);
      expect(book.noncesOf(ALICE).nonceFloor).to.equal(5n);
    });

    for (const [code, void_] of [
      ["Book_DeadlineExpired", cancellation({ deadline: NOW - 1n })],
      ["Book_TraderUnknown", cancellation({ trader: NOBODY })],
      ["Book_CancellationVoid", cancellation({ toTradeRootId: 2, nonceFloor: 0n })],
      ["Book_NonceTooFar", cancellation({ nonceFloor: 2n ** 24n })],
      ["Book_SignatureInvalid", cancellation({}, BAD)],
      ["Book_SignatureInvalid", cancellation({ trader: WALLET })],
      ["Book_OrderNotMeant", cancellation({ fromTradeRootId: 2, toTradeRootId: 1 })],
      ["Book_OrderNotMeant", cancellation({}, GOOD, [])],
    ] as const) {
      it(`goes on without one that is void, unless it is strict (${code})`, () => {
        const batch = { cancellations: [void_], orders: [order(book, BOB, 0n)] };
        expect(refusalOf(() => run(book, { ...batch, strict: true }))).to.deep.equal({
          code: "Book_CancellationRefused",
          values: { index: 0n, reason: code },
        });
        const { events } = run(book, batch);
        expect(kindsOf(events)).to.deep.equal([`cancellationSkipped: ${code}`, "tradeCreated", "checkpoint"]);
        expect(events[0]).to.deep.include({ trader: void_.cancellation.trader });
      });
    }
  });
});

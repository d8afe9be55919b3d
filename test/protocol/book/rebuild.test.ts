/** From logs back to the book, by hand; random histories are in trials/differential. */
import { expect } from "chai";

import { Book } from "../../../src/protocol/book/book.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { BookReplay, rebuildBook } from "../../../src/protocol/book/rebuild.js";
import { checkpointLink } from "../../../src/protocol/book/checkpoint.js";
import { foldCall, foldedWords, recordWord, TradeBranch } from "../../../src/protocol/book/record-words.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import papers from "../../vectors/paper-examples.json" with { type: "json" };
import { address, GENESIS, linkAfter, LOT, markets, NOW, Recorded, TERMS, trading } from "../logged.js";
import { lot, tick, wei } from "../support.js";

describe("A book rebuilt from its logs", () => {
  it("has the genesis link for its head if there are none", () => {
    const book = rebuildBook(TERMS, []);
    expect(book.chainState()).to.deep.equal({ link: GENESIS, checkpoints: 0n, trades: 0 });
  });

  for (const [what, history] of [
    ["orders", trading],
    ["markets", markets],
  ] as const) {
    it(`has, after every prefix of a history of ${what}, the checkpoint that its calls fold into`, () => {
      const { book, logged } = history();
      const rebuilt = new Book(TERMS, TRUSTING);
      const replay = new BookReplay(rebuilt);
      logged.forEach((one, index) => {
        replay.feed(one);
        expect(rebuilt.link).to.equal(linkAfter(logged.slice(0, index + 1).map(({ event }) => event)));
      });
      expect(rebuilt.chainState()).to.deep.equal(book.chainState());
      expect(book.chainState().checkpoints).to.be.greaterThan(3n);
    });
  }

  it("has what is left of each order, and the accounts", () => {
    const { book, logged } = trading();
    const rebuilt = rebuildBook(TERMS, logged);
    expect([1, 2, 3].map((tradeRootId) => rebuilt.orderAt(tradeRootId)?.lots)).to.deep.equal([
      undefined,
      undefined,
      -5n,
    ]);
    for (const traderId of [1, 2, 3]) {
      expect(rebuilt.accountOf(address(traderId))).to.deep.equal(book.accountOf(address(traderId)));
    }
    // Of the last leg, which the bought lots of the other one say nothing about.
    expect(rebuilt.accountOf(address(1)).claim).to.equal(1_000n * LOT - (4n * 55n * LOT) / 100n);
  });

  it("has the very market table that the records led to", () => {
    const { book, logged } = markets();
    const { table } = rebuildBook(TERMS, logged).state.markets;
    expect(table).to.deep.equal(book.state.markets.table);
    expect(table.roots.get(2)).to.deep.include({ settled: true });
  });

  it("does not mind what a batch went on without, whatever the reason is written as", () => {
    const { book, logged } = trading();
    const at = logged.findIndex(({ event }) => event.kind === "matched") + 1;
    const trader = address(3);
    const skipped = [
      { kind: "skipped", index: 1, trader, nonce: 7n, refusal: "a reason" },
      { kind: "cancellationSkipped", trader, refusal: "another" },
      { kind: "offsetSkipped", tradeRootId: 9, refusal: 0x1234n },
    ] as const;
    const withSkipped = logged.toSpliced(at, 0, ...skipped.map((event) => ({ event, timestamp: NOW })));
    expect(rebuildBook(TERMS, withSkipped).link).to.equal(book.link);
  });

  it("is in the middle of a call until its checkpoint has come", () => {
    const { logged } = trading();
    const replay = new BookReplay(new Book(TERMS, TRUSTING));
    for (const one of logged) {
      replay.feed(one);
      const isOfTrades = ["tradeCreated", "matched", "offset"].includes(one.event.kind);
      expect(replay.isMidCall, one.event.kind).to.equal(isOfTrades);
    }
  });

  describe("from the papers' sequences", () => {
    for (const { source, ...example } of papers.sequences) {
      it(source, () => {
        const recorded = new Recorded({ basketScale: tick(10), basketTickValue: wei(LOT) });
        example.traderIds.forEach((traderId, index) => {
          recorded.place(address(traderId), BigInt(example.prices[index]!), BigInt(example.quantities[index]!));
        });
        const { book, logged } = recorded;
        const rebuilt = rebuildBook(book.state.terms, logged);

        // The judge folds the papers' own list of trades, 1.1, 2.1, 1.2 and so on: an order and what it brings is a call.
        const orders = logged.flatMap(({ event }) => (event.kind === "tradeCreated" ? [event.package] : []));
        const calls: string[][] = [];
        for (const trade of example.book) {
          const [tradeRootId, branch] = trade.split(".").map(Number) as [number, TradeBranch];
          const order = orders[tradeRootId - 1]!;
          const price = branch === TradeBranch.Match ? tick(example.fillPrices[0]!) : order.priceTicks;
          const lots = branch === TradeBranch.Offset ? lot(0n - order.quantityLots) : order.quantityLots;
          const word = recordWord({ tradeRootId, tradeBranchId: branch, price, lots });
          if (branch === TradeBranch.Primary) calls.push(foldedWords(word, primaryLink(order)));
          else calls.at(-1)?.push(...foldedWords(word));
        }
        const expected = calls.reduce((before, words, index) => {
          const number = index + 1; // of the order, the block and the checkpoint
          return checkpointLink(foldCall(before, words), { mark: BigInt(number), trades: number, number });
        }, GENESIS);
        expect(rebuilt.link).to.equal(expected);
        const open = [...rebuilt.state.queues.orders()].map(({ tradeRootId }) => String(tradeRootId));
        expect(open).to.deep.equal(example.open);
      });
    }
  });
});

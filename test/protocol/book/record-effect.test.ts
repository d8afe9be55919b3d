/** What a record would do, found by playing it, against what it then does. A tick of a lot of rain is worth 10^14 wei. */
import { expect } from "chai";
import { getAddress } from "ethers";

import { Book } from "../../../src/protocol/book/book.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { slackOf } from "../../../src/protocol/book/projections.js";
import { effectOfFallback, effectOfRecord, type RecordEffect } from "../../../src/protocol/book/record-effect.js";
import { boundsRecord, branchRecord, eventRecord, intervalRecord } from "../../../src/protocol/market/market-drafts.js";
import type { Bounds } from "../../../src/protocol/market/bounds.js";
import { Refusal } from "../../../src/protocol/market/refusal.js";
import type { MarketRecord } from "../../../src/protocol/signing/market-record.js";
import { between } from "../markets.js";
import { bookTerms } from "../book-terms.js";
import { tick } from "../support.js";

const [ALICE, BOB, CAROL] = ["a1", "b0", "ca"].map((byte) => getAddress(`0x${byte.repeat(20)}`)) as [
  string,
  string,
  string,
];
const NOW = { caller: ALICE, timestamp: 1_500n };
const TICK_VALUE = 10n ** 14n;
const [RAIN, EVENT] = [2, 3];

function taken(book: Book, record: MarketRecord, description = ""): void {
  book.createMarket(NOW, { record, signature: "0x", description });
}

/** Alice, who owns both, bought 4 lots of rain at 20 from Bob; Carol bids for 2 of the strip [30, 50] and for outcome 1. */
function open(): Book {
  const book = new Book(bookTerms(), TRUSTING);
  for (const trader of [ALICE, BOB, CAROL]) book.deposit({ ...NOW, caller: trader }, trader, 10n ** 18n);
  const root = { tickValue: TICK_VALUE, closesAt: 1_700n, settleBy: 1_800n, description: "rain" };
  const place = { owner: ALICE, previousLink: book.link };
  taken(book, intervalRecord(place, { ...root, bounds: between(0, 50), fallbackOutcome: tick(10) }), "rain");
  taken(
    book,
    eventRecord({ ...place, previousLink: book.link }, { ...root, outcomes: 3, scale: tick(100), fallbackOutcome: 3 }),
    "rain",
  );
  taken(book, branchRecord(at(book, RAIN), { marketBranchId: 2, parentBranchId: 1, strikes: between(30, 50) }));
  order(book, BOB, RAIN, 1, 20n, -4n);
  order(book, ALICE, RAIN, 1, 20n, 4n);
  order(book, CAROL, RAIN, 2, 35n, 2n);
  order(book, CAROL, EVENT, 1, 40n, 1n);
  return book;
}

function order(
  book: Book,
  trader: string,
  root: number,
  branch: number,
  priceTicks: bigint,
  quantityLots: bigint,
): void {
  const nonce = book.state.traders.registered(trader).nonces.floor;
  const rest = { previousLink: book.link, nonce, deadline: 1_999n, timeInForce: 0 };
  const fields = { marketRootId: root, marketBranchId: branch, trader, priceTicks, quantityLots, ...rest };
  const submitted = { package: fields, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 };
  book.createTrade(NOW, submitted, { maxMatches: 9, maxWalk: 99 });
}

const at = (book: Book, marketRootId: number) => ({
  owner: ALICE,
  marketRootId,
  previousLink: book.rootOf(marketRootId).tip,
});
const bounded = (book: Book, root: number, branch: number, bounds: Bounds): MarketRecord =>
  boundsRecord(at(book, root), branch, bounds);
const effect = (book: Book, record: MarketRecord): RecordEffect =>
  effectOfRecord(book, NOW, { record, signature: "0x", description: "" });
const freedOf = ({ freed }: RecordEffect): [string, bigint][] =>
  freed.map(({ trader, freedWei }) => [trader, freedWei]);

describe("what a record would do", function () {
  it("is the bounds that change, and the collateral that it frees of everybody", function () {
    const book = open();
    const found = effect(book, bounded(book, RAIN, 1, between(10, 28)));
    expect(found.settles).to.equal(false);
    expect(found.changes).to.deep.equal([
      { marketRootId: 2, marketBranchId: 1, before: between(0, 50), after: between(10, 28) },
      { marketRootId: 2, marketBranchId: 2, before: between(30, 50), after: between(30, 30) },
    ]);
    // Alice's 4 lots pay 10 at least instead of 0, Bob's cost 28 at most instead of 50.
    expect(freedOf(found)).to.deep.equal([
      [ALICE, 40n * TICK_VALUE],
      [BOB, 88n * TICK_VALUE],
    ]);
  });

  it("is the markets that it determines, and the orders in them", function () {
    const book = open();
    const { determined, takenOut } = effect(book, bounded(book, RAIN, 1, between(10, 28)));
    expect(determined).to.deep.equal([{ marketRootId: 2, marketBranchId: 2, paysTicks: 30n }]);
    expect(takenOut).to.deep.equal([
      { tradeRootId: 3, trader: CAROL, marketRootId: 2, marketBranchId: 2, priceTicks: 35n, lots: 2n },
    ]);
  });

  it("is settlement, when bounds beyond today's are said", function () {
    const book = open();
    taken(book, bounded(book, RAIN, 1, between(13, 16)));
    const found = effect(book, bounded(book, RAIN, 1, between(19, 20)));
    expect(found.settles).to.equal(true);
    expect(found.determined).to.deep.equal([{ marketRootId: 2, marketBranchId: 1, paysTicks: 16n }]);
    expect(freedOf(found), "by this record alone, from 13 to 16").to.deep.equal([[ALICE, 12n * TICK_VALUE]]);
  });

  it("is the outcomes of an event that are struck out, and the last one that is left", function () {
    const book = open();
    const first = effect(book, bounded(book, EVENT, 1, between(0, 0)));
    expect(first.determined).to.deep.equal([{ marketRootId: 3, marketBranchId: 1, paysTicks: 0n }]);
    expect(first.takenOut.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([4]);
    taken(book, bounded(book, EVENT, 2, between(0, 0)));
    const last = effect(book, bounded(book, EVENT, 1, between(0, 0)));
    expect([last.settles, last.determined.at(-1)?.paysTicks]).to.deep.equal([true, 100n]);
  });

  it("is a market that is new", function () {
    const book = open();
    const record = branchRecord(at(book, RAIN), { marketBranchId: 3, parentBranchId: 1, strikes: between(5, 9) });
    const { changes, freed } = effect(book, record);
    expect(changes).to.deep.equal([{ marketRootId: 2, marketBranchId: 3, before: undefined, after: between(5, 9) }]);
    expect(freed).to.deep.equal([]);
  });

  it("is the fallback's outcome, from settleBy on", function () {
    const book = open();
    const found = effectOfFallback(book, { ...NOW, timestamp: 1_800n }, RAIN);
    expect([found.settles, found.determined[0]?.paysTicks]).to.deep.equal([true, 10n]);
    expect(() => effectOfFallback(book, NOW, RAIN)).to.throw(Refusal, "Book_FallbackTooEarly");
  });

  it("has not happened: the book is as it was, and then does just that", function () {
    const book = open();
    const [link, root] = [book.link, book.state.markets.find(RAIN)];
    const before = [...book.state.traders.all()].map(({ traderId }) => slackOf(book.state, traderId));
    const record = bounded(book, RAIN, 1, between(44, 44));
    const found = effect(book, record);
    expect([book.link, book.state.markets.find(RAIN)]).to.deep.equal([link, root]);
    expect([...book.state.traders.all()].map(({ traderId }) => slackOf(book.state, traderId))).to.deep.equal(before);
    taken(book, record);
    book.realise(RAIN, [ALICE, BOB]);
    const freed = [...book.state.traders.all()].map(({ traderId }, k) => slackOf(book.state, traderId) - before[k]!);
    expect(freed).to.deep.equal([176n * TICK_VALUE, 24n * TICK_VALUE, 0n]);
    expect(freedOf(found)).to.deep.equal([
      [ALICE, 176n * TICK_VALUE],
      [BOB, 24n * TICK_VALUE],
    ]);
  });

  it("is what the book would refuse, and then nothing has changed either", function () {
    const book = open();
    const { link } = book;
    const foreign = { ...bounded(book, RAIN, 1, between(1, 2)), owner: BOB };
    const submitted = { record: foreign, signature: "0x", description: "" };
    expect(() => effectOfRecord(book, { ...NOW, caller: BOB }, submitted)).to.throw(Refusal, "Book_NotMarketOwner");
    expect(book.link).to.equal(link);
  });
});

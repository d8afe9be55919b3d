/** A few histories by hand; the many are in trials/differential. Two assets, scale 10 000, one lot is worth 10^15 wei. */
import { expect } from "chai";
import { getAddress } from "ethers";

import { Book } from "../../../src/protocol/book/book.js";
import type { SubmittedOrder } from "../../../src/protocol/book/intake.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { Refusal } from "../../../src/protocol/market/refusal.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { bookTerms } from "../book-terms.js";

const [ALICE, BOB, CAROL] = ["a1", "b0", "ca"].map((byte) => getAddress(`0x${byte.repeat(20)}`)) as [
  string,
  string,
  string,
];
const NOW = { caller: ALICE, timestamp: 1_500n };
const LIMITS = { maxMatches: 10, maxWalk: 10 };
const LOT = 10n ** 15n;

function open(funds: bigint): Book {
  const book = new Book(bookTerms({ chainWindow: 2, maxOpenOrders: 3 }), TRUSTING);
  for (const trader of [ALICE, BOB, CAROL]) book.deposit(NOW, trader, funds * LOT);
  return book;
}

interface Draft {
  readonly price: bigint;
  readonly lots: bigint;
  readonly timeInForce?: number;
  readonly deadline?: bigint;
}

function order(book: Book, trader: string, { price, lots, timeInForce = 0, deadline = 1_999n }: Draft): SubmittedOrder {
  const nonce = book.state.traders.registered(trader).nonces.floor;
  const market = { marketRootId: 1, marketBranchId: 1 };
  const rest = { previousLink: book.link, nonce, deadline, timeInForce };
  return {
    package: { ...market, trader, priceTicks: price, quantityLots: lots, ...rest },
    signature: `0x${"5a".repeat(64)}`,
    insertAfter: 0,
    place: 0,
  };
}

function place(book: Book, trader: string, draft: Draft): readonly string[] {
  return book.createTrade(NOW, order(book, trader, draft), LIMITS).events.map(({ kind }) => kind);
}

const cashOf = (book: Book, traderId: number): bigint => book.state.margin.accountOf(traderId).cash;
const picture = ({ state }: Book): unknown => [
  state.chain.state,
  [...state.traders.all()],
  state.pool.held(0),
  state.queues.size,
  ...[...state.traders.all()].map(({ traderId }) => [
    state.margin.accountOf(traderId),
    [...state.margin.positionsOf(traderId)],
  ]),
];

function refusalOf(call: () => unknown): Refusal {
  try {
    call();
  } catch (error) {
    expect(error).to.be.instanceOf(Refusal);
    return error as Refusal; // as just expected
  }
  throw new Error("nothing was refused");
}

describe("Book", () => {
  it("matches at the price of whoever was there first", () => {
    const book = open(100n);
    expect(place(book, ALICE, { price: 6_000n, lots: 10n })).to.deep.equal(["tradeCreated", "checkpoint"]);
    expect(place(book, BOB, { price: 5_500n, lots: -4n })).to.deep.equal(["tradeCreated", "matched", "checkpoint"]);
    // 4 lots at 0.6: 2.4 lots' worth.
    expect(cashOf(book, 1)).to.equal((1_000n * LOT - 24n * LOT) / 10n);
    expect(cashOf(book, 2)).to.equal((1_000n * LOT + 24n * LOT) / 10n);
    expect(book.state.margin.accountOf(2).worst).to.equal(-4n * LOT);
    expect([...book.state.queues.orders()].map(({ lots }) => lots)).to.deep.equal([6n]);
  });

  it("changes nothing when it refuses", () => {
    const book = open(1n);
    place(book, BOB, { price: 5_000n, lots: -1n });
    const before = picture(book);
    const refusal = refusalOf(() => place(book, ALICE, { price: 6_000n, lots: 10n }));
    expect(refusal.code).to.equal("Book_Uncovered");
    expect(refusal.values).to.deep.equal({ trader: ALICE, shortfall: 5n * LOT, bindingOutcome: 2n });
    expect(picture(book)).to.deep.equal(before);
  });

  it("undoes everything that a killed order did", () => {
    const book = open(100n);
    place(book, ALICE, { price: 6_000n, lots: 3n });
    const before = picture(book);
    const { code, values } = refusalOf(() =>
      place(book, BOB, { price: 6_000n, lots: -5n, timeInForce: TimeInForce.FillOrKill }),
    );
    expect([code, values]).to.deep.equal(["Book_FillOrKillUnfilled", { wanted: 5n, filled: 3n }]);
    expect(picture(book)).to.deep.equal(before);
    // Its number and nonce too: the next order takes them.
    expect(book.createTrade(NOW, order(book, BOB, { price: 6_000n, lots: -3n }), LIMITS).result).to.deep.equal({
      tradeRootId: 2,
      place: 0,
    });
  });

  it("evicts an order whose trader spent the collateral elsewhere", () => {
    const book = open(6n);
    place(book, ALICE, { price: 6_000n, lots: 10n });
    place(book, ALICE, { price: 5_900n, lots: 10n });
    expect(book.createTrade(NOW, order(book, BOB, { price: 5_000n, lots: -10n }), LIMITS).events[1]!.kind).to.equal(
      "matched",
    );
    const { events } = book.createTrade(NOW, order(book, CAROL, { price: 5_000n, lots: -10n }), LIMITS);
    expect(events.map(({ kind }) => kind)).to.deep.equal(["tradeCreated", "offset", "checkpoint"]);
    expect(events[1]).to.deep.include({ tradeRootId: 2, lots: 10n, reason: "uncovered" });
  });

  it("finishes a market that an earlier call left crossed, first", () => {
    const book = open(100n);
    for (const lots of [1n, 2n]) place(book, ALICE, { price: 5_000n, lots });
    book.createTrade(NOW, order(book, BOB, { price: 5_000n, lots: -3n }), { ...LIMITS, maxMatches: 1 });
    expect(book.state.queues.of({ marketRootId: 1, marketBranchId: 1 }).isCrossed()).to.equal(true);
    const { events } = book.createTrade(NOW, order(book, CAROL, { price: 4_000n, lots: 1n }), LIMITS);
    expect(events.map(({ kind }) => kind)).to.deep.equal(["matched", "tradeCreated", "checkpoint"]);
  });

  it("fills a resting order in its last second, and takes it out in the next", () => {
    for (const [timestamp, kind] of [
      [1_600n, "matched"],
      [1_601n, "offset"],
    ] as const) {
      const book = open(100n);
      place(book, ALICE, { price: 5_000n, lots: 1n, deadline: 1_600n });
      const { events } = book.createTrade({ timestamp }, order(book, BOB, { price: 5_000n, lots: -1n }), LIMITS);
      expect(events[1]!.kind).to.equal(kind);
    }
  });

  it("skips what is bad in a batch, and says why", () => {
    const book = open(100n);
    const good = order(book, ALICE, { price: 5_000n, lots: 1n });
    const { result, events } = book.createTrades(NOW, { orders: [good, good] }, LIMITS);
    expect(result).to.deep.equal([
      { tradeRootId: 1, place: 1 },
      { tradeRootId: 0, place: 0 },
    ]);
    const skipped = events.find((event) => event.kind === "skipped")!;
    expect(skipped.refusal.code).to.equal("Book_NonceUsed");
  });

  it("pays the whole claim from t2 on", () => {
    const book = open(10n);
    place(book, ALICE, { price: 5_000n, lots: 4n });
    place(book, BOB, { price: 5_000n, lots: -4n });
    const late = { caller: ALICE, timestamp: 2_000n };
    expect(book.exit(late, ALICE, false).result).to.deep.equal([12n * LOT, 8n * LOT]);
    expect([0, 1, 2].map((leg) => book.state.pool.held(leg))).to.deep.equal([18n * LOT, 0n, 4n * LOT]);
    expect(refusalOf(() => book.exit(late, ALICE, false)).code).to.equal("Book_NothingToExit");
  });

  it("takes links of the last checkpoints only", () => {
    const book = open(100n);
    const early = order(book, ALICE, { price: 5_000n, lots: 1n });
    for (const price of [4_000n, 4_100n]) place(book, BOB, { price, lots: 1n });
    const { code, values } = refusalOf(() => book.createTrade(NOW, early, LIMITS));
    expect([code, values]).to.deep.equal(["Book_StaleLink", { given: early.package.previousLink, current: book.link }]);
  });
});

/** What can be asked of a book, by hand; that the contract says the same is for trials/differential. One lot is worth 10^15 wei. */
import { expect } from "chai";
import { getAddress, ZeroHash } from "ethers";

import { reserveShiftOf } from "../../../src/protocol/book/reserve.js";
import { Book } from "../../../src/protocol/book/book.js";
import { genesisLink } from "../../../src/protocol/book/checkpoint.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { isRefusal } from "../../../src/protocol/market/refusal.js";
import { boundsRecord, intervalRecord } from "../../../src/protocol/market/market-drafts.js";
import { domainSeparator, packageDigest, tradeLinks } from "../../../src/protocol/signing/typed-data.js";
import { tradePackage } from "../../../src/protocol/signing/package.js";
import { BOOK_DOMAIN, bookTerms } from "../book-terms.js";
import { tick } from "../support.js";

const [ALICE, BOB, NOBODY] = ["a1", "b0", "99"].map((byte) => getAddress(`0x${byte.repeat(20)}`)) as [
  string,
  string,
  string,
];
const NOW = { caller: ALICE, timestamp: 1_500n };
const LOT = 10n ** 15n;
const LEG_1 = { marketRootId: 1, marketBranchId: 1 };
const RAIN = { marketRootId: 2, marketBranchId: 1 };

/** Two traders with 100 lots' worth of cash, a market of 0 to 50 ticks at 10^14 wei, and a trade in it: Alice has 8 lots at 20. */
function open(): Book {
  const book = new Book(
    bookTerms({ chainWindow: 2, maxOpenOrders: 9, reserveShift: reserveShiftOf(10n ** 18n) }),
    TRUSTING,
  );
  for (const trader of [ALICE, BOB]) book.deposit(NOW, trader, 100n * LOT);
  const record = intervalRecord(
    { owner: ALICE, previousLink: book.link },
    {
      bounds: { lower: tick(0), upper: tick(50) },
      fallbackOutcome: tick(10),
      tickValue: 10n ** 14n,
      closesAt: 1_900n,
      settleBy: 1_950n,
      description: "rain",
    },
  );
  book.createMarket(NOW, { record, signature: "0x", description: "rain" });
  place(book, BOB, RAIN, 20n, -10n);
  place(book, ALICE, RAIN, 25n, 8n);
  return book;
}

function place(book: Book, trader: string, market: typeof LEG_1, price: bigint, quantity: bigint): void {
  const fields = { ...market, trader, priceTicks: price, quantityLots: quantity, deadline: 1_999n, timeInForce: 0 };
  const order = { ...fields, previousLink: book.link, nonce: book.noncesOf(trader).nonceFloor };
  book.createTrade(
    NOW,
    { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 },
    { maxMatches: 9, maxWalk: 9 },
  );
}

function refusalOf(ask: () => unknown): unknown {
  try {
    ask();
  } catch (error) {
    if (isRefusal(error)) return { code: error.code, ...error.values };
    throw error;
  }
  return undefined;
}

describe("Views of a book", () => {
  let book: Book;
  beforeEach(() => {
    book = open();
  });

  it("tell the chain", () => {
    expect(book.chainState()).to.deep.equal({ link: book.link, checkpoints: 3n, trades: 2 });
    expect(book.checkpointAt(0n)).to.equal(genesisLink(domainSeparator(BOOK_DOMAIN)));
    expect(book.checkpointAt(3n)).to.equal(book.link);
    expect(book.checkpointAt(4n)).to.equal(ZeroHash);
    expect(book.linkToSign(4n), "the newest, of the block before").to.equal(book.link);
    expect(book.linkToSign(3n), "as long as its block goes on").to.equal(book.checkpointAt(2n));
    const order = tradePackage({
      ...LEG_1,
      trader: BOB,
      priceTicks: 1n,
      quantityLots: 1n,
      previousLink: book.link,
      nonce: 0n,
      deadline: 1_999n,
      timeInForce: 0,
    });
    const { primary, offset, match } = tradeLinks(order);
    const links = { primaryLink: primary, offsetLink: offset, matchLink: match };
    expect(book.linksOf(order)).to.deep.equal({ ...links, digest: packageDigest(BOOK_DOMAIN, order) });
  });

  it("tell a trader's account, however the address is written", () => {
    // 8 lots at 20 ticks of 10^14 wei: 16 lots' worth paid, and nothing sure to come back.
    const account = { claim: 84n * LOT, worst: 0n, openOrders: 0, reserved: 0n };
    expect(book.accountOf(ALICE)).to.deep.equal(account);
    expect(book.accountOf(ALICE.toLowerCase())).to.deep.equal(account);
    // Bob has 116 and owes 8 · 50 at worst. His order, when it came, might have needed 10 · (50 - 20): that stays until none is left, in
    // units of 2^44 wei.
    const reserved = 1_706n * 2n ** 44n;
    expect(reserved - 30n * LOT).to.be.within(0n, 2n ** 44n);
    const seller = { claim: 76n * LOT, worst: 0n, openOrders: 1, reserved };
    expect(book.accountOf(BOB)).to.deep.equal(seller);
    expect(book.traderIdOf(BOB)).to.equal(2);
    expect(book.noncesOf(BOB)).to.deep.equal({ nonceFloor: 1n, used: 0n });
    expect(book.positionOf(ALICE, 2)).to.deep.equal([8n]);
    expect(book.claimsOf(BOB)).to.deep.equal([76n * LOT, 76n * LOT]);
  });

  it("tell nothing but zeros of an address that is not registered", () => {
    expect(book.traderIdOf(NOBODY)).to.equal(0);
    expect(book.accountOf(NOBODY)).to.deep.equal({ claim: 0n, worst: 0n, openOrders: 0, reserved: 0n });
    expect(book.noncesOf(NOBODY)).to.deep.equal({ nonceFloor: 0n, used: 0n });
    expect(book.positionOf(NOBODY, 1)).to.deep.equal([0n, 0n]);
    expect(book.checkCollateral(NOBODY, [1, 2]).slack).to.equal(0n);
  });

  it("tell collateral, stored and by today's bounds", () => {
    expect(book.checkCollateral(BOB)).to.deep.equal({ slack: 76n * LOT, bindingOutcomes: [] });
    expect(book.checkCollateral(BOB, [1, 2])).to.deep.equal({ slack: 76n * LOT, bindingOutcomes: [1n, 50n] });
    const { tip } = book.rootOf(2);
    const from = { owner: ALICE, marketRootId: 2, previousLink: tip };
    const record = boundsRecord(from, 1, { lower: tick(5), upper: tick(30) });
    book.createMarket(NOW, { record, signature: "0x", description: "" });
    expect(book.checkCollateral(BOB).slack).to.equal(76n * LOT);
    expect(book.checkCollateral(BOB, [2])).to.deep.equal({ slack: 92n * LOT, bindingOutcomes: [30n] });
  });

  it("tell net collateral in given outcomes", () => {
    expect(book.netCollateral(BOB, [])).to.equal(76n * LOT);
    expect(book.netCollateral(BOB, [{ marketRootId: 2, values: [tick(10)] }])).to.equal(108n * LOT);
    const impossible = { code: "Book_OutcomeImpossible", marketRootId: 2n };
    expect(refusalOf(() => book.netCollateral(BOB, [{ marketRootId: 2, values: [tick(51)] }]))).to.deep.equal(
      impossible,
    );
    const twice = [1, 2].map(() => ({ marketRootId: 2, values: [tick(10)] }));
    expect(refusalOf(() => book.netCollateral(BOB, twice))).to.deep.equal(impossible);
    expect(refusalOf(() => book.checkCollateral(BOB, [2, 2]))).to.deep.equal(impossible);
  });

  it("tell what a trade would leave, exactly as it is refused", () => {
    // 300 lots at 20: 600 lots' worth, of which Alice has 84.
    expect(book.checkTrade(ALICE, RAIN, 300n, 20n)).to.deep.equal({
      refusal: "Book_Uncovered",
      slack: -516n * LOT,
      bindingOutcome: 0n,
    });
    expect(
      refusalOf(() => {
        place(book, ALICE, RAIN, 20n, 300n);
      }),
    ).to.deep.equal({ code: "Book_Uncovered", trader: ALICE, shortfall: 516n * LOT, bindingOutcome: 0n });
    expect(book.checkTrade(ALICE, RAIN, 42n, 20n).refusal).to.equal(undefined);
  });

  it("tell markets and their orders", () => {
    const market = { marketMin: 0n, marketMax: 50n, tickValue: 10n ** 14n, bestBid: 0, bestAsk: 1, crossed: false };
    expect(book.marketOf(RAIN)).to.deep.equal(market);
    expect(book.spansOf(2)).to.deep.equal({ lower: [0n], upper: [50n] });
    expect([book.createdRoots(), book.rootMadeBy(book.rootOf(2).tip), book.rootMadeBy(ZeroHash)]).to.deep.equal([
      1, 2, 0,
    ]);
    place(book, BOB, RAIN, 30n, -1n);
    const order = { ...RAIN, tradeRootId: 1, traderId: 2, price: 20n, lots: -2n, deadline: 1_999n, nextPlace: 3 };
    expect(book.orderAt(1)).to.deep.equal(order);
    expect(book.orderAt(2)).to.equal(undefined);
    expect([book.placeOf(3), book.placeOf(2)]).to.deep.equal([3, 0]);
    const best = { tradeRootId: 1, place: 1, price: 20n, lots: -2n };
    expect(book.depthOf(RAIN, false)).to.deep.equal([best, { tradeRootId: 3, place: 3, price: 30n, lots: -1n }]);
    expect(book.depthOf(RAIN, false, 1)).to.deep.equal([best]);
    expect(book.depthOf(RAIN, true)).to.deep.equal([]);
    expect([19n, 20n, 29n, 30n].map((price) => book.insertionHint(RAIN, false, price))).to.deep.equal([0, 1, 1, 3]);
  });

  it("refuse what there is not", () => {
    const unknown = { code: "Book_MarketUnknown", marketRootId: 3n, marketBranchId: 1n };
    const missing = { marketRootId: 3, marketBranchId: 1 };
    for (const ask of [
      () => book.positionOf(ALICE, 3),
      () => book.checkCollateral(ALICE, [3]),
      () => book.checkTrade(ALICE, missing, 1n, 1n),
      () => book.netCollateral(ALICE, [{ marketRootId: 3, values: [] }]),
      () => book.rootOf(3),
      () => book.spansOf(3),
      () => book.marketOf(missing),
      () => book.depthOf(missing, true),
      () => book.insertionHint(missing, true, 1n),
    ]) {
      expect(refusalOf(ask)).to.deep.equal(unknown);
    }
  });
});

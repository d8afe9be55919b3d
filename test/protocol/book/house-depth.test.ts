/** Depth of the house, judged by orders that take it. */
import { expect } from "chai";
import { getAddress } from "ethers";

import { houseCall } from "../../../src/bindings/calls.js";
import { lots, opposite, ticks } from "../../../src/protocol/amounts/units.js";
import { MAX_LOTS } from "../../../src/protocol/amounts/limits.js";
import { houseDepthIn } from "../../../src/protocol/book/house-depth.js";
import { type House, type MakerHouse, ownOrdersFor } from "../../../src/protocol/book/houses.js";
import type { BookState } from "../../../src/protocol/book/state.js";
import { type MarketRef, type PackageFields, TimeInForce } from "../../../src/protocol/signing/package.js";
import type { Level } from "../../../src/protocol/value/quote.js";
import { callHouse } from "../../relay/paper/calls.js";
import { depositOf, LOT, ordersOf, PaperChain, T2 } from "../../relay/paper/chain.js";

const MAKER: MakerHouse = {
  ...{ kind: "maker", address: getAddress(`0x${"3a".repeat(20)}`), marketRootId: 1, points: [] },
  ...{ liquidity: lots(1_000n), prior: [1n, 1n] },
};
const ROUTER: House = { kind: "set", address: getAddress(`0x${"5e".repeat(20)}`) };
const LEG: MarketRef = { marketRootId: 1, marketBranchId: 1 };
const LIMITS = { maxMatches: 16, levels: 10 };

function open(float = 1_000n): PaperChain {
  const chain = new PaperChain();
  chain.houses.push(MAKER, ROUTER);
  chain.mine(depositOf(MAKER.address, 700n * LOT), depositOf(ROUTER.address, float * LOT));
  return chain;
}

const bookOf = (chain: PaperChain) => chain.bookAt(chain.tip.number);
const depthOf = (chain: PaperChain, house: House, more: Partial<typeof LIMITS & { timestamp: bigint }> = {}) =>
  houseDepthIn(bookOf(chain).state, house, LEG, { ...LIMITS, timestamp: chain.tip.timestamp + 1n, ...more });

/** What the maker answers to who takes all that it has within a limit, unsigned. */
function answerAt(state: BookState, limit: bigint, buys: boolean): bigint {
  const order = {
    ...{ ...LEG, trader: getAddress(`0x${"01".repeat(20)}`), previousLink: "0x", nonce: 0n, deadline: T2 - 1n },
    ...{
      priceTicks: ticks(limit),
      quantityLots: buys ? lots(MAX_LOTS) : opposite(lots(MAX_LOTS)),
      timeInForce: TimeInForce.GoodTillCancelled,
    },
  };
  const own = ownOrdersFor(state, MAKER, order, { timestamp: T2 - 1n, maxMatches: 16 });
  const size: bigint = own?.before[0]?.quantityLots ?? 0n;
  return size < 0n ? -size : size;
}

/** Prices and lots that an immediate order gets through a house, in a block of its own. */
function take(chain: PaperChain, house: House, fields: Partial<PackageFields>): [bigint, bigint][] {
  const signed = chain.sign(0, { priceTicks: 5_100n, timeInForce: TimeInForce.ImmediateOrCancel, ...fields });
  const hinted = { ...signed, insertAfter: 0, place: 0 };
  const { data } = houseCall(house, hinted, { maxMatches: 16, maxWalk: 64, newest: 0 });
  const fills: [bigint, bigint][] = [];
  chain.mine((book, context) => {
    const { result, events } = callHouse(book, house, context, data);
    for (const one of events) {
      if (one.kind === "matched" && one.takerRootId === result.tradeRootId) fills.push([one.priceTicks, one.lots]);
    }
    return { result, events };
  });
  return fills;
}

describe("depth of the house", () => {
  it("is of a maker, price by price, what it answers to who takes everything up to that price", () => {
    const { bids, asks } = depthOf(open(), MAKER);
    const { state } = bookOf(open());
    const judge = (levels: readonly Level[], buys: boolean): void => {
      let sum = 0n;
      for (const { priceTicks, lots: size } of levels) {
        sum += size;
        expect(answerAt(state, priceTicks, buys), String(priceTicks)).to.equal(sum);
      }
    };
    expect([bids.length, asks.length]).to.deep.equal([10, 10]);
    expect([bids[0], asks[0]].map((level) => level!.priceTicks)).to.deep.equal([4_997n, 5_003n]);
    judge(asks, true);
    judge(bids, false);
  });

  it("moves with what the maker has sold", () => {
    const chain = open();
    const fills = take(chain, MAKER, { quantityLots: 20n });
    expect(fills).to.deep.equal([[5_025n, 20n]]);
    const [bid, ask] = [depthOf(chain, MAKER).bids[0]!, depthOf(chain, MAKER).asks[0]!];
    expect([bid.priceTicks, ask.priceTicks], "at twenty lots").to.deep.equal([5_047n, 5_053n]);
  });

  it("is of sets what who takes all of it is filled with", () => {
    const chain = open();
    const other = (price: bigint, size: bigint, nonce: bigint) =>
      chain.sign(1, { marketBranchId: 2, priceTicks: price, quantityLots: size, nonce });
    chain.mine(ordersOf(other(5_200n, 4n, 0n), other(5_000n, 6n, 1n), other(6_000n, -3n, 2n)));
    const { bids, asks } = depthOf(chain, ROUTER);
    expect([bids.length, asks.length]).to.deep.equal([1, 2]);
    const levels = (side: readonly Level[]) => side.map(({ priceTicks, lots: size }) => [priceTicks, size]);
    expect(take(chain, ROUTER, { quantityLots: 50n, priceTicks: 10_000n })).to.deep.equal(levels(asks));
    expect(take(chain, ROUTER, { quantityLots: -50n, priceTicks: 0n, nonce: 1n })).to.deep.equal(levels(bids));
    expect(depthOf(chain, ROUTER)).to.deep.equal({ bids: [], asks: [] });
  });

  it("is of sets no more than their float bears, and nothing of orders that have expired", () => {
    const chain = open(2n);
    const fields = { marketBranchId: 2, priceTicks: 5_200n, quantityLots: 9n };
    chain.mine(ordersOf(chain.sign(1, { ...fields, deadline: chain.tip.timestamp + 50n })));
    expect(depthOf(chain, ROUTER).asks).to.deep.equal([{ priceTicks: 4_800n, lots: 3n }]);
    expect(depthOf(chain, ROUTER, { timestamp: chain.tip.timestamp + 60n }).asks).to.deep.equal([]);
  });

  it("has no more levels than are asked for", () => {
    const { bids, asks } = depthOf(open(), MAKER, { levels: 3 });
    expect([bids.length, asks.length]).to.deep.equal([3, 3]);
    expect(depthOf(open(), MAKER, { levels: 0 })).to.deep.equal({ bids: [], asks: [] });
  });

  it("is nothing of who has paid nothing in, in markets that are over, of others' roots, or that are not there", () => {
    const none = { bids: [], asks: [] };
    const unpaid = new PaperChain();
    expect([depthOf(unpaid, MAKER), depthOf(unpaid, ROUTER)]).to.deep.equal([none, none]);
    const chain = open();
    expect(depthOf(chain, MAKER, { timestamp: T2 })).to.deep.equal(none);
    expect(depthOf(chain, { ...MAKER, marketRootId: 2 })).to.deep.equal(none);
    const { state } = bookOf(chain);
    const elsewhere = { marketRootId: 9, marketBranchId: 1 };
    expect(houseDepthIn(state, MAKER, elsewhere, { ...LIMITS, timestamp: 1n })).to.deep.equal(none);
  });
});

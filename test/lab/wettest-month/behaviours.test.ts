import { expect } from "chai";
import fc from "fast-check";

import { createRandom } from "../../../stage/rng.js";
import type { Intent } from "../../../lab/weather/trading.js";
import { BEHAVIOURS, type BehaviourName, CAST, type View } from "../../../lab/wettest-month/behaviours.js";
import { type Belief, loadYear, knowledgeOf } from "../../../lab/wettest-month/beliefs.js";
import { beatenOutcomes, SCALE, TICK_VALUE } from "../../../lab/wettest-month/contract.js";
import type { Depth } from "../../../src/protocol/value/quote.js";
import { lots, opposite, ticks, type Ticks, type TokenWei } from "../../../src/protocol/amounts/units.js";

const history = loadYear(undefined, 2015);

/** The book quotes every open month around a belief. */
function booked(belief: Belief, distance: bigint): Depth[] {
  const level = (price: bigint) =>
    price > 0n && price < SCALE ? [{ priceTicks: ticks(price), lots: lots(100n) }] : [];
  return belief.map((weight) => ({ bids: level(weight - distance), asks: level(weight + distance) }));
}

function viewAfter(passed: number, changes: Partial<View> = {}): View {
  const knowledge = knowledgeOf(history, 2015, passed);
  const beaten = beatenOutcomes(knowledge.totals);
  return {
    knowledge,
    bounds: knowledge.wide.map((_, k) => ({ lower: ticks(0n), upper: beaten.includes(k + 1) ? ticks(0n) : SCALE })),
    depths: booked(knowledge.wide, 50n),
    free: (1000n * 10n ** 18n) as TokenWei,
    lots: knowledge.wide.map(() => lots(0n)),
    ...changes,
  };
}

const decide = (name: BehaviourName, view: View): Intent[] => BEHAVIOURS[name](view, createRandom(1n, "test"));
const risk = ({ price, lots: size }: Intent) =>
  (size > 0n ? size * price : opposite(size) * (SCALE - price)) * TICK_VALUE;
const total = (intents: readonly Intent[]) => intents.reduce((sum, intent) => sum + risk(intent), 0n);

describe("wettest-month behaviours", () => {
  it("a market maker quotes every month that can still win, and no other", () => {
    const months = new Set(decide("marketMaker", viewAfter(6)).map(({ marketBranchId }) => marketBranchId));
    expect([...months]).to.deep.equal([2, 7, 8, 9, 10, 11, 12]); // February leads, July to December are to come
  });

  it("a market maker promises more than it has", () => {
    const view = viewAfter(0);
    expect(total(decide("marketMaker", view)) > view.free).to.equal(true);
  });

  it("a bookmaker offers every month: all of them filled cost it jointly a small part of what they cost one by one", () => {
    const view = viewAfter(0);
    const offers = decide("bookmaker", view);
    expect(offers.length).to.be.greaterThan(9);
    expect(offers.every(({ lots: size, style }) => size < 0n && style === "rest")).to.equal(true);
    const received = offers.reduce((sum, { price, lots: size }) => sum + opposite(size) * price, 0n);
    const losses = offers.map(({ lots: size }) => (opposite(size) * SCALE - received) * TICK_VALUE); // if that month wins
    expect(losses.every((loss) => loss * 5n < total(offers))).to.equal(true);
  });

  it("a climatologist buys what other years make likelier than the book does, and sells the reverse", () => {
    const cheap = viewAfter(0).knowledge.close;
    const flat = cheap.map(() => ticks(833n));
    const intents = decide("climatologist", viewAfter(0, { depths: booked(flat, 20n) }));
    expect(intents.length).to.be.greaterThan(1);
    for (const { marketBranchId, lots: size, style } of intents) {
      expect(size > 0n).to.equal(cheap[marketBranchId - 1]! > 833n);
      expect(style).to.equal("take");
    }
  });

  it("a follower buys the month that leads, and has no view before the first is over", () => {
    expect(decide("follower", viewAfter(0))).to.deep.equal([]);
    const bought = decide("follower", viewAfter(3)).filter(({ lots: size }) => size > 0n);
    expect(bought.map(({ marketBranchId }) => marketBranchId)).to.deep.equal([2]);
  });

  it("nobody orders a beaten month, at an impossible price, nothing at all, or beyond its means alone", () => {
    const cases = fc.tuple(
      fc.constantFrom<BehaviourName>(...CAST),
      fc.integer({ min: 0, max: 11 }),
      fc.bigInt({ min: 0n, max: 10n ** 21n }),
      fc.bigInt({ min: 1n, max: 3_000n }),
    );
    fc.assert(
      fc.property(cases, ([name, passed, free, distance]) => {
        const view = viewAfter(passed, { free: free as TokenWei });
        for (const intent of decide(name, { ...view, depths: booked(view.knowledge.wide, distance) })) {
          const upper: Ticks = view.bounds[intent.marketBranchId - 1]!.upper;
          expect(intent.price > 0n && intent.price < upper).to.equal(true);
          expect(intent.lots !== 0n && risk(intent) <= free).to.equal(true);
        }
      }),
    );
  });
});

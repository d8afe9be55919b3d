import { expect } from "chai";
import fc from "fast-check";

import { BEHAVIOURS, type BehaviourName, CAST } from "../../../lab/rainfall/behaviours.js";
import { ABOVE_30_BRANCH, ROOT, ROOT_BRANCH, STRIP_BRANCHES } from "../../../lab/rainfall/contract.js";
import { riskOfAll } from "../../../lab/rainfall/deals.js";
import { openBranches, openStrips, type View } from "../../../lab/rainfall/view.js";
import { createRandom } from "../../../stage/rng.js";
import { branchBounds } from "../../../src/protocol/market/bounds.js";
import { payoffAt } from "../../../src/protocol/value/composition.js";
import { lots, ticks, type TokenWei } from "../../../src/protocol/amounts/units.js";
import { booked, forecast, knowledgeAt, viewAt } from "./views.js";

const random = () => createRandom(1n, "test");
const decide = (name: BehaviourName, view: View) => BEHAVIOURS[name](view, random());

describe("rainfall behaviours", () => {
  describe("view", () => {
    it("leaves out what is determined: strips below the rain so far", () => {
      expect(openBranches(viewAt(0))).to.have.length(32);
      const open = openBranches(viewAt(355)).map(({ marketBranchId }) => marketBranchId);
      expect(open.slice(0, 3)).to.deep.equal([ROOT_BRANCH, ABOVE_30_BRANCH, 6]); // from 30 to 40 mm
      expect(openStrips(viewAt(400)).branches[0]!.strikes.lower).to.equal(400n);
    });
  });

  describe("market maker", () => {
    it("quotes both sides of what is doubtful, one side of what is not, and nothing that is determined", () => {
      const view = viewAt(300);
      const { intents } = decide("marketMaker", view);
      const sides = (branch: number) =>
        intents
          .filter(({ marketBranchId }) => marketBranchId === branch)
          .map(({ lots: size }) => (size > 0n ? "bid" : "ask"));
      expect(sides(ROOT_BRANCH)).to.deep.equal(["bid", "ask"]);
      expect(sides(STRIP_BRANCHES[10]!)).to.deep.equal(["bid", "ask"]);
      expect(sides(STRIP_BRANCHES[29]!)).to.deep.equal(["ask"]); // nobody expects 290 mm
      expect(sides(STRIP_BRANCHES[0]!)).to.deep.equal([]);
      expect(intents.every(({ style }) => style === "quote")).to.equal(true);
    });

    it("promises several times what it has, each quote within a tenth of it", () => {
      const view = viewAt(0);
      const { intents } = decide("marketMaker", view);
      for (const intent of intents) expect(riskOfAll(view, [intent]) <= view.free / 10n).to.equal(true);
      expect(riskOfAll(view, intents) > view.free).to.equal(true);
    });

    it("leans against what it holds", () => {
      const bid = (held: bigint) => {
        const held40 = viewAt(0).lots.with(STRIP_BRANCHES[9]! - 1, lots(held));
        return decide("marketMaker", viewAt(0, { lots: held40 })).intents.find(
          ({ marketBranchId, lots: size }) => marketBranchId === STRIP_BRANCHES[9]! && size > 0n,
        )!.price;
      };
      expect(bid(40n) < bid(0n)).to.equal(true);
      expect(bid(-40n) > bid(0n)).to.equal(true);
    });
  });

  describe("hedger", () => {
    it("buys in one piece where that is cheaper: two ticks against two for each strip", () => {
      const { deals } = decide("hedger", viewAt(0));
      expect(deals.map(({ side, units, intents }) => [side, units, intents.length])).to.deep.equal([
        ["buy", 3n, 1],
        ["buy", 3n, 1],
      ]);
    });

    it("stacks strips where the whole is dear", () => {
      const depths = booked(900, 1, 40).map((depth, b) =>
        b > 1 ? depth : { ...depth, asks: [{ priceTicks: ticks(1500n), lots: lots(40n) }] },
      );
      const { deals } = decide("hedger", viewAt(0, { depths }));
      expect(deals.map(({ intents }) => intents.length)).to.deep.equal([30, 27]);
    });

    it("gets the same forward either way, above what it has rained", () => {
      const whole = decide("hedger", viewAt(455)).deals[0]!;
      const dear = booked(1355, 1, 40).with(0, { bids: [], asks: [] });
      const stack = decide("hedger", viewAt(455, { depths: dear })).deals[0]!;
      expect([whole.intents.length, stack.intents.length]).to.deep.equal([1, 26]);
      for (const y of [455n, 777n, 3000n]) {
        expect(payoffAt(whole.composition, ticks(y))).to.equal(3n * (y - 400n));
        expect(payoffAt(stack.composition, ticks(y))).to.equal(3n * (y - 400n));
      }
    });

    it("stops when it is hedged", () => {
      const held = viewAt(0)
        .lots.with(ROOT_BRANCH - 1, lots(12n))
        .with(ABOVE_30_BRANCH - 1, lots(12n));
      expect(decide("hedger", viewAt(0, { lots: held })).deals).to.deep.equal([]);
    });
  });

  describe("climatologist", () => {
    it("buys a butterfly around what it expects, and the spread there, if the book is elsewhere", () => {
      const view = viewAt(0, { depths: booked(500, 2, 40) });
      const { deals } = decide("climatologist", view);
      expect(deals.map(({ side, name }) => [side, name])).to.deep.equal([
        ["buy", "butterfly 70/90/110"],
        ["buy", "call spread 60/120"],
      ]);
    });

    it("says nothing when the book agrees with it", () => {
      const sure = knowledgeAt(0, { climatology: forecast(950) });
      expect(decide("climatologist", viewAt(0, { knowledge: sure, depths: booked(950, 3, 40) })).deals).to.deep.equal(
        [],
      );
    });
  });

  describe("follower", () => {
    it("bets that it goes on raining: twice as much by the end as in the middle", () => {
      const { deals } = decide("follower", viewAt(800, { depths: booked(900, 2, 40) }));
      expect(deals.map(({ side, name }) => [side, name])).to.deep.equal([["buy", "call spread 130/190"]]);
    });
  });

  describe("arbitrageur", () => {
    it("buys the cheap one and sells the dear one, and then cannot lose", () => {
      const depths = booked(900, 1, 40).map((depth, b) =>
        b > 0
          ? depth
          : {
              bids: [{ priceTicks: ticks(1000n), lots: lots(5n) }],
              asks: [{ priceTicks: ticks(1010n), lots: lots(5n) }],
            },
      );
      const [bought, sold] = decide("arbitrageur", viewAt(0, { depths })).deals;
      expect([bought!.intents.length, sold!.intents.length, bought!.units]).to.deep.equal([30, 1, 3n]);
      for (const y of [0n, 15n, 900n, 3000n]) {
        const gain =
          payoffAt(bought!.composition, ticks(y)) -
          bought!.premium -
          payoffAt(sold!.composition, ticks(y)) +
          sold!.premium;
        expect(gain > 0n).to.equal(true);
      }
    });

    it("leaves a fair book alone", () => {
      expect(decide("arbitrageur", viewAt(0)).deals).to.deep.equal([]);
    });
  });

  it("never orders outside the bounds, in a determined market, nothing at all, or beyond its means alone", () => {
    const cases = fc.tuple(
      fc.constantFrom<BehaviourName>(...CAST),
      fc.integer({ min: 0, max: 2_999 }),
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 1, max: 100 }),
      fc.bigInt({ min: 0n, max: 10n ** 21n }),
    );
    fc.assert(
      fc.property(cases, ([name, soFar, expected, distance, free]) => {
        const knowledge = knowledgeAt(soFar, {
          climatology: forecast(soFar + expected),
          seasons: forecast(soFar + expected),
        });
        // Only quotes that an order book could hold: within today's bounds.
        const view = viewAt(soFar, { free: free as TokenWei, knowledge });
        const depths = booked(soFar + 700, distance, 30).map(({ bids, asks }, b) => {
          const bounds = branchBounds(view.root.bounds, view.root.strikes[b]!);
          const within = ({ priceTicks }: { priceTicks: bigint }) =>
            priceTicks >= bounds.lower && priceTicks <= bounds.upper;
          return bounds.lower === bounds.upper
            ? { bids: [], asks: [] }
            : { bids: bids.filter(within), asks: asks.filter(within) };
        });
        for (const intent of decide(name, { ...view, depths }).intents) {
          const { lower, upper } = branchBounds(view.root.bounds, view.root.strikes[intent.marketBranchId - 1] ?? ROOT);
          expect(lower < upper && intent.price >= lower && intent.price <= upper).to.equal(true);
          expect(intent.lots !== 0n).to.equal(true);
          expect(riskOfAll(view, [intent]) <= free).to.equal(true);
        }
      }),
    );
  });
});

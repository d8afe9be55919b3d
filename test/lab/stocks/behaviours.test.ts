import { expect } from "chai";
import fc from "fast-check";

import {
  BEHAVIOURS,
  type BehaviourName,
  CAST,
  contrarian,
  foreknowledge,
  type Intent,
  marketMaker,
  momentum,
  noise,
  type View,
} from "../../../lab/stocks/behaviours.js";
import { createRandom } from "../../../stage/rng.js";
import type { Lots, Ticks, TokenWei } from "../../../src/protocol/amounts/units.js";

const SCALE = 10_000n as Ticks;
const TICK_VALUE = (10n ** 11n) as TokenWei;
const LOT_VALUE = SCALE * TICK_VALUE;

const ticks = (...values: number[]) => values.map((value) => BigInt(value) as Ticks);
const claims = (...lots: number[]) => lots.map((value) => (BigInt(value) * LOT_VALUE) as TokenWei);
const random = () => createRandom(1n, "test");

function view(changes: Partial<View> = {}): View {
  return {
    scale: SCALE,
    tickValue: TICK_VALUE,
    weights: ticks(6000, 3000, 1000),
    previousWeights: ticks(5000, 3500, 1500),
    nextWeights: ticks(6000, 3000, 1000),
    claims: claims(1000, 1000, 1000),
    ...changes,
  };
}

const side = ({ lots }: Intent) => (lots > 0n ? "buy" : "sell");

/** The worst of the claims after the order alone is filled in full at its limit. */
function worstAfter(intent: Intent, before: readonly bigint[]): bigint {
  const cost = intent.price * intent.lots * TICK_VALUE;
  const after = before.map((claim, k) => claim - cost + (k === intent.leg - 1 ? intent.lots * LOT_VALUE : 0n));
  return after.reduce((least, claim) => (claim < least ? claim : least));
}

describe("behaviours", () => {
  describe("momentum", () => {
    it("buys what rose and sells what fell, at a limit that keeps 30 % of the expected move", () => {
      const intents = momentum(view());
      expect(intents.map((intent) => [intent.leg, side(intent), intent.price])).to.deep.equal([
        [1, "buy", 6700n],
        [2, "sell", 2650n],
        [3, "sell", 650n],
      ]);
    });

    it("sizes each order as 35 % of its mean claim, or of what its claims cover at the limit", () => {
      const rich = momentum(view());
      expect(rich.map(({ lots }) => lots)).to.deep.equal([350n, -350n, -350n]);
      const uneven = momentum(view({ claims: claims(1000, 100, 1900) }));
      expect(uneven.map(({ lots }) => lots)).to.deep.equal([52n, -47n, -350n]); // 100 / 0.67 and 100 / 0.735 lots
    });

    it("says nothing in the first month, nor when nothing moved", () => {
      expect(momentum(view({ previousWeights: undefined }))).to.deep.equal([]);
      expect(momentum(view({ previousWeights: ticks(6010, 2990, 1000) }))).to.deep.equal([]);
    });
  });

  describe("contrarian", () => {
    it("takes the other side of momentum, leg by leg", () => {
      expect(contrarian(view()).map((intent) => [intent.leg, side(intent)])).to.deep.equal([
        [1, "sell"],
        [2, "buy"],
        [3, "buy"],
      ]);
      expect(contrarian(view({ previousWeights: undefined }))).to.deep.equal([]);
    });
  });

  describe("foreknowledge", () => {
    it("takes towards next month's weights, as far as its noise lets it see", () => {
      const intents = foreknowledge(view({ nextWeights: ticks(7000, 2000, 1000) }), random());
      expect(side(intents[0]!)).to.equal("buy");
      expect(side(intents[1]!)).to.equal("sell");
      expect(intents.every(({ style }) => style === "take")).to.equal(true);
    });
  });

  describe("market maker", () => {
    it("quotes both sides of every leg around the true weight, and never takes", () => {
      const intents = marketMaker(view(), random());
      expect(intents).to.have.length(3 * 2 * 3);
      expect(intents.every(({ style }) => style === "quote")).to.equal(true);
      for (const { leg, price, lots } of intents) {
        const away = price - [6000n, 3000n, 1000n][leg - 1]!;
        expect(Number(lots > 0n ? -away : away)).to.be.within(40, 250);
      }
    });

    it("promises more than it has: each quote alone is covered, all together are not", () => {
      const before = claims(1000, 1000, 1000);
      const intents = marketMaker(view(), random());
      for (const intent of intents) expect(worstAfter(intent, before) >= 0n).to.equal(true);
      const ofAllBids = intents.filter(({ lots }) => lots > 0n).map(({ price, lots }) => price * lots * TICK_VALUE);
      expect(ofAllBids.reduce((sum, cost) => sum + cost, 0n) > 1000n * LOT_VALUE).to.equal(true);
    });

    it("leans its quotes against what it holds", () => {
      const middle = (intents: Intent[]) =>
        intents.filter(({ leg }) => leg === 1).reduce((sum, { price }) => sum + price, 0n) / 6n;
      const heavy = middle(marketMaker(view({ claims: claims(2000, 500, 500) }), random()));
      const light = middle(marketMaker(view({ claims: claims(100, 1450, 1450) }), random()));
      expect(heavy < 5900n).to.equal(true);
      expect(light > 6100n).to.equal(true);
    });

    it("has nothing to quote with on an empty account", () => {
      expect(marketMaker(view({ claims: claims(0, 0, 0) }), random())).to.deep.equal([]);
    });
  });

  describe("noise", () => {
    it("places one order around the true weight", () => {
      const [intent, ...others] = noise(view(), random());
      expect(others).to.deep.equal([]);
      const away = intent!.price - [6000n, 3000n, 1000n][intent!.leg - 1]!;
      expect(Number(away)).to.be.within(-120, 120);
    });
  });

  it("speaks of two assets on one leg only", () => {
    const two = view({
      weights: ticks(6000, 4000),
      previousWeights: ticks(5000, 5000),
      nextWeights: ticks(7000, 3000),
    });
    const pair = { ...two, claims: claims(1000, 1000) };
    for (const name of ["momentum", "contrarian", "foreknowledge", "marketMaker"] as const) {
      const legs = new Set(BEHAVIOURS[name](pair, random()).map(({ leg }) => leg));
      expect(legs, name).to.deep.equal(new Set([1]));
    }
  });

  it("casts makers first, and every behaviour in turn", () => {
    expect(CAST[0]).to.equal("marketMaker");
    expect([...CAST].sort()).to.deep.equal(Object.keys(BEHAVIOURS).sort());
  });

  it("never orders beyond its means, outside the bounds, or nothing at all", () => {
    const lots = fc.integer({ min: 0, max: 1_000_000 });
    const weight = fc.integer({ min: 0, max: 10_000 });
    const triple = <T>(of: fc.Arbitrary<T>) => fc.tuple(of, of, of);
    const names = fc.constantFrom<BehaviourName>(...CAST);
    fc.assert(
      fc.property(
        names,
        triple(lots),
        triple(weight),
        triple(weight),
        triple(weight),
        (name, held, now, last, next) => {
          const seen = view({
            claims: claims(...held),
            weights: ticks(...now),
            previousWeights: ticks(...last),
            nextWeights: ticks(...next),
          });
          for (const intent of BEHAVIOURS[name](seen, random())) {
            expect(intent.price > 0n && intent.price < SCALE).to.equal(true);
            expect(intent.lots !== (0n as Lots)).to.equal(true);
            expect(worstAfter(intent, seen.claims) >= 0n).to.equal(true);
          }
        },
      ),
    );
  });
});

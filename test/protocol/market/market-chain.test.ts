import { expect } from "chai";
import fc from "fast-check";

import { type Bounds, clamp } from "../../../src/protocol/market/bounds.js";
import { applyFallback } from "../../../src/protocol/market/market-chain.js";
import type { Refusal } from "../../../src/protocol/market/refusal.js";
import {
  branchCount,
  createMarketTable,
  marketBounds,
  type MarketTable,
  requireTradable,
  rootOf,
  spanOf,
} from "../../../src/protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { marketLink } from "../../../src/protocol/signing/typed-data.js";
import papers from "../../vectors/paper-examples.json" with { type: "json" };
import {
  allWeights,
  anyBounds,
  between,
  taken,
  TERMS,
  EMPTY,
  everyOutcome,
  expectRefusal,
  intervalOf,
  intervalTable,
  newBounds,
  newBranch,
  newEvent,
  newInterval,
  OPEN,
  OWNER,
  simplexOf,
  tableOf,
} from "../markets.js";
import { FIXED, tick, whole } from "../support.js";

const boundsOf = (table: MarketTable, marketRootId: number, marketBranchId: number): Bounds =>
  marketBounds(table, { marketRootId, marketBranchId });

/** A record on an existing branch of root 2. */
const says =
  (branch: number, lower: number | bigint, upper: number | bigint) =>
  (table: MarketTable): ReturnType<typeof newBounds> =>
    newBounds(table, 2, branch, between(lower, upper));
const after = (table: MarketTable, step: ReturnType<typeof says>): MarketTable => taken(table, step(table));

describe("market table", () => {
  describe("given no records", () => {
    it("it has the basket root, which nobody owns and nothing settles", () => {
      expect([...EMPTY.roots.keys()]).to.deep.equal([BASKET_ROOT_ID]);
      expect(rootOf(EMPTY, 1)).to.include({ kind: "simplex", scale: 100n, tickValue: 7n, closesAt: 5_000n });
      expect(rootOf(EMPTY, 1)).to.include({ settled: false, bounded: false, settleBy: 0n });
      expect([1, 2, 3].map((leg) => boundsOf(EMPTY, 1, leg))).to.deep.equal(
        Array.from({ length: 3 }, () => between(0, 100)),
      );
      expectRefusal(() => boundsOf(EMPTY, 1, 4), "Book_MarketUnknown", { marketRootId: 1n, marketBranchId: 4n });
    });

    it("the only leg of a basket of one asset has all the weight", () => {
      expect(boundsOf(createMarketTable({ ...TERMS, assets: 1 }), 1, 1)).to.deep.equal(between(100, 100));
    });
  });

  describe("given a new root", () => {
    it("an interval root has one branch, whose strikes are its bounds", () => {
      const table = tableOf(() => newInterval(between(-5, 10), { fallbackOutcome: tick(3) }));
      const root = intervalOf(table);
      expect(root).to.include({ owner: OWNER, tickValue: 2n, closesAt: 4_000n, settleBy: 6_000n, fallbackOutcome: 3n });
      expect(root).to.deep.include({ bounds: between(-5, 10), strikes: [between(-5, 10)], settled: false });
      expect(EMPTY.roots.size, "the table before").to.equal(1);
    });

    it("an event root has a leg for each outcome", () => {
      const root = simplexOf(tableOf(() => newEvent(12)));
      expect(root).to.include({ scale: 10n, bounded: false, settled: false });
      expect(root.weights).to.have.lengthOf(12);
    });

    it("links: all but a root's first record to the last record of the root", () => {
      const first = newInterval(between(0, 10));
      const one = taken(EMPTY, first);
      const branch = newBranch(one, 2, between(2, 4));
      expect(branch.previousLink).to.equal(marketLink(first));
      const second = newEvent(2);
      const table = [branch, second].reduce((t, record) => taken(t, record), one);
      expect([rootOf(table, 2).tip, rootOf(table, 3).tip]).to.deep.equal([marketLink(branch), marketLink(second)]);
    });

    it("numbers: a signed root gets the next one, whoever makes a root in front of it", () => {
      const signed = newInterval(between(0, 10));
      const behind = [newEvent(2), signed].reduce((t, record) => taken(t, record), EMPTY);
      expect([rootOf(taken(EMPTY, signed), 2).tip, rootOf(behind, 3).tip]).to.deep.equal([
        marketLink(signed),
        marketLink(signed),
      ]);
    });

    it("where everybody may make roots, a registered owner does", () => {
      const table = taken(OPEN, newEvent(2), { ownerRegistered: true });
      expect(table.roots.size).to.equal(2);
    });
  });

  describe("given sub-markets", () => {
    it("strikes are clamped into the parent's, whatever the root has come to", () => {
      const table = tableOf(
        () => newInterval(between(0, 10)),
        (t) => newBranch(t, 2, between(2, 8)),
        (t) => newBounds(t, 2, 1, between(3, 10)),
        (t) => newBranch(t, 2, between(-4, 5), 2),
        (t) => newBranch(t, 2, between(4, 99), 3),
      );
      expect(intervalOf(table).strikes).to.deep.equal([between(0, 10), between(2, 8), between(2, 5), between(4, 5)]);
      expect([1, 2, 3, 4].map((branch) => boundsOf(table, 2, branch))).to.deep.equal([
        between(3, 10),
        between(3, 8),
        between(3, 5),
        between(4, 5),
      ]);
    });
  });

  describe("the papers' telescoping", () => {
    for (const { source, branchIds, mins, maxs, boundsOf: asked, lower, upper } of papers.telescoping) {
      it(source, () => {
        let table = EMPTY;
        branchIds.forEach((id, index) => {
          const range = between(BigInt(mins[index]!), BigInt(maxs[index]!));
          const record =
            index === 0
              ? newInterval(range)
              : Number(id) > branchCount(rootOf(table, 2))
                ? newBranch(table, 2, range, Number(id) - 1)
                : newBounds(table, 2, Number(id), range);
          table = taken(table, record);
        });
        asked.forEach((id, index) => {
          expect(boundsOf(table, 2, Number(id))).to.deep.equal(between(BigInt(lower[index]!), BigInt(upper[index]!)));
        });
        expect(rootOf(table, 2).settled).to.be.true;
      });
    }

    it("from the sub-market: what it says of y holds for the root and all its branches", () => {
      const start = intervalTable(between(0, 10), [between(1, 9), between(4, 5)]);
      const lifted = after(start, says(2, 6, 9));
      expect([1, 2, 3].map((branch) => boundsOf(lifted, 2, branch))).to.deep.equal([
        between(6, 10),
        between(6, 9),
        between(5, 5),
      ]);
      const settled = after(lifted, says(2, 7, 7));
      expect([1, 2, 3].map((branch) => boundsOf(settled, 2, branch))).to.deep.equal([
        between(7, 7),
        between(7, 7),
        between(5, 5),
      ]);
      expect(rootOf(settled, 2).settled).to.be.true;
    });

    it("a sub-market that settles at its strike leaves the root open beyond it", () => {
      const table = after(intervalTable(between(0, 10), [between(1, 9)]), says(2, 9, 9));
      expect(rootOf(table, 2).settled).to.be.false;
      expect([boundsOf(table, 2, 1), boundsOf(table, 2, 2)]).to.deep.equal([between(9, 10), between(9, 9)]);
    });
  });

  describe("given an event", () => {
    it("an eliminated outcome leaves the rest to the others; the last but one settles it", () => {
      const start = tableOf(() => newEvent(3));
      const one = after(start, says(2, 0, 0));
      expect(simplexOf(one)).to.include({ settled: false, bounded: true });
      expect([1, 2, 3].map((leg) => boundsOf(one, 2, leg))).to.deep.equal([
        between(0, 10),
        between(0, 0),
        between(0, 10),
      ]);
      const two = after(one, says(1, 0, 0));
      expect(simplexOf(two).settled).to.be.true;
      expect(boundsOf(two, 2, 3)).to.deep.equal(between(10, 10));
    });

    it("a record as wide as the scale says nothing", () => {
      const start = tableOf(() => newEvent(3));
      const same = simplexOf(after(start, says(2, -1, 99)));
      expect({ ...same, tip: "" }).to.deep.equal({ ...simplexOf(start), tip: "" });
    });

    it("a winner settles it at once, and determines the losers", () => {
      const table = after(
        tableOf(() => newEvent(4)),
        says(3, 10, 10),
      );
      expect(simplexOf(table).settled).to.be.true;
      expect([1, 2, 3, 4].map((leg) => boundsOf(table, 2, leg))).to.deep.equal([
        between(0, 0),
        between(0, 0),
        between(10, 10),
        between(0, 0),
      ]);
    });

    it("weights may end in the middle: the last follows from the others", () => {
      const start = tableOf(() => newEvent(3));
      const one = after(start, says(1, 4, 4));
      expect(simplexOf(one).settled).to.be.false;
      const two = after(one, says(2, 3, 3));
      expect(simplexOf(two).settled).to.be.true;
      expect(boundsOf(two, 2, 3)).to.deep.equal(between(3, 3));
    });
  });

  describe("given a fallback", () => {
    it("an interval root settles at it, or at the edge that it lies beyond", () => {
      const start = tableOf(() => newInterval(between(0, 10), { fallbackOutcome: tick(4) }));
      expect(intervalOf(applyFallback(start, 2, 6_000n))).to.deep.include({ bounds: between(4, 4), settled: true });
      const lifted = applyFallback(after(start, says(1, 6, 10)), 2, 6_000n);
      expect(intervalOf(lifted).bounds).to.deep.equal(between(6, 6));
      expect(intervalOf(lifted).tip, "the tip").to.equal(intervalOf(after(start, says(1, 6, 10))).tip);
    });

    it("an event gives its outcome all that the bounds allow, and the rest to the others in order", () => {
      const start = tableOf(() => newEvent(3, { fallbackOutcome: 2 }));
      expect(simplexOf(applyFallback(start, 2, 6_000n)).weights).to.deep.equal([
        between(0, 0),
        between(10, 10),
        between(0, 0),
      ]);
      const capped = after(after(start, says(2, 0, 3)), says(1, 2, 6));
      expect(simplexOf(applyFallback(capped, 2, 9_999n))).to.deep.include({
        weights: [between(6, 6), between(3, 3), between(1, 1)],
        settled: true,
      });
    });
  });

  describe("given an order", () => {
    const table = intervalTable(between(0, 10), [between(2, 4)]);
    const market = { marketRootId: 2, marketBranchId: 2 };
    it("between today's bounds, before the close, it is taken", () => {
      for (const price of [2n, 4n]) requireTradable(table, market, price, 3_999n);
    });
    it("it is refused when closed, determined, outside, or nowhere", () => {
      expectRefusal(
        () => {
          requireTradable(table, market, 1n, 4_000n);
        },
        "Book_MarketClosed",
        { marketRootId: 2n, closesAt: 4_000n, timestamp: 4_000n },
      );
      expectRefusal(
        () => {
          requireTradable(table, market, 5n, 0n);
        },
        "Book_PriceOutOfBounds",
        { price: 5n, marketMin: 2n, marketMax: 4n },
      );
      expectRefusal(
        () => {
          requireTradable(after(table, says(1, 4, 10)), market, 9n, 0n);
        },
        "Book_MarketDetermined",
        { marketRootId: 2n, marketBranchId: 2n, value: 4n },
      );
      expectRefusal(
        () => {
          requireTradable(table, { ...market, marketBranchId: 3 }, 3n, 0n);
        },
        "Book_MarketUnknown",
        { marketRootId: 2n, marketBranchId: 3n },
      );
    });
  });

  it("bounds of every branch only ever tighten, and are what the outcomes that agree with all records pay", () => {
    const anyStep = fc.record({ branch: fc.nat(), range: anyBounds(-4, 24), adds: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 12 }), (steps) => {
        let table = tableOf(() => newInterval(between(0, 20)));
        let possible = everyOutcome(between(0, 20)); // the judge: outcomes that no record has excluded
        for (const { branch, range, adds } of steps) {
          const root = intervalOf(table);
          const id = (branch % root.strikes.length) + 1;
          try {
            const record = adds ? newBranch(table, 2, range, id) : newBounds(table, 2, id, range);
            table = taken(table, record);
          } catch (error) {
            expect((error as Refusal).code).to.be.oneOf(["Book_NoRoom", "Book_MarketSettled"]);
            continue;
          }
          if (adds) continue;
          const strikes = root.strikes[id - 1]!;
          const values = possible.map((y) => clamp(tick(y), strikes));
          const said = { lower: values[0]!, upper: values.at(-1)! };
          const [least, most] = [clamp(range.lower, said), clamp(range.upper, said)];
          possible = possible.filter((_, index) => values[index]! >= least && values[index]! <= most);
        }
        const root = intervalOf(table);
        expect(everyOutcome(root.bounds)).to.deep.equal(possible);
        expect(root.settled).to.equal(possible.length === 1);
        root.strikes.forEach((strikes, index) => {
          const paid = possible.map((y) => clamp(tick(y), strikes));
          expect(boundsOf(table, 2, index + 1)).to.deep.equal({ lower: paid[0], upper: paid.at(-1) });
        });
      }),
      FIXED,
    );
  });

  it("event bounds are what the weights that agree with all records say", () => {
    const anyStep = fc.record({ leg: fc.integer({ min: 1, max: 3 }), range: anyBounds(-2, 8) });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 8 }), whole(1, 6), (steps, scale) => {
        let table = tableOf(() => newEvent(3, { scale: tick(scale) }));
        for (const { leg, range } of steps) {
          const own = spanOf(rootOf(table, 2), leg)!;
          const clamped = between(clamp(range.lower, own), clamp(range.upper, own));
          const left = allWeights(simplexOf(table).weights.with(leg - 1, clamped), scale);
          try {
            table = after(table, says(leg, range.lower, range.upper));
            expect(left).not.to.be.empty;
          } catch (error) {
            const { code } = error as Refusal;
            expect(code).to.equal(simplexOf(table).settled ? "Book_MarketSettled" : "Book_NoOutcomeLeft");
            if (code === "Book_NoOutcomeLeft") expect(left).to.be.empty;
          }
        }
        const all = allWeights(simplexOf(table).weights, scale);
        [1, 2, 3].forEach((leg) => {
          const values = everyOutcome(boundsOf(table, 2, leg));
          expect(values).to.deep.equal([...new Set(all.map((row) => row[leg - 1]!))].sort((a, b) => Number(a - b)));
        });
      }),
      FIXED,
    );
  });
});

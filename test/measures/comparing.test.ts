/** Sessions on the same assets beside each other: which are looked at, which are left out, and what cannot be told now. */
import { expect } from "chai";

import { fraction } from "../../src/protocol/amounts/fraction.js";
import {
  type Comparable,
  compareSessions as compare,
  type Compared,
  MOST_COMPARED,
} from "../../src/measures/comparing.js";

const [GOLD, SILVER] = [`0x${"a1".repeat(20)}`, `0x${"B2".repeat(20)}`];
const YEAR = 31_557_600n; // seconds of a Julian year

const compareSessions = (own: Comparable, all: readonly Comparable[], time: bigint): Promise<Compared> =>
  compare(own, all, time, (error) => error instanceof RangeError);

interface Told {
  readonly session: string;
  readonly t2: bigint;
  readonly until?: bigint;
  /** Of gold, in percent. */
  readonly gold?: bigint;
  readonly assets?: readonly string[];
  readonly fails?: Error;
}

function told({ session, t2, until = 1_000n, gold, assets = [GOLD, SILVER], fails }: Told): Comparable {
  const weights =
    gold === undefined ? undefined : [gold, 100n - gold].map((part) => ({ ...fraction(part, 100n), value: 0 }));
  const implied = weights === undefined ? null : { timestamp: until, weights };
  const measured = { until, implied };
  const measure = () => (fails === undefined ? Promise.resolve(measured) : Promise.reject(fails));
  return { session, t2, assets, quantities: [2n, 100n], measure };
}

describe("given sessions that are known", () => {
  const own = told({ session: "0x01", t2: 1_000n + YEAR, gold: 60n, until: 990n });

  it("compares those on the same assets, written in whatever case, by when they end", async () => {
    const later = told({
      session: "0x02",
      t2: 1_000n + 3n * YEAR,
      gold: 50n,
      assets: [GOLD.toUpperCase(), SILVER.toLowerCase()],
    });
    const other = told({ session: "0x03", t2: 1_000n + YEAR, gold: 10n, assets: [SILVER, GOLD] });
    const { at, points, left } = await compareSessions(own, [later, other, own], 1_000n);
    // A unit of silver in gold: (w₂ / 100) / (w₁ / 2).
    const ratios = [40 / 100 / (60 / 2), 50 / 100 / (50 / 2)];
    expect([at, left]).to.deep.equal([1_000n, []]);
    expect(points.map(({ session, toMaturity }) => [session, toMaturity])).to.deep.equal([
      ["0x01", YEAR],
      ["0x02", 3n * YEAR],
    ]);
    points.forEach((point, k) => {
      expect(point.ratios[0]).to.be.closeTo(ratios[k]!, 1e-15);
    });
    expect(points[0]!.growth).to.deep.equal([]);
    expect(points[1]!.growth[0]).to.be.closeTo(Math.log(ratios[1]! / ratios[0]!) / 2, 1e-12);
  });

  it("says which have no prices, and which cannot be measured; what is over is passed over, but for the one that is asked about", async () => {
    const quiet = told({ session: "0x02", t2: 9_000n });
    const long = told({ session: "0x03", t2: 8_000n, fails: new RangeError("too long") });
    const over = told({ session: "0x04", t2: 999n, gold: 50n });
    const { points, left } = await compareSessions(own, [own, quiet, long, over], 999n);
    expect(points.map(({ session }) => session)).to.deep.equal(["0x01"]);
    expect(left).to.deep.equal([
      { session: "0x02", why: "no prices" },
      { session: "0x03", why: "not measured" },
    ]);
    const mine = await compareSessions(over, [own, over], 999n);
    expect(mine.left).to.deep.equal([{ session: "0x04", why: "over" }]);
    expect(mine.points.map(({ session }) => session)).to.deep.equal(["0x01"]);
  });

  it("throws what is no reason to leave one out", async () => {
    const reading = told({ session: "0x02", t2: 9_000n, fails: new Error("not yet") });
    const failed: unknown = await compareSessions(own, [own, reading], 1_000n).catch((error: unknown) => error);
    expect(failed).to.include({ message: "not yet" });
  });

  it("looks at so many, those that end first, and always at the one that is asked about", async () => {
    const many = Array.from({ length: MOST_COMPARED + 3 }, (_, k) => {
      return told({ session: `0x1${k}`, t2: 2_000n + BigInt(k), gold: 50n });
    });
    const { points } = await compareSessions(own, [own, ...many], 1_000n);
    expect(points.length).to.equal(MOST_COMPARED);
    expect(points.at(-1)!.session).to.equal("0x01");
    expect(points[0]!.session).to.equal("0x10");
  });
});

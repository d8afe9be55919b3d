import { expect } from "chai";
import hre from "hardhat";

import {
  boundsOf,
  intervalRoot,
  marketLink,
  signMarket,
  spansOf,
  subMarket,
  submitMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** A sub-market of the first, one beside it, and one inside the second. */
const STRIKES: [bigint, bigint][] = [
  [0n, 100n],
  [30n, 60n],
  [50n, 90n],
  [40n, 50n],
];

async function open(): Promise<World & { readonly root: number }> {
  const w = await openWorld(connection);
  const root = await intervalRoot(w);
  await subMarket(w, root, 30n, 60n, 1);
  await subMarket(w, root, 50n, 90n, 1);
  await subMarket(w, root, 40n, 50n, 2);
  return { ...w, root };
}

/** [branch, min, max] of a record. */
type Said = readonly [number, bigint, bigint];

interface Case {
  readonly title: string;
  readonly said: readonly Said[];
  /** Of the four branches, the first being the root. */
  readonly bounds: readonly [bigint, bigint][];
}

const TIGHTENED: Case[] = [
  {
    title: "on the first market narrows every market that reaches beyond",
    said: [[1, 20n, 80n]],
    bounds: [
      [20n, 80n],
      [30n, 60n],
      [50n, 80n],
      [40n, 50n],
    ],
  },
  {
    title: "on a sub-market's lower bound lifts the root, and with it its siblings",
    said: [[3, 70n, 90n]],
    bounds: [
      [70n, 100n],
      [60n, 60n],
      [70n, 90n],
      [50n, 50n],
    ],
  },
  {
    title: "on a sub-market's upper bound lowers the root, and with it its siblings",
    said: [[2, 30n, 45n]],
    bounds: [
      [0n, 45n],
      [30n, 45n],
      [50n, 50n],
      [40n, 45n],
    ],
  },
  {
    title: "on both bounds of a sub-market moves both of the root's",
    said: [[2, 35n, 55n]],
    bounds: [
      [35n, 55n],
      [35n, 55n],
      [50n, 55n],
      [40n, 50n],
    ],
  },
  {
    title: "on a sub-market of a sub-market reaches up to the root and down again",
    said: [[4, 42n, 48n]],
    bounds: [
      [42n, 48n],
      [42n, 48n],
      [50n, 50n],
      [42n, 48n],
    ],
  },
  {
    title: "after another tightens further",
    said: [
      [1, 20n, 80n],
      [2, 35n, 60n],
      [3, 50n, 55n],
    ],
    bounds: [
      [35n, 55n],
      [35n, 55n],
      [50n, 55n],
      [40n, 50n],
    ],
  },
  {
    title: "may leave two neighbouring outcomes",
    said: [[1, 50n, 51n]],
    bounds: [
      [50n, 51n],
      [50n, 51n],
      [50n, 51n],
      [50n, 50n],
    ],
  },
];

const AT_THE_EDGE: Case[] = [
  {
    title: "beyond the root's range settles it at its upper edge",
    said: [[1, 200n, 300n]],
    bounds: [
      [100n, 100n],
      [60n, 60n],
      [90n, 90n],
      [50n, 50n],
    ],
  },
  {
    title: "below the root's range settles it at its lower edge",
    said: [[1, -300n, -200n]],
    bounds: [
      [0n, 0n],
      [30n, 30n],
      [50n, 50n],
      [40n, 40n],
    ],
  },
  {
    title: "beyond a sub-market determines that one, and says only `at least` of the root",
    said: [[4, 70n, 80n]],
    bounds: [
      [50n, 100n],
      [50n, 60n],
      [50n, 90n],
      [50n, 50n],
    ],
  },
  {
    title: "below a sub-market determines that one, and says only `at most` of the root",
    said: [[4, 0n, 10n]],
    bounds: [
      [0n, 40n],
      [30n, 40n],
      [50n, 50n],
      [40n, 40n],
    ],
  },
  {
    title: "outside the bounds of today settles at the nearer of them",
    said: [
      [1, 20n, 80n],
      [1, 90n, 95n],
    ],
    bounds: [
      [80n, 80n],
      [60n, 60n],
      [80n, 80n],
      [50n, 50n],
    ],
  },
  {
    title: "at a point settles all, from wherever it is said",
    said: [[4, 45n, 45n]],
    bounds: [
      [45n, 45n],
      [45n, 45n],
      [50n, 50n],
      [45n, 45n],
    ],
  },
];

const WITHOUT_EFFECT: Case[] = [
  { title: "that repeats the bounds", said: [[1, 0n, 100n]], bounds: STRIKES },
  { title: "that is wider than the bounds: they never widen", said: [[1, -50n, 500n]], bounds: STRIKES },
  { title: "that repeats a sub-market's bounds", said: [[3, 50n, 90n]], bounds: STRIKES },
  {
    title: "on a market that is determined",
    said: [
      [1, 0n, 40n],
      [3, 70n, 80n],
    ],
    bounds: [
      [0n, 40n],
      [30n, 40n],
      [50n, 50n],
      [40n, 40n],
    ],
  },
  {
    title: "that would take back an earlier one",
    said: [
      [1, 20n, 80n],
      [1, 0n, 100n],
      [2, 0n, 100n],
    ],
    bounds: [
      [20n, 80n],
      [30n, 60n],
      [50n, 80n],
      [40n, 50n],
    ],
  },
];

describe("Telescoping: a record on an existing market", () => {
  let w: World & { readonly root: number };
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  function holds(cases: readonly Case[]): void {
    for (const { title, said, bounds } of cases) {
      it(title, async () => {
        for (const [branch, min, max] of said) await tighten(w, w.root, branch, min, max);
        for (const [b, expected] of bounds.entries()) {
          expect(await boundsOf(w, w.root, b + 1), `branch ${b + 1}`).to.deep.equal(expected);
        }
        const { lo, hi, settled } = await w.book.rootOf(w.root);
        expect([lo, hi]).to.deep.equal(bounds[0]);
        expect(settled).to.equal(lo === hi);
        expect(await spansOf(w, w.root), "strikes never change").to.deep.equal(STRIKES);
      });
    }
  }

  describe("tightens", () => {
    holds(TIGHTENED);
  });
  describe("never empties an interval: it", () => {
    holds(AT_THE_EDGE);
  });
  describe("changes no bounds", () => {
    holds(WITHOUT_EFFECT);
  });

  it("is recorded whether it changes bounds or not", async () => {
    const signed = await signMarket(w, { root: w.root, branch: 3, min: 50n, max: 90n });
    const link = marketLink(signed.record);
    await expect(submitMarket(w, signed))
      .to.emit(w.book, "MarketRecorded")
      .withArgs(w.root, 3, link, Object.values(signed.record), signed.signature, "0x", "");
    expect((await w.book.rootOf(w.root)).tip).to.equal(link);
  });

  it("touches no other root", async () => {
    const other = await intervalRoot(w);
    await tighten(w, w.root, 1, 45n, 45n);
    expect(await boundsOf(w, other, 1)).to.deep.equal([0n, 100n]);
  });

  it("is taken after closesAt and after settleBy too, as long as the root is not settled", async () => {
    const { settleBy } = await w.book.rootOf(w.root);
    await networkHelpers.time.increaseTo(settleBy + 1n);
    await tighten(w, w.root, 1, 45n, 45n);
    expect((await w.book.rootOf(w.root)).settled).to.equal(true);
  });
});

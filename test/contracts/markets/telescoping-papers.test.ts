/** The papers' worked sequences: a root of 0 to 1 in ticks of 0.1, and a sub-market of 0.1 to 0.9. */
import { expect } from "chai";
import hre from "hardhat";
import { readFileSync } from "node:fs";

import { boundsOf, intervalRoot, subMarket, tighten } from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Sequence {
  readonly source: string;
  readonly branchIds: readonly string[];
  readonly mins: readonly string[];
  readonly maxs: readonly string[];
  readonly boundsOf: readonly string[];
  readonly lower: readonly string[];
  readonly upper: readonly string[];
}

const path = new URL("../../vectors/paper-examples.json", import.meta.url);
const { telescoping } = JSON.parse(readFileSync(path, "utf8")) as { telescoping: readonly Sequence[] };

async function open(): Promise<World> {
  return openWorld(connection);
}

describe("Telescoping: the papers' sequences", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  for (const sequence of telescoping) {
    it(sequence.source, async () => {
      let root = 0;
      for (const [i, branchId] of sequence.branchIds.entries()) {
        const [branch, min, max] = [Number(branchId), BigInt(sequence.mins[i]!), BigInt(sequence.maxs[i]!)];
        const isFirst = sequence.branchIds.indexOf(branchId) === i;
        if (!isFirst) await tighten(w, root, branch, min, max);
        else if (branch === 1) root = await intervalRoot(w, { min, max, fallback: min });
        else expect(await subMarket(w, root, min, max, branch - 1)).to.equal(branch);
      }
      for (const [i, branch] of sequence.boundsOf.entries()) {
        const bounds = [BigInt(sequence.lower[i]!), BigInt(sequence.upper[i]!)];
        expect(await boundsOf(w, root, Number(branch)), `branch ${branch}`).to.deep.equal(bounds);
      }
      expect((await w.book.rootOf(root)).settled).to.equal(true);
    });
  }

  describe("given both markets stand", () => {
    let root: number;
    beforeEach(async () => {
      root = await intervalRoot(w, { max: 10n, fallback: 5n });
      await subMarket(w, root, 1n, 9n);
    });

    const records: { title: string; at: bigint; market: [bigint, bigint]; sub: [bigint, bigint]; settled: boolean }[] =
      [
        { title: "inside it, both settle there", at: 4n, market: [4n, 4n], sub: [4n, 4n], settled: true },
        {
          title: "at its top, the market may still end above",
          at: 9n,
          market: [9n, 10n],
          sub: [9n, 9n],
          settled: false,
        },
        {
          title: "at its bottom, the market may still end below",
          at: 1n,
          market: [0n, 1n],
          sub: [1n, 1n],
          settled: false,
        },
      ];
    for (const { title, at, market, sub, settled } of records) {
      it(`when the sub-market settles ${title}`, async () => {
        await tighten(w, root, 2, at, at);
        expect(await boundsOf(w, root, 1)).to.deep.equal(market);
        expect(await boundsOf(w, root, 2)).to.deep.equal(sub);
        expect((await w.book.rootOf(root)).settled).to.equal(settled);
      });
    }

    it("when the sub-market settled at its top, the market settles by itself later", async () => {
      await tighten(w, root, 2, 9n, 9n);
      await tighten(w, root, 1, 10n, 10n);
      expect(await boundsOf(w, root, 1)).to.deep.equal([10n, 10n]);
      expect(await boundsOf(w, root, 2)).to.deep.equal([9n, 9n]);
    });
  });
});

import { expect } from "chai";
import { ZeroHash } from "ethers";
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
import { place } from "../../../stage/contracts/orders.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World & { readonly root: number }> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice);
  return { ...w, root: await intervalRoot(w) };
}

describe("OrderBook.createMarket: a new sub-market", () => {
  let w: World & { readonly root: number };
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  describe("given strikes inside the first market", () => {
    it("records it in the root's chain, and makes no root", async () => {
      const { tip } = await w.book.rootOf(w.root);
      const signed = await signMarket(w, { root: w.root, branch: 2, parent: 1, min: 30n, max: 60n });
      expect(signed.record.previousLink).to.equal(tip);
      const link = marketLink(signed.record);
      await expect(submitMarket(w, signed))
        .to.emit(w.book, "MarketRecorded")
        .withArgs(w.root, 2, link, Object.values(signed.record), signed.signature, "0x", "");
      expect((await w.book.rootOf(w.root)).tip).to.equal(link);
      const made = [tip, link].map((each) => w.book.rootMadeBy(each));
      expect([await w.book.createdRoots(), ...(await Promise.all(made))]).to.deep.equal([1n, BigInt(w.root), 0n]);
    });

    it("opens a market between its strikes, for trade at once", async () => {
      await subMarket(w, w.root, 30n, 60n);
      expect(await spansOf(w, w.root)).to.deep.equal([
        [0n, 100n],
        [30n, 60n],
      ]);
      expect(await boundsOf(w, w.root, 2)).to.deep.equal([30n, 60n]);
      await place(w, { trader: w.alice, root: w.root, leg: 2, lots: 1n, price: 30n });
    });

    it("leaves the root's bounds as they are", async () => {
      await subMarket(w, w.root, 30n, 60n);
      const { lo, hi, branchCount } = await w.book.rootOf(w.root);
      expect([lo, hi, branchCount]).to.deep.equal([0n, 100n, 2n]);
    });
  });

  describe("given strikes that reach beyond the parent", () => {
    it("clamps them into the first market's", async () => {
      await subMarket(w, w.root, -20n, 60n);
      await subMarket(w, w.root, 60n, 1_000n);
      await subMarket(w, w.root, -1_000n, 1_000n);
      expect(await spansOf(w, w.root)).to.deep.equal([
        [0n, 100n],
        [0n, 60n],
        [60n, 100n],
        [0n, 100n],
      ]);
    });

    it("clamps them into a sub-market's when that is the parent: bounded by all lower branches, as in the papers", async () => {
      await subMarket(w, w.root, 20n, 80n, 1);
      await subMarket(w, w.root, 10n, 60n, 2);
      await subMarket(w, w.root, 50n, 90n, 3);
      expect(await spansOf(w, w.root)).to.deep.equal([
        [0n, 100n],
        [20n, 80n],
        [20n, 60n],
        [50n, 60n],
      ]);
    });

    it("sets them side by side when the first market is the parent of all", async () => {
      for (const strike of [0n, 25n, 50n, 75n]) await subMarket(w, w.root, strike, strike + 25n, 1);
      expect((await spansOf(w, w.root)).slice(1)).to.deep.equal([
        [0n, 25n],
        [25n, 50n],
        [50n, 75n],
        [75n, 100n],
      ]);
    });

    it("takes any branch for a parent, not only the first and the last", async () => {
      await subMarket(w, w.root, 0n, 40n, 1);
      await subMarket(w, w.root, 60n, 100n, 1);
      await subMarket(w, w.root, 30n, 70n, 2);
      expect((await spansOf(w, w.root))[3]).to.deep.equal([30n, 40n]);
    });
  });

  describe("given the root has been tightened", () => {
    beforeEach(() => tighten(w, w.root, 1, 40n, 70n));

    it("clamps strikes into the parent's strikes, not into its bounds of today", async () => {
      await subMarket(w, w.root, 10n, 60n);
      expect((await spansOf(w, w.root))[1]).to.deep.equal([10n, 60n]);
      expect(await boundsOf(w, w.root, 2)).to.deep.equal([40n, 60n]);
    });

    it("takes one that reaches into today's bounds by a single tick", async () => {
      await subMarket(w, w.root, 0n, 41n);
      await subMarket(w, w.root, 69n, 100n);
      expect(await boundsOf(w, w.root, 2)).to.deep.equal([40n, 41n]);
      expect(await boundsOf(w, w.root, 3)).to.deep.equal([69n, 70n]);
    });
  });

  it("given equal strikes, both markets exist side by side", async () => {
    await subMarket(w, w.root, 30n, 60n);
    await subMarket(w, w.root, 30n, 60n);
    expect((await spansOf(w, w.root)).slice(1)).to.deep.equal([
      [30n, 60n],
      [30n, 60n],
    ]);
  });

  it("given 31 of them, in any order of strikes, each keeps its own", async () => {
    const strikes = Array.from({ length: 31 }, (_, i) => BigInt((i * 37) % 95));
    for (const strike of strikes) await subMarket(w, w.root, strike, strike + 5n);
    expect((await spansOf(w, w.root)).slice(1)).to.deep.equal(strikes.map((strike) => [strike, strike + 5n]));
    // Another root starts empty.
    const other = await intervalRoot(w);
    expect(await spansOf(w, other)).to.deep.equal([[0n, 100n]]);
    expect((await w.book.rootOf(other)).tip).not.to.equal(ZeroHash);
  });
});

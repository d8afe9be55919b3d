import { expect } from "chai";
import { id } from "ethers";
import hre from "hardhat";

import type { LmsrMakerFactory } from "../../../../typechain-types/index.js";
import type { MakerTermsStruct } from "../../../../typechain-types/periphery/makers/LmsrMaker.js";
import { intervalRoot } from "../../../../stage/contracts/markets.js";
import { deployFactory, termsOf } from "../../../../stage/contracts/makers.js";
import { openWorld, type World } from "../../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<{ w: World; factory: LmsrMakerFactory; rain: number }> {
  const w = await openWorld(connection, { assetCount: 3 });
  return { w, factory: await deployFactory(w), rain: await intervalRoot(w) };
}

describe("The terms of a maker", () => {
  let w: World;
  let factory: LmsrMakerFactory;
  let rain: number;
  beforeEach(async () => {
    ({ w, factory, rain } = await networkHelpers.loadFixture(open));
  });
  const basket = async (terms: Partial<MakerTermsStruct> = {}): Promise<MakerTermsStruct> => ({
    ...(await termsOf(w, { prior: [1, 1, 1] })),
    ...terms,
  });
  const interval = async (points: readonly bigint[]): Promise<MakerTermsStruct> =>
    termsOf(w, { root: rain, prior: points.map(() => 1), points });

  it("give its address before it is made, whoever makes it", async () => {
    const terms = await interval([0n, 10n, 20n, 30n, 40n, 50n, 60n, 70n, 80n, 90n, 100n]);
    const address = await factory.addressOf(terms);
    await expect(factory.connect(w.bob).create(terms))
      .to.emit(factory, "MakerCreated")
      .withArgs(address, w.bookAddress, terms.rootLink, Object.values(terms));
    await expect(factory.connect(w.carol).create(terms)).to.not.emit(factory, "MakerCreated");
    const maker = await connection.ethers.getContractAt("LmsrMaker", address);
    const told = await maker.terms();
    expect([await maker.root(), told.points, told.liquidity].map(String)).to.deep.equal([
      String(rain),
      String(terms.points),
      "100000",
    ]);
  });

  it("differ in any part, and so does the address", async () => {
    const changes = [
      {},
      { liquidity: 99_999n },
      { prior: [1, 1, 2] },
      { rootLink: id("another") },
      { book: w.alice.address },
    ];
    const addresses = await Promise.all(changes.map(async (change) => factory.addressOf(await basket(change))));
    expect(new Set(addresses)).to.have.lengthOf(changes.length);
  });

  const refusals: readonly (readonly [string, () => Promise<MakerTermsStruct>, string, readonly unknown[]])[] = [
    ["no root", () => basket({ rootLink: id("none") }), "Maker_RootUnknown", [id("none")]],
    ["no liquidity", () => basket({ liquidity: 0n }), "Maker_LiquidityOutOfRange", [0, 2n ** 35n]],
    [
      "too much of it",
      () => basket({ liquidity: 2n ** 35n + 1n }),
      "Maker_LiquidityOutOfRange",
      [2n ** 35n + 1n, 2n ** 35n],
    ],
    ["one vertex", () => basket({ prior: [1] }), "Maker_VertexCount", [1, 2, 16]],
    ["seventeen", () => basket({ prior: Array<number>(17).fill(1) }), "Maker_VertexCount", [17, 2, 16]],
    ["other legs", () => basket({ prior: [1, 1] }), "Maker_VerticesOfOtherRoot", [3, 2, 0]],
    ["breakpoints of a basket", () => basket({ points: [0n, 1n, 2n] }), "Maker_VerticesOfOtherRoot", [3, 3, 3]],
    [
      "no breakpoints of an interval",
      async () => ({ ...(await interval([0n, 100n])), points: [] }),
      "Maker_VerticesOfOtherRoot",
      [0, 2, 0],
    ],
    ["a weight of nothing", () => basket({ prior: [0, 1, 1] }), "Maker_PriorTooLopsided", [0, 2]],
    ["a weight below 1/128", () => basket({ prior: [1, 64, 64] }), "Maker_PriorTooLopsided", [1, 129]],
    ["another lower bound", () => interval([1n, 50n, 100n]), "Maker_PointNotABound", [0, 1, 0]],
    ["another upper bound", () => interval([0n, 50n, 99n]), "Maker_PointNotABound", [2, 99, 100]],
    ["points that do not rise", () => interval([0n, 50n, 50n, 100n]), "Maker_PointsNotRising", [2, 50]],
  ];
  for (const [what, terms, error, args] of refusals) {
    it(`are refused with ${what}`, async () => {
      const given = await terms();
      const maker = await connection.ethers.getContractAt("LmsrMaker", await factory.IMPLEMENTATION());
      await expect(factory.create(given))
        .to.be.revertedWithCustomError(maker, error)
        .withArgs(...args);
    });
  }

  it("are told to a clone by the factory alone", async () => {
    const terms = await basket();
    await factory.create(terms);
    const maker = await connection.ethers.getContractAt("LmsrMaker", await factory.addressOf(terms));
    const other = { id: 2, span: 1, maxLots: 1, t2: 1, isSimplex: true };
    await expect(maker.connect(w.bob).begin(other)).to.be.revertedWithCustomError(maker, "Maker_OnlyFactory");
  });
});

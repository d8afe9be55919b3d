import { expect } from "chai";
import { id } from "ethers";

import { readBookTerms } from "../../src/bindings/market-terms.js";
import { createSession, fundSession, type SessionParams } from "../../src/client/organiser.js";
import { erc20At } from "../../src/client/tokens.js";
import { SessionFactory__factory } from "../../typechain-types/index.js";
import { chain, deployTwo, expectClientError, networkHelpers, ONE, SUPPLY } from "./support.js";

describe("createSession", function () {
  it("creates a session of the caller with the defaults for what is left out", async function () {
    const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
    const handle = await createSession(factory, organiser, params);
    expect(await handle.session.organiser()).to.equal(organiser.address);
    expect(await SessionFactory__factory.connect(factory, organiser).isSession(handle.address)).to.be.true;
    expect(handle.basket.scale).to.equal(10_000n);
  });

  it("takes units of the basket other than the defaults", async function () {
    const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
    const handle = await createSession(factory, organiser, { ...params, basketScale: 100, basketTickValue: 7n });
    expect(handle.basket).to.deep.equal({ scale: 100n, tickValue: 7n, lotValue: 700n });
  });

  it("sets a limit to positions, and none by default", async function () {
    const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
    for (const [change, maxLots] of [
      [{}, 0n],
      [{ maxLots: 12_345n }, 12_345n],
    ] as const) {
      expect(await readBookTerms(await createSession(factory, organiser, { ...params, ...change }))).to.deep.include({
        maxLots,
      });
    }
  });

  it("gives the same addresses for the same salt, and others for another", async function () {
    const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
    const snapshot = await networkHelpers.takeSnapshot();
    const first = await createSession(factory, organiser, params, id("salt"));
    await snapshot.restore();
    const again = await createSession(factory, organiser, params, id("salt"));
    const other = await createSession(factory, organiser, params);
    expect(again.address).to.equal(first.address);
    expect(again.bookAddress).to.equal(first.bookAddress);
    expect(other.address).to.not.equal(first.address);
  });

  it("refuses to create the same session twice", async function () {
    const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
    await createSession(factory, organiser, params, id("salt"));
    await expectClientError(createSession(factory, organiser, params, id("salt")), "FailedDeployment");
  });

  const refused: readonly [string, (params: SessionParams) => Partial<SessionParams>, string, object][] = [
    ["no asset", () => ({ assets: [], quantities: [] }), "Factory_AssetCount", { assets: 0n, maximum: 16n }],
    [
      "an asset twice",
      ({ assets }) => ({ assets: [assets[0]!, assets[0]!] }),
      "Factory_AssetRepeated",
      { earlierIndex: 0n, index: 1n },
    ],
    ["a quantity of zero", () => ({ quantities: [1n, 0n] }), "Factory_QuantityZero", { index: 1n }],
    ["t2 at t1", ({ t1 }) => ({ t2: t1 }), "Factory_Window", {}],
    ["too wide a chain window", () => ({ chainWindow: 257 }), "Factory_ChainWindow", { chainWindow: 257n }],
    ["a name that is too long", () => ({ name: "x".repeat(32) }), "Factory_NameLength", { nameLength: 32n }],
  ];
  for (const [what, change, code, args] of refused) {
    it(`refuses ${what} with the factory's error, and sends nothing`, async function () {
      const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
      const nonce = await organiser.getNonce();
      const attempt = createSession(factory, organiser, { ...params, ...change(params) });
      await expectClientError(attempt, code, { ...args });
      expect(await organiser.getNonce()).to.equal(nonce);
    });
  }
});

describe("fundSession", function () {
  it("pays exactly q of each asset and mints N session tokens to the organiser", async function () {
    const { factory, organiser, params, assets } = await networkHelpers.loadFixture(deployTwo);
    const handle = await createSession(factory, organiser, params);
    await fundSession(handle, organiser);
    for (const [k, asset] of assets.entries()) {
      expect(await asset.balanceOf(handle.address)).to.equal(params.quantities[k]);
      expect(await asset.allowance(organiser.address, handle.address)).to.equal(0n);
    }
    expect(await handle.session.balanceOf(organiser.address)).to.equal(SUPPLY);
  });

  it("replaces an approval of another amount", async function () {
    const { factory, organiser, params, assets } = await networkHelpers.loadFixture(deployTwo);
    const handle = await createSession(factory, organiser, params);
    await assets[0]!.connect(organiser).approve(handle.address, 5n);
    await fundSession(handle, organiser);
    expect(await erc20At(params.assets[0]!, organiser).allowance(organiser.address, handle.address)).to.equal(0n);
  });

  it("refuses another caller", async function () {
    const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
    const stranger = (await chain.ethers.getSigners())[5]!;
    const handle = await createSession(factory, organiser, params);
    await expectClientError(fundSession(handle, stranger), "Client_NotOrganiser", {
      caller: stranger.address,
      organiser: organiser.address,
    });
  });

  it("says how much of which asset is missing, before it approves anything", async function () {
    const { factory, organiser, params, assets } = await networkHelpers.loadFixture(deployTwo);
    const stranger = (await chain.ethers.getSigners())[5]!;
    const handle = await createSession(factory, organiser, params);
    await assets[1]!.connect(organiser).transfer(stranger.address, 1n);
    await expectClientError(fundSession(handle, organiser), "Client_AssetShort", {
      asset: params.assets[1],
      balance: 100n * ONE - 1n,
      required: 100n * ONE,
    });
    expect(await assets[0]!.allowance(organiser.address, handle.address)).to.equal(0n);
  });

  it("refuses to fund twice", async function () {
    const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
    const handle = await createSession(factory, organiser, params);
    await fundSession(handle, organiser);
    await expectClientError(fundSession(handle, organiser), "Session_AlreadyFunded", { supply: SUPPLY });
  });

  it("refuses from t1 on", async function () {
    const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
    const handle = await createSession(factory, organiser, params);
    await networkHelpers.time.increaseTo(params.t1);
    await expectClientError(fundSession(handle, organiser), "Session_FundingClosed", { t1: BigInt(params.t1) });
  });
});

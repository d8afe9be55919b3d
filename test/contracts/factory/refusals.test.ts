import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import hre from "hardhat";

import type { SessionParamsStruct } from "../../../typechain-types/SessionFactory.js";
import { LOT_VALUE, MAX_UINT32, MAX_UINT96 } from "../../../stage/contracts/units.js";
import { type Contracts, deployAssets, deployContracts, paramsFor } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Fixture extends Contracts {
  readonly params: SessionParamsStruct;
}

async function deploy(): Promise<Fixture> {
  const contracts = await deployContracts(connection);
  return { ...contracts, params: await paramsFor(contracts) };
}

describe("SessionFactory.createSession refuses", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(deploy);
  });

  async function expectRefusal(
    change: Partial<SessionParamsStruct>,
    error: string,
    ...values: unknown[]
  ): Promise<void> {
    await expect(f.factory.createSession({ ...f.params, ...change }, ZeroHash))
      .to.be.revertedWithCustomError(f.factory, error)
      .withArgs(...values);
  }

  describe("a basket", () => {
    it("without assets", async () => {
      await expectRefusal({ assets: [], quantities: [] }, "Factory_AssetCount", 0, 0, 16);
    });

    it("of seventeen assets", async () => {
      const assets = await deployAssets(f, 17);
      await expectRefusal({ assets, quantities: assets.map(() => 1n) }, "Factory_AssetCount", 17, 17, 16);
    });

    it("with more or fewer quantities than assets", async () => {
      await expectRefusal({ quantities: [1n, 1n, 1n] }, "Factory_AssetCount", 2, 3, 16);
      await expectRefusal({ quantities: [1n] }, "Factory_AssetCount", 2, 1, 16);
    });

    it("with an asset that stands there twice", async () => {
      const [first, second] = await deployAssets(f, 2);
      const assets = [first!, second!, first!];
      await expectRefusal({ assets, quantities: [1n, 1n, 1n] }, "Factory_AssetRepeated", 0, 2, first);
    });

    it("with the zero address as an asset", async () => {
      const assets = [f.params.assets[0]!, ZeroAddress];
      await expectRefusal({ assets }, "Factory_AssetNotAContract", 1, ZeroAddress);
    });

    it("with an asset that is not a contract", async () => {
      const assets = [f.people.alice.address, f.params.assets[1]!];
      await expectRefusal({ assets }, "Factory_AssetNotAContract", 0, f.people.alice.address);
    });

    it("with a quantity of zero", async () => {
      await expectRefusal({ quantities: [1n, 0n] }, "Factory_QuantityZero", 1);
    });
  });

  describe("a window", () => {
    async function at(timestamp: number): Promise<void> {
      await networkHelpers.time.setNextBlockTimestamp(timestamp);
    }

    it("that begins in the past", async () => {
      const now = (await networkHelpers.time.latest()) + 100;
      await at(now);
      await expectRefusal({ t1: now - 1 }, "Factory_Window", now, now - 1, f.params.t2);
    });

    it("that begins this very second", async () => {
      const now = (await networkHelpers.time.latest()) + 100;
      await at(now);
      await expectRefusal({ t1: now }, "Factory_Window", now, now, f.params.t2);
    });

    it("that ends when it begins", async () => {
      const now = (await networkHelpers.time.latest()) + 100;
      await at(now);
      await expectRefusal({ t2: f.params.t1 }, "Factory_Window", now, f.params.t1, f.params.t1);
    });

    it("that ends before it begins", async () => {
      const now = (await networkHelpers.time.latest()) + 100;
      const t1 = Number(f.params.t1);
      await at(now);
      await expectRefusal({ t2: t1 - 1 }, "Factory_Window", now, t1, t1 - 1);
    });
  });

  it("a limit for settlement before t2", async () => {
    const t2 = Number(f.params.t2);
    await expectRefusal({ settleLimit: t2 - 1 }, "Factory_SettleLimit", t2 - 1, t2, MAX_UINT32);
    await expect(f.factory.createSession({ ...f.params, settleLimit: t2 }, ZeroHash)).to.emit(
      f.factory,
      "SessionCreated",
    );
  });

  it("a limit for settlement that 32 bits cannot tell", async () => {
    const t2 = Number(f.params.t2);
    await expectRefusal({ settleLimit: MAX_UINT32 + 1 }, "Factory_SettleLimit", MAX_UINT32 + 1, t2, MAX_UINT32);
    const late = { t2: MAX_UINT32 + 1, settleLimit: MAX_UINT32 + 1 };
    await expectRefusal(late, "Factory_SettleLimit", MAX_UINT32 + 1, MAX_UINT32 + 1, MAX_UINT32);
    const last = { ...f.params, t2: MAX_UINT32, settleLimit: MAX_UINT32 };
    await expect(f.factory.createSession(last, ZeroHash)).to.emit(f.factory, "SessionCreated");
  });

  describe("units and limits", () => {
    it("with a supply below one lot", async () => {
      await expectRefusal({ supply: LOT_VALUE - 1n }, "Factory_Supply", LOT_VALUE - 1n, LOT_VALUE, MAX_UINT96);
      await expectRefusal({ supply: 0 }, "Factory_Supply", 0, LOT_VALUE, MAX_UINT96);
    });

    it("with a supply of 2^96 or more", async () => {
      await expectRefusal({ supply: 2n ** 96n }, "Factory_Supply", 2n ** 96n, LOT_VALUE, MAX_UINT96);
    });

    it("with a lot that is worth more than the whole supply", async () => {
      const change = { basketScale: 3, basketTickValue: 2n ** 64n - 1n, supply: 2n ** 64n };
      await expectRefusal(change, "Factory_Supply", 2n ** 64n, 3n * (2n ** 64n - 1n), MAX_UINT96);
    });

    it("with a scale or a tick value of zero, or a negative scale", async () => {
      await expectRefusal({ basketScale: 0 }, "Factory_BasketUnits", 0, f.params.basketTickValue);
      await expectRefusal({ basketScale: -1 }, "Factory_BasketUnits", -1, f.params.basketTickValue);
      await expectRefusal({ basketTickValue: 0 }, "Factory_BasketUnits", f.params.basketScale, 0);
    });

    it("with a chain window below 2 or above 256", async () => {
      for (const chainWindow of [0, 1, 257]) {
        await expectRefusal({ chainWindow }, "Factory_ChainWindow", chainWindow, 2, 256);
      }
    });

    it("with no open order allowed, or more than 255", async () => {
      await expectRefusal({ maxOpenOrders: 0 }, "Factory_MaxOpenOrders", 0, 255);
      await expectRefusal({ maxOpenOrders: 256 }, "Factory_MaxOpenOrders", 256, 255);
      await expect(f.factory.createSession({ ...f.params, maxOpenOrders: 255 }, ZeroHash)).to.emit(
        f.factory,
        "SessionCreated",
      );
    });

    it("with a name or a symbol that is empty or longer than 31 bytes", async () => {
      await expectRefusal({ name: "" }, "Factory_NameLength", 0, 3, 31);
      await expectRefusal({ symbol: "" }, "Factory_NameLength", 12, 0, 31);
      await expectRefusal({ name: "n".repeat(32) }, "Factory_NameLength", 32, 3, 31);
      await expectRefusal({ symbol: "s".repeat(32) }, "Factory_NameLength", 12, 32, 31);
      await expectRefusal({ name: "é".repeat(16) }, "Factory_NameLength", 32, 3, 31);
    });
  });
});

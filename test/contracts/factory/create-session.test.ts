import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { genesisLink } from "../../../src/protocol/book/checkpoint.js";
import { SCALE, SUPPLY, TICK_VALUE, TOKEN } from "../../../stage/contracts/units.js";
import {
  type Contracts,
  createSession,
  deployContracts,
  paramsFor,
  type World,
} from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function deploy(): Promise<Contracts> {
  return deployContracts(connection);
}

async function create(): Promise<World> {
  const contracts = await networkHelpers.loadFixture(deploy);
  return createSession(contracts, await paramsFor(contracts, { assetCount: 3 }));
}

describe("SessionFactory.createSession", () => {
  describe("given good parameters", () => {
    let w: World;
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(create);
    });

    it("announces the session with its book, its legs and its parameters", async () => {
      const [event] = await w.factory.queryFilter(w.factory.filters.SessionCreated());
      expect(event!.args.session).to.equal(await w.session.getAddress());
      expect(event!.args.organiser).to.equal(w.organiser.address);
      expect(event!.args.orderBook).to.equal(w.bookAddress);
      const legs = await Promise.all([1, 2, 3].map((k) => w.leg(k).getAddress()));
      expect([...event!.args.legTokens]).to.deep.equal(legs);
      const { assets, quantities, supply, t1, t2, policy, name, symbol } = event!.args.params;
      expect([...assets]).to.deep.equal(w.params.assets);
      expect([...quantities]).to.deep.equal([100n * TOKEN, 100n * TOKEN, 100n * TOKEN]);
      expect([supply, t1, t2]).to.deep.equal([SUPPLY, BigInt(w.t1), BigInt(w.t2)]);
      expect([policy, name, symbol]).to.deep.equal([ZeroAddress, "Test session", "TST"]);
      const { chainWindow, maxOpenOrders, maxLots, basketScale, basketTickValue } = event!.args.params;
      expect([chainWindow, maxOpenOrders, maxLots]).to.deep.equal([64n, 100n, 0n]);
      expect([basketScale, basketTickValue]).to.deep.equal([SCALE, TICK_VALUE]);
      const { settleLimit, openMarkets } = event!.args.params;
      expect([settleLimit, openMarkets]).to.deep.equal([BigInt(w.params.settleLimit), false]);
    });

    it("registers the session, and no other address", async () => {
      expect(await w.factory.isSession(w.session)).to.equal(true);
      expect(await w.factory.isSession(w.book)).to.equal(false);
      expect(await w.factory.isSession(w.leg(1))).to.equal(false);
    });

    it("writes the terms into the vault", async () => {
      expect(await w.session.organiser()).to.equal(w.organiser.address);
      expect(await w.session.fixedSupply()).to.equal(SUPPLY);
      expect([...(await w.session.window())]).to.deep.equal([BigInt(w.t1), BigInt(w.t2)]);
      const { assets, quantities } = await w.session.basket();
      expect([...assets]).to.deep.equal(w.params.assets);
      expect([...quantities]).to.deep.equal(w.params.quantities);
      expect(await w.session.totalSupply()).to.equal(0n);
    });

    it("wires vault, legs and book to each other", async () => {
      expect(await w.book.session()).to.equal(await w.session.getAddress());
      expect(await w.session.orderBook()).to.equal(w.bookAddress);
      for (const k of [1, 2, 3]) {
        expect(await w.leg(k).session()).to.equal(await w.session.getAddress());
        expect(await w.leg(k).leg()).to.equal(BigInt(k));
      }
    });

    it("opens one market for each asset, with the basket's scale as bounds", async () => {
      for (const k of [1, 2, 3]) {
        expect([...(await w.book.marketOf(1, k))]).to.deep.equal([0n, SCALE, TICK_VALUE, 0n, 0n, false]);
      }
      await expect(w.book.marketOf(1, 4)).to.be.revertedWithCustomError(w.book, "Book_MarketUnknown").withArgs(1, 4);
    });

    it("starts the chain of trades with the book's domain separator", async () => {
      const genesis = genesisLink(ethers.TypedDataEncoder.hashDomain(w.domain));
      expect([...(await w.book.chainState())]).to.deep.equal([genesis, 0n, 0n]);
      expect(await w.book.checkpointAt(0)).to.equal(genesis);
    });

    it("keeps no power over it: the factory has no balance, allowance or role", async () => {
      const asFactory = await ethers.getImpersonatedSigner(await w.factory.getAddress());
      await networkHelpers.setBalance(asFactory.address, TOKEN);
      const legs = await Promise.all([1, 2, 3].map((k) => w.leg(k).getAddress()));
      await expect(w.session.connect(asFactory).wire(legs, w.outsider.address)).to.be.revertedWithCustomError(
        w.session,
        "Session_AlreadyWired",
      );
      await expect(w.session.connect(asFactory).fund())
        .to.be.revertedWithCustomError(w.session, "Session_NotAllowed")
        .withArgs(asFactory.address, w.organiser.address);
    });
  });

  describe("given the limits of what is allowed", () => {
    let contracts: Contracts;
    beforeEach(async () => {
      contracts = await networkHelpers.loadFixture(deploy);
    });

    it("opens a session of one asset", async () => {
      const w = await createSession(contracts, await paramsFor(contracts, { assetCount: 1 }));
      expect((await w.session.basket()).assets.length).to.equal(1);
      await expect(w.session.legToken(2)).to.be.revertedWithCustomError(w.session, "Session_UnknownLeg").withArgs(2, 1);
    });

    it("opens a session of sixteen assets", async () => {
      const w = await createSession(contracts, await paramsFor(contracts, { assetCount: 16 }));
      expect(await w.leg(16).symbol()).to.equal("TST-16");
    });

    it("takes a supply of exactly one lot, and one of 2^96 - 1", async () => {
      const params = await paramsFor(contracts);
      const least = await createSession(contracts, { ...params, supply: SCALE * TICK_VALUE });
      expect(await least.session.fixedSupply()).to.equal(SCALE * TICK_VALUE);
      const most = await createSession(contracts, { ...params, supply: 2n ** 96n - 1n });
      expect(await most.session.fixedSupply()).to.equal(2n ** 96n - 1n);
    });

    it("takes a start in the very next second, and a trading day of one second", async () => {
      const params = await paramsFor(contracts);
      const now = (await networkHelpers.time.latest()) + 10;
      await networkHelpers.time.setNextBlockTimestamp(now);
      await expect(contracts.factory.createSession({ ...params, t1: now + 1, t2: now + 2 }, ethers.ZeroHash)).to.emit(
        contracts.factory,
        "SessionCreated",
      );
    });

    it("takes names of one and of 31 bytes", async () => {
      const params = await paramsFor(contracts);
      const w = await createSession(contracts, { ...params, name: "n".repeat(31), symbol: "s" });
      expect(await w.session.name()).to.equal("n".repeat(31));
      expect(await w.session.symbol()).to.equal("s");
      expect(await w.leg(2).name()).to.equal(`${"n".repeat(31)} leg 2`);
    });

    it("takes an end as late as the clock of the contracts goes", async () => {
      const params = await paramsFor(contracts);
      const t2 = 2 ** 32 - 1;
      const w = await createSession(contracts, { ...params, t2, settleLimit: t2 });
      expect((await w.session.window()).t2).to.equal(BigInt(t2));
    });
  });
});

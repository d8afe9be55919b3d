import { expect } from "chai";
import { parseEther } from "ethers";
import hre from "hardhat";

import type { IOrderBook, LegToken, Session } from "../../../typechain-types/index.js";
import { packBatch } from "../../../stage/contracts/batches.js";
import { sign } from "../../../stage/contracts/orders.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

interface Fixture {
  readonly w: World;
  readonly session: Session;
  readonly leg: LegToken;
  readonly book: IOrderBook;
  readonly accounts: IOrderBook;
  readonly views: IOrderBook;
}

async function open(): Promise<Fixture> {
  const w = await openWorld(connection);
  const addresses = await w.factory.implementations();
  const views = await ethers.deployContract("OrderBookViews", [await ethers.deployContract("OrderBookMarkets")]);
  const accounts = await ethers.deployContract("OrderBookAccounts", [views]);
  return {
    w,
    session: await ethers.getContractAt("Session", addresses.session),
    leg: await ethers.getContractAt("LegToken", addresses.legToken),
    book: await ethers.getContractAt("IOrderBook", addresses.orderBook),
    accounts: await ethers.getContractAt("IOrderBook", await accounts.getAddress()),
    views: await ethers.getContractAt("IOrderBook", await views.getAddress()),
  };
}

describe("The code that the clones run, called directly", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(open);
  });

  it("is no vault: nobody can wire, fund, split or redeem it", async () => {
    const { session, w } = f;
    await expect(session.wire([], w.bookAddress)).to.revert(ethers);
    await expect(session.fund()).to.revert(ethers);
    await expect(session.split(1)).to.be.revertedWithCustomError(session, "Session_NotFunded");
    await expect(session.merge(1)).to.be.revertedWithCustomError(session, "Session_NotFunded");
    await expect(session.redeem(1, w.alice.address)).to.revert(ethers);
    await expect(session.phase()).to.revert(ethers);
    expect(await session.totalSupply()).to.equal(0n);
    expect(await session.orderBook()).to.equal(ethers.ZeroAddress);
  });

  it("is no leg token: nobody can mint or burn it", async () => {
    const { leg, w } = f;
    await expect(leg.mint(w.alice.address, 1)).to.revert(ethers);
    await expect(leg.burn(w.alice.address, 1)).to.revert(ethers);
    await expect(leg.name()).to.revert(ethers);
    expect(await leg.totalSupply()).to.equal(0n);
  });

  for (const name of ["book", "accounts", "views"] as const) {
    it(`is no order book: its part "${name}" takes neither traders nor money nor orders`, async () => {
      const { w } = f;
      const inert = f[name].connect(w.alice);
      await expect(inert.createUser(w.alice.address)).to.revert(ethers);
      await expect(inert.deposit(w.alice.address, 1)).to.revert(ethers);
      await expect(inert.withdraw(1, w.alice.address, 0)).to.revert(ethers);
      await expect(inert.exit(w.alice.address, false)).to.revert(ethers);
      await expect(inert.session()).to.revert(ethers);
      const order = await sign(w, { trader: w.alice, lots: 1n, price: 1n });
      await expect(inert.createTrade(order, 1, 1)).to.revert(ethers);
      await expect(inert.createTrades(packBatch([order], { maxMatches: 1, maxWalk: 1 }))).to.revert(ethers);
      await expect(inert.matchTrades(1, 1, 1, 0)).to.revert(ethers);
      await expect(inert.invalidateNonces(1)).to.revert(ethers);
    });
  }

  it("takes no plain ether", async () => {
    const { w } = f;
    for (const contract of [w.session, w.leg(1), w.book, w.factory, f.session, f.leg, f.book, f.accounts, f.views]) {
      const to = await contract.getAddress();
      await expect(w.alice.sendTransaction({ to, value: parseEther("1") })).to.revert(ethers);
      expect(await ethers.provider.getBalance(to)).to.equal(0n);
    }
  });
});

describe("A session's book", () => {
  let w: World;
  beforeEach(async () => {
    ({ w } = await networkHelpers.loadFixture(open));
  });

  it("refuses ether that comes with a call", async () => {
    const data = w.book.interface.encodeFunctionData("createUser", [w.alice.address]);
    await expect(w.alice.sendTransaction({ to: w.bookAddress, data, value: 1 })).to.revert(ethers);
    const matching = w.book.interface.encodeFunctionData("matchTrades", [1, 1, 1, 0]);
    await expect(w.alice.sendTransaction({ to: w.bookAddress, data: matching, value: 1 })).to.revert(ethers);
  });

  it("knows no function besides those of its interface", async () => {
    for (const data of ["0x12345678", "0x8456cb59" /* pause() */, "0x3659cfe6" /* upgradeTo(address) */]) {
      await expect(w.alice.sendTransaction({ to: w.bookAddress, data })).to.revert(ethers);
    }
  });
});

describe("A session's vault (R5)", () => {
  let w: World;
  beforeEach(async () => {
    ({ w } = await networkHelpers.loadFixture(open));
  });

  it("cannot be wired again, by its organiser or by anybody", async () => {
    for (const caller of [w.organiser, w.alice]) {
      await expect(w.session.connect(caller).wire([], caller.address))
        .to.be.revertedWithCustomError(w.session, "Session_NotAllowed")
        .withArgs(caller.address, await w.factory.getAddress());
    }
  });
});

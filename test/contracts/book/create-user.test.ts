import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { expectSound } from "../support/sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWorld(connection);
}
async function created(): Promise<World> {
  return openWorld(connection, { stage: "created" });
}

describe("OrderBook.createUser (R40)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  it("gives each address the next number, from 1", async () => {
    await expect(w.book.createUser(w.alice)).to.emit(w.book, "UserCreated").withArgs(1, w.alice.address);
    await expect(w.book.createUser(w.bob)).to.emit(w.book, "UserCreated").withArgs(2, w.bob.address);
    expect(await w.book.traderIdOf(w.alice)).to.equal(1n);
    expect(await w.book.traderIdOf(w.bob)).to.equal(2n);
    expect(await w.book.traderIdOf(w.carol)).to.equal(0n);
  });

  it("may be called by anybody, also long before t1", async () => {
    const early = await networkHelpers.loadFixture(created);
    await expect(early.book.connect(early.outsider).createUser(early.alice)).to.emit(early.book, "UserCreated");
  });

  it("starts an account at nothing", async () => {
    await w.book.createUser(w.alice);
    expect([...(await w.book.accountOf(w.alice))]).to.deep.equal([0n, 0n, 0n, 0n]);
    expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([0n, 0n]);
    expect([...(await w.book.claimsOf(w.alice))]).to.deep.equal([0n, 0n]);
    expect([...(await w.book.noncesOf(w.alice))]).to.deep.equal([0n, 0n]);
  });

  it("refuses an address that is registered, and says its number", async () => {
    await w.book.createUser(w.alice);
    await expect(w.book.createUser(w.alice))
      .to.be.revertedWithCustomError(w.book, "Book_TraderExists")
      .withArgs(w.alice.address, 1);
    await bankroll(w, TOKEN, w.bob);
    await expect(w.book.createUser(w.bob))
      .to.be.revertedWithCustomError(w.book, "Book_TraderExists")
      .withArgs(w.bob.address, 2);
  });

  it("refuses the zero address", async () => {
    await expect(w.book.createUser(ZeroAddress)).to.be.revertedWithCustomError(w.book, "Book_ZeroAddress");
  });
});

import { expect } from "chai";
import hre from "hardhat";

import { place, submit } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { LAST_NONCE, MAX_UINT64 } from "../../../stage/contracts/units.js";
import { type World } from "../../../stage/contracts/world.js";
import { openWithCash } from "../support/openings.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWithCash(connection);
}

describe("OrderBook.createTrade: the nonce", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  async function use(nonce: bigint): Promise<void> {
    await place(w, { trader: w.alice, lots: 1n, price: 100n, nonce });
  }

  async function nonces(): Promise<bigint[]> {
    return [...(await w.book.noncesOf(w.alice))];
  }

  async function expectUsed(nonce: bigint, floor: bigint): Promise<void> {
    await expect(use(nonce))
      .to.be.revertedWithCustomError(w.book, "Book_NonceUsed")
      .withArgs(w.alice.address, nonce, floor);
  }

  it("may come in any order within the window of 32", async () => {
    for (const nonce of [5n, 0n, 31n, 2n]) await use(nonce);
    expect(await nonces()).to.deep.equal([1n, (1n << 1n) | (1n << 4n) | (1n << 30n)]);
  });

  it("is used up once", async () => {
    await use(5n);
    await expectUsed(5n, 0n);
    await use(0n);
    await expectUsed(0n, 1n);
  });

  it("raises the floor over all that are used from the bottom", async () => {
    for (const nonce of [1n, 2n, 4n]) await use(nonce);
    expect(await nonces()).to.deep.equal([0n, 0b10110n]);
    await use(0n);
    expect(await nonces()).to.deep.equal([3n, 0b10n]);
    await use(3n);
    expect(await nonces()).to.deep.equal([5n, 0n]);
  });

  it("beyond the window pulls it along: older unused ones become void", async () => {
    await use(10n);
    await use(32n);
    expect(await nonces()).to.deep.equal([1n, (1n << 9n) | (1n << 31n)]);
    await expectUsed(0n, 1n);
    await use(63n);
    expect(await nonces()).to.deep.equal([33n, 1n << 30n]); // 32 was used, so the floor passes it
    await expectUsed(31n, 33n);
    await use(33n);
  });

  it("may lie up to 63 ahead of the floor, not further", async () => {
    await use(63n);
    expect(await nonces()).to.deep.equal([32n, 1n << 31n]);
    await expect(use(96n))
      .to.be.revertedWithCustomError(w.book, "Book_NonceTooFar")
      .withArgs(w.alice.address, 96n, 96n);
    await use(95n);
    expect(await nonces()).to.deep.equal([64n, 1n << 31n]);
  });

  it("is refused far ahead, so that nobody burns the numbers by mistake", async () => {
    for (const nonce of [64n, LAST_NONCE, LAST_NONCE + 1n, 2n ** 63n, MAX_UINT64]) {
      await expect(use(nonce))
        .to.be.revertedWithCustomError(w.book, "Book_NonceTooFar")
        .withArgs(w.alice.address, nonce, 64n);
    }
  });

  it("is each trader's own", async () => {
    await use(0n);
    await expect(submit(w, { trader: w.bob, lots: 1n, price: 100n, nonce: 0n })).to.emit(w.book, "TradeCreated");
  });

  it("is not used up by an order that is refused", async () => {
    await expect(
      submit(w, { trader: w.alice, lots: 100_000n, price: 9_000n, nonce: 3n }),
    ).to.be.revertedWithCustomError(w.book, "Book_Uncovered");
    expect(await nonces()).to.deep.equal([0n, 0n]);
    await use(3n);
  });
});

describe("OrderBook.invalidateNonces", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  it("voids every nonce below the new floor, and says so", async () => {
    await expect(w.book.connect(w.alice).invalidateNonces(10)).to.emit(w.book, "NoncesInvalidated").withArgs(1, 10);
    expect([...(await w.book.noncesOf(w.alice))]).to.deep.equal([10n, 0n]);
    await expect(submit(w, { trader: w.alice, lots: 1n, price: 1n, nonce: 9n }))
      .to.be.revertedWithCustomError(w.book, "Book_NonceUsed")
      .withArgs(w.alice.address, 9, 10);
    await place(w, { trader: w.alice, lots: 1n, price: 1n, nonce: 10n });
  });

  it("keeps what was used above, and passes over it", async () => {
    await place(w, { trader: w.alice, lots: 1n, price: 1n, nonce: 20n });
    await place(w, { trader: w.alice, lots: 1n, price: 1n, nonce: 21n });
    await place(w, { trader: w.alice, lots: 1n, price: 1n, nonce: 30n });
    await w.book.connect(w.alice).invalidateNonces(20);
    expect([...(await w.book.noncesOf(w.alice))]).to.deep.equal([22n, 1n << 8n]);
  });

  it("may jump as far as the last number; then there is no nonce left", async () => {
    await w.book.connect(w.alice).invalidateNonces(LAST_NONCE - 1n);
    await place(w, { trader: w.alice, lots: 1n, price: 1n, nonce: LAST_NONCE - 1n });
    expect([...(await w.book.noncesOf(w.alice))]).to.deep.equal([LAST_NONCE, 0n]);
    for (const nonce of [LAST_NONCE, LAST_NONCE + 1n, MAX_UINT64]) {
      await expect(submit(w, { trader: w.alice, lots: 1n, price: 1n, nonce }))
        .to.be.revertedWithCustomError(w.book, "Book_NonceTooFar")
        .withArgs(w.alice.address, nonce, LAST_NONCE);
    }
    await expect(submit(w, { trader: w.alice, lots: 1n, price: 1n, nonce: 0n }))
      .to.be.revertedWithCustomError(w.book, "Book_NonceUsed")
      .withArgs(w.alice.address, 0, LAST_NONCE);
  });

  it("refuses a floor that no nonce can have, and leaves reserve and open orders alone", async () => {
    await place(w, { trader: w.alice, lots: 1n, price: 1n });
    const before = [...(await w.book.accountOf(w.alice))];
    for (const floor of [LAST_NONCE + 1n, 2n ** 32n, MAX_UINT64]) {
      await expect(w.book.connect(w.alice).invalidateNonces(floor))
        .to.be.revertedWithCustomError(w.book, "Book_NonceTooFar")
        .withArgs(w.alice.address, floor, LAST_NONCE + 1n);
    }
    await w.book.connect(w.alice).invalidateNonces(LAST_NONCE);
    expect([...(await w.book.accountOf(w.alice))]).to.deep.equal(before);
  });

  it("leaves orders that rest already, and other traders, alone", async () => {
    await place(w, { trader: w.alice, lots: 1n, price: 1n });
    await w.book.connect(w.alice).invalidateNonces(10);
    expect((await w.book.orderAt(1)).lots).to.equal(1n);
    await place(w, { trader: w.bob, lots: 1n, price: 1n, nonce: 0n });
  });

  it("leaves balance, orders and reserve of the trader alone", async () => {
    await place(w, { trader: w.alice, lots: 100n, price: 5_000n });
    const before = [...(await w.book.accountOf(w.alice))];
    await w.book.connect(w.alice).invalidateNonces(64);
    expect([...(await w.book.accountOf(w.alice))]).to.deep.equal(before);
  });

  it("refuses a floor that is not higher", async () => {
    await w.book.connect(w.alice).invalidateNonces(10);
    for (const floor of [0, 9, 10]) {
      await expect(w.book.connect(w.alice).invalidateNonces(floor))
        .to.be.revertedWithCustomError(w.book, "Book_NonceFloorNotHigher")
        .withArgs(floor, 10);
    }
  });

  it("refuses who is not registered", async () => {
    await expect(w.book.connect(w.outsider).invalidateNonces(1))
      .to.be.revertedWithCustomError(w.book, "Book_TraderUnknown")
      .withArgs(w.outsider.address);
  });
});

/** Whoever held an order that a trader had signed and not submitted could stop the trader's withdrawal, again and again. */
import { expect } from "chai";
import hre from "hardhat";

import { at, place, sign, submit } from "../../stage/contracts/orders.js";
import { TOKEN } from "../../stage/contracts/units.js";
import type { World } from "../../stage/contracts/world.js";
import { openWithCash } from "../contracts/support/openings.js";
import { expectSound } from "../contracts/support/sound.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWithCash(connection);
}

describe("Finding: an order that was signed and not submitted, and a withdrawal", () => {
  let w: World;
  let claim: bigint;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    ({ claim } = await w.book.accountOf(w.alice));
  });
  afterEach(() => expectSound(w));

  it("stops it if it lands before: its need is reserved", async () => {
    await submit(w, await sign(w, { trader: w.alice, lots: 1_000n, price: 5_000n }));
    await expect(w.book.connect(w.alice).withdraw(claim, w.alice, 9)).to.be.revertedWithCustomError(
      w.book,
      "Book_WithdrawalUncoversOrders",
    );
    expect((await w.book.noncesOf(w.alice)).nonceFloor).to.equal(1n);
  });

  it("is void after it, if the withdrawal raises the floor", async () => {
    const unsent = await sign(w, { trader: w.alice, lots: 1n, price: 5_000n });
    const tx = w.book.connect(w.alice).withdraw(claim - TOKEN, w.alice, 9);
    await expect(tx).to.emit(w.book, "NoncesInvalidated").withArgs(1, 9);
    await expect(submit(w, unsent)).to.be.revertedWithCustomError(w.book, "Book_NonceUsed");
    await w.book.connect(w.alice).withdraw(TOKEN, w.alice, 0);
  });

  it("cannot stop it once the floor was raised by itself, which nothing can stop", async () => {
    const unsent = await sign(w, { trader: w.alice, lots: 1_000n, price: 5_000n });
    await place(w, { trader: w.alice, lots: 1_000n, price: 4_000n });
    await w.book.connect(w.alice).invalidateNonces(9);
    await expect(submit(w, unsent)).to.be.revertedWithCustomError(w.book, "Book_NonceUsed");
    await w.book.connect(w.alice).offset(at(1), 0);
    await w.book.connect(w.alice).withdraw(claim, w.alice, 0);
  });

  it("of a leg likewise; and a floor that is not higher any more stops nothing", async () => {
    await w.book.connect(w.alice).withdrawLeg(1, 1_000n, w.alice, 9);
    expect((await w.book.noncesOf(w.alice)).nonceFloor).to.equal(9n);
    for (const floor of [0, 8, 9]) await w.book.connect(w.alice).withdrawLeg(1, 1n, w.alice, floor);
    expect((await w.book.noncesOf(w.alice)).nonceFloor).to.equal(9n);
    await expect(w.book.connect(w.alice).withdraw(1n, w.alice, 2n ** 24n))
      .to.be.revertedWithCustomError(w.book, "Book_NonceTooFar")
      .withArgs(w.alice.address, 2n ** 24n, 2n ** 24n);
  });
});

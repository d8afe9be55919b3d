/** A refused withdrawal of a leg said "0 requested, 0 available" instead of the amounts. */
import { expect } from "chai";
import hre from "hardhat";

import { place } from "../../stage/contracts/orders.js";
import { LOT_VALUE, reserveOf, TOKEN } from "../../stage/contracts/units.js";
import { type World } from "../../stage/contracts/world.js";
import { openWithPosition } from "../contracts/support/openings.js";

const connection = await hre.network.create();

/** Alice holds 9 tokens of cash and 2 000 lots of the first leg: a claim of 11 tokens on it, of 9 on the other. */
async function open(): Promise<World> {
  return openWithPosition(connection);
}

describe("Finding: a refused withdrawal of a leg names its amounts", () => {
  let w: World;
  beforeEach(async () => {
    w = await connection.networkHelpers.loadFixture(open);
  });

  it("past the hard rule: what was asked, and the claim on that leg, in wei", async () => {
    await expect(w.book.connect(w.alice).withdrawLeg(1, 11_001n, w.alice, 0))
      .to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge")
      .withArgs(w.alice.address, 11_001n * LOT_VALUE, 11n * TOKEN);
    await expect(w.book.connect(w.alice).withdrawLeg(2, 9_001n, w.alice, 0))
      .to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge")
      .withArgs(w.alice.address, 9_001n * LOT_VALUE, 9n * TOKEN);
  });

  it("uncovering own orders: the same, and the reserve", async () => {
    await place(w, { trader: w.alice, lots: 1_000n, price: 6_000n, leg: 2 });
    await expect(w.book.connect(w.alice).withdrawLeg(1, 10_401n, w.alice, 0))
      .to.be.revertedWithCustomError(w.book, "Book_WithdrawalUncoversOrders")
      .withArgs(w.alice.address, 10_401n * LOT_VALUE, 11n * TOKEN, reserveOf((6n * TOKEN) / 10n));
  });
});

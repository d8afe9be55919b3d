/** What is the same for every gate: it is asked at registration, and never again. */
import { expect } from "chai";

import { place } from "../../../../stage/contracts/orders.js";
import { TOKEN } from "../../../../stage/contracts/units.js";
import { type Account, bankroll, closeTrading, type World } from "../../../../stage/contracts/world.js";
import { expectSound } from "../../support/sound.js";

/** Whoever tries, and however. */
export async function expectShut(w: World, trader: Account): Promise<void> {
  const refusal = [trader.address, w.params.policy] as const;
  await expect(w.book.createUser(trader, { gasLimit: 12_000_000 }))
    .to.be.revertedWithCustomError(w.book, "Book_NotAdmitted")
    .withArgs(...refusal);
  await expect(w.book.connect(w.organiser).deposit(trader, TOKEN, { gasLimit: 12_000_000 }))
    .to.be.revertedWithCustomError(w.book, "Book_NotAdmitted")
    .withArgs(...refusal);
  expect(await w.book.traderIdOf(trader)).to.equal(0n);
}

export async function expectOpen(w: World, trader: Account): Promise<void> {
  await expect(w.book.createUser(trader, { gasLimit: 12_000_000 })).to.emit(w.book, "UserCreated");
}

/**
 * From the first deposit to redemption in kind.
 * @param turn makes the policy change its mind about the trader, if it can; done once the trader is in
 */
export async function expectLife(w: World, trader: Account, turn: () => Promise<unknown>): Promise<void> {
  await bankroll(w, 2n * TOKEN, trader);
  await turn();
  await bankroll(w, TOKEN, trader);
  await place(w, { trader, lots: 1n, price: 5_000n });
  await w.book.connect(trader).withdraw(TOKEN, trader, 0);
  expect(await w.session.balanceOf(trader)).to.equal(TOKEN);
  await closeTrading(w);
  await w.session.connect(trader).redeem(TOKEN, trader);
  await w.book.connect(trader).exit(trader, true);
  // 3 of 1 000 tokens: three thousandths of 100 of each asset.
  for (const asset of w.assets) expect(await asset.balanceOf(trader)).to.equal((3n * TOKEN) / 10n);
  await expectSound(w);
}

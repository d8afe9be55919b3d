import { expect } from "chai";
import { ZeroHash } from "ethers";
import hre from "hardhat";

import type { Roller } from "../../../../typechain-types/index.js";
import { place } from "../../../../stage/contracts/orders.js";
import { createRoller, giveTo, openForRoll, rollNow, rollTermsOf } from "../../../../stage/contracts/rolling.js";
import { DAY, LOT_VALUE, SUPPLY, TOKEN } from "../../../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

/** Alice has 300 session tokens, bob 100 of them split, carol 200. */
async function open(): Promise<{ w: World; roller: Roller }> {
  const w = await openWorld(connection);
  for (const [holder, amount] of [
    [w.alice, 300n],
    [w.bob, 100n],
    [w.carol, 200n],
  ] as const) {
    await w.session.transfer(holder, amount * TOKEN);
  }
  await w.session.connect(w.bob).split(100n * TOKEN);
  return { w, roller: await createRoller(w) };
}

describe("Giving to a roller", () => {
  let w: World;
  let roller: Roller;
  beforeEach(async () => {
    ({ w, roller } = await networkHelpers.loadFixture(open));
  });

  it("counts a session token as a claim on every asset, and adds up", async () => {
    await giveTo(w, roller, w.alice, 100n * TOKEN);
    await giveTo(w, roller, w.bob, 0n, [0n, 40n * TOKEN]);
    await expect(giveTo(w, roller, w.alice, 50n * TOKEN))
      .to.emit(roller, "Given")
      .withArgs(w.alice, [50n * TOKEN, 50n * TOKEN]);
    expect([...(await roller.claimsOf(w.alice))]).to.deep.equal([150n * TOKEN, 150n * TOKEN]);
    expect([...(await roller.claimsOf(w.bob))]).to.deep.equal([0n, 40n * TOKEN]);
    expect([...(await roller.totals())]).to.deep.equal([150n * TOKEN, 190n * TOKEN]);
  });

  it("is open before t2 and closed from givesUntil on, to the second", async () => {
    await w.session.connect(w.alice).approve(roller, SUPPLY);
    await time.setNextBlockTimestamp(w.t2 + DAY - 1);
    await roller.connect(w.alice).give(TOKEN, [0n, 0n]);
    await time.setNextBlockTimestamp(w.t2 + DAY);
    await expect(roller.connect(w.alice).give(TOKEN, [0n, 0n]))
      .to.be.revertedWithCustomError(roller, "Roller_GivingClosed")
      .withArgs(w.t2 + DAY, w.t2 + DAY);
    await w.session.connect(w.alice).transfer(await roller.inboxOf(w.alice), TOKEN);
    await expect(roller.giveFromInbox(w.alice)).to.be.revertedWithCustomError(roller, "Roller_GivingClosed");
  });

  it("refuses nothing, other numbers of legs, and what others hold", async () => {
    const give = roller.connect(w.alice);
    await expect(give.give(0n, [0n, 0n])).to.be.revertedWithCustomError(roller, "Roller_NothingGiven");
    for (const amounts of [[], [1n], [1n, 1n, 1n]]) {
      await expect(give.give(0n, amounts))
        .to.be.revertedWithCustomError(roller, "Roller_LegCount")
        .withArgs(amounts.length, 2);
    }
    await expect(give.give(TOKEN, [0n, 0n])).to.be.revertedWithCustomError(w.session, "ERC20InsufficientAllowance");
    expect([...(await roller.totals())]).to.deep.equal([0n, 0n]);
    await expect(give.give(2n ** 255n, [2n ** 255n, 0n])).to.be.revertedWithPanic(0x11);
  });

  it("refuses dust on any asset, until it is no dust together with what was given", async () => {
    await w.session.connect(w.alice).approve(roller, SUPPLY);
    await w.session.connect(w.alice).split(TOKEN);
    await w.leg(2).connect(w.alice).approve(roller, SUPPLY);
    const give = roller.connect(w.alice);
    await expect(give.give(0n, [0n, LOT_VALUE - 1n]))
      .to.be.revertedWithCustomError(roller, "Roller_BelowMinimum")
      .withArgs(2, LOT_VALUE - 1n, LOT_VALUE);
    await give.give(LOT_VALUE, [0n, 0n]);
    await give.give(0n, [0n, 1n]);
    expect([...(await roller.claimsOf(w.alice))]).to.deep.equal([LOT_VALUE, LOT_VALUE + 1n]);
  });

  it("can be undone at any time before the roll: all of it, merged as far as it goes, by its holder alone", async () => {
    await giveTo(w, roller, w.bob, 0n, [30n * TOKEN, 40n * TOKEN]);
    await giveTo(w, roller, w.alice, 10n * TOKEN);
    await expect(roller.connect(w.carol).takeBack(w.carol))
      .to.be.revertedWithCustomError(roller, "Roller_NothingHere")
      .withArgs(w.carol);
    for (const to of [ethers.ZeroAddress, await roller.getAddress(), await w.session.getAddress()]) {
      await expect(roller.connect(w.bob).takeBack(to))
        .to.be.revertedWithCustomError(roller, "Receiver_Invalid")
        .withArgs(to);
    }
    await expect(roller.connect(w.bob).takeBack(w.dave))
      .to.emit(roller, "TakenBack")
      .withArgs(w.bob, w.dave, [30n * TOKEN, 40n * TOKEN]);
    expect(await w.session.balanceOf(w.dave)).to.equal(30n * TOKEN);
    expect([await w.leg(1).balanceOf(w.dave), await w.leg(2).balanceOf(w.dave)]).to.deep.equal([0n, 10n * TOKEN]);
    await expect(roller.connect(w.bob).takeBack(w.bob)).to.be.revertedWithCustomError(roller, "Roller_NothingHere");
    expect([...(await roller.totals())]).to.deep.equal([10n * TOKEN, 10n * TOKEN]);
  });

  it("can be undone when nobody has rolled in time, and long after", async () => {
    await giveTo(w, roller, w.alice, 10n * TOKEN);
    await time.increaseTo(w.t2 + 400 * DAY);
    await expect(roller.roll()).to.be.revertedWithCustomError(roller, "Roller_NotNow");
    await roller.connect(w.alice).takeBack(w.alice);
    expect(await w.session.balanceOf(w.alice)).to.equal(300n * TOKEN);
  });
});

describe("An inbox", () => {
  let w: World;
  let roller: Roller;
  beforeEach(async () => {
    ({ w, roller } = await networkHelpers.loadFixture(open));
  });

  it("rolls an account out of the old book in one call of its trader", async () => {
    await bankroll(w, 50n * TOKEN, w.dave, w.erin);
    await place(w, { trader: w.dave, leg: 1, lots: 20_000n, price: 5_000n });
    await place(w, { trader: w.erin, leg: 1, lots: -20_000n, price: 5_000n });
    await closeTrading(w);
    const claims = [...(await w.book.claimsOf(w.dave))];
    await w.book.connect(w.dave).exit(await roller.inboxOf(w.dave), false);
    await expect(roller.connect(w.outsider).giveFromInbox(w.dave)).to.emit(roller, "Given").withArgs(w.dave, claims);
    expect(claims).to.deep.equal([60n * TOKEN, 40n * TOKEN]);
    expect([...(await roller.claimsOf(w.dave))]).to.deep.equal(claims);
  });

  it("is emptied for its holder alone, of any token, also after it was given from", async () => {
    const inbox = await roller.inboxOf(w.alice);
    await w.session.connect(w.alice).transfer(inbox, 10n * TOKEN);
    await roller.connect(w.bob).emptyInbox([w.session], w.bob);
    expect(await w.session.balanceOf(inbox), "bob's inbox is another").to.equal(10n * TOKEN);
    await roller.giveFromInbox(w.alice);
    await w.assets[0]!.mint(inbox, 7n);
    await w.session.connect(w.alice).transfer(inbox, 1n);
    await expect(roller.giveFromInbox(w.alice)).to.not.revert(ethers);
    await w.session.connect(w.alice).transfer(inbox, 3n);
    for (const to of [ethers.ZeroAddress, await roller.getAddress(), await w.session.getAddress()]) {
      await expect(roller.connect(w.alice).emptyInbox([w.session], to))
        .to.be.revertedWithCustomError(roller, "Receiver_Invalid")
        .withArgs(to);
    }
    await roller.connect(w.alice).emptyInbox([w.session, w.assets[0]!, w.assets[1]!], w.dave);
    expect([await w.session.balanceOf(w.dave), await w.assets[0]!.balanceOf(w.dave)]).to.deep.equal([3n, 7n]);
  });

  it("obeys its roller alone, and lies at the same place for it alone", async () => {
    await roller.connect(w.alice).emptyInbox([], w.alice);
    const inbox = await ethers.getContractAt("RollInbox", await roller.inboxOf(w.alice));
    const errors = await ethers.getContractAt("IRoller", ethers.ZeroAddress);
    await expect(inbox.connect(w.alice).send(w.session, w.alice, 1n))
      .to.be.revertedWithCustomError(errors, "Roller_NotItsInbox")
      .withArgs(w.alice, roller);
    const other = await createRoller(w, { name: "Another" });
    expect(await other.inboxOf(w.alice)).to.not.equal(await inbox.getAddress());
  });

  it("with nothing but dust in it gives nothing, and its holder gets the dust back", async () => {
    await w.session.connect(w.alice).transfer(await roller.inboxOf(w.alice), LOT_VALUE - 1n);
    await expect(roller.giveFromInbox(w.alice)).to.be.revertedWithCustomError(roller, "Roller_NothingGiven");
    await roller.connect(w.alice).emptyInbox([w.session], w.alice);
    expect(await w.session.balanceOf(w.alice)).to.equal(300n * TOKEN);
    await expect(roller.giveFromInbox(w.alice)).to.be.revertedWithCustomError(roller, "Roller_NothingGiven");
  });

  it("gives the rest though a stranger has sent dust: a wei of a leg, or of the session token", async () => {
    const inbox = await roller.inboxOf(w.alice);
    await w.session.connect(w.alice).split(10n * TOKEN);
    await w.session.connect(w.alice).transfer(w.bob, 2n);
    await w.session.connect(w.bob).split(1n);
    await w
      .leg(1)
      .connect(w.alice)
      .transfer(inbox, 10n * TOKEN);
    await w.leg(2).connect(w.bob).transfer(inbox, 1n);
    await w.session.connect(w.bob).transfer(inbox, 1n);
    await roller.connect(w.outsider).giveFromInbox(w.alice);
    expect(await roller.claimsOf(w.alice)).to.deep.equal([10n * TOKEN, 0n]);
    expect([await w.leg(2).balanceOf(inbox), await w.session.balanceOf(inbox)]).to.deep.equal([1n, 1n]);
    // Once its holder has enough of the other asset, too, the dust goes with it.
    await w.leg(2).connect(w.alice).transfer(inbox, TOKEN);
    await roller.connect(w.outsider).giveFromInbox(w.alice);
    expect(await roller.claimsOf(w.alice)).to.deep.equal([10n * TOKEN + 1n, TOKEN + 2n]);
  });

  it("may be emptied after the roll, by which it is not touched", async () => {
    await giveTo(w, roller, w.carol, 10n * TOKEN);
    await w.session.connect(w.alice).transfer(await roller.inboxOf(w.alice), 10n * TOKEN);
    await rollNow(w, roller);
    await expect(roller.giveFromInbox(w.alice)).to.be.revertedWithCustomError(roller, "Roller_Rolled");
    await roller.connect(w.alice).emptyInbox([w.session], w.alice);
    expect(await w.session.balanceOf(w.alice)).to.equal(300n * TOKEN);
  });
});

describe("The roll", () => {
  let w: World;
  let roller: Roller;
  beforeEach(async () => {
    ({ w, roller } = await networkHelpers.loadFixture(open));
  });

  it("is open to anyone, from givesUntil until before the next t1, to the second", async () => {
    await giveTo(w, roller, w.alice, 10n * TOKEN);
    const [from, until] = [w.t2 + DAY, w.t2 + 2 * DAY];
    const refusedAt = async (at: number): Promise<void> => {
      await time.setNextBlockTimestamp(at);
      await expect(roller.connect(w.outsider).roll())
        .to.be.revertedWithCustomError(roller, "Roller_NotNow")
        .withArgs(at, from, until);
    };
    await refusedAt(from - 1);
    const snapshot = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(from);
    await expect(roller.connect(w.outsider).roll()).to.emit(roller, "Rolled");
    await snapshot.restore();
    await time.setNextBlockTimestamp(until - 1);
    await expect(roller.connect(w.outsider).roll()).to.emit(roller, "Rolled");
    await snapshot.restore();
    await refusedAt(until);
  });

  it("needs somebody who has given, and happens once", async () => {
    await openForRoll(w);
    await expect(roller.roll()).to.be.revertedWithCustomError(roller, "Roller_NothingGiven");
    await expect(roller.connect(w.alice).take(w.alice)).to.be.revertedWithCustomError(roller, "Roller_NotRolled");
  });

  it("makes a session of what came: twice as much gold as silver, if that is what was given", async () => {
    await giveTo(w, roller, w.alice, 100n * TOKEN);
    await giveTo(w, roller, w.bob, 0n, [100n * TOKEN, 0n]);
    const next = await rollNow(w, roller);
    const [, quantities] = await next.basket();
    expect([...quantities]).to.deep.equal([20n * TOKEN, 10n * TOKEN]);
    expect(await next.fixedSupply()).to.equal(200n * TOKEN);
    expect(await next.organiser()).to.equal(await roller.getAddress());
    await expect(roller.roll())
      .to.be.revertedWithCustomError(roller, "Roller_Rolled")
      .withArgs(await next.getAddress());
    await expect(roller.connect(w.alice).takeBack(w.alice)).to.be.revertedWithCustomError(roller, "Roller_Rolled");
    await expect(roller.connect(w.carol).give(TOKEN, [0n, 0n])).to.be.revertedWithCustomError(roller, "Roller_Rolled");
    for (const to of [ethers.ZeroAddress, await roller.getAddress(), await next.getAddress()]) {
      await expect(roller.connect(w.alice).take(to))
        .to.be.revertedWithCustomError(roller, "Receiver_Invalid")
        .withArgs(to);
    }
    // Alice: half the gold, all the silver, of which half can be merged; bob the other half.
    await expect(roller.connect(w.alice).take(w.alice))
      .to.emit(roller, "Taken")
      .withArgs(w.alice, w.alice, 100n * TOKEN, [0n, 100n * TOKEN]);
    await expect(roller.connect(w.bob).take(w.dave))
      .to.emit(roller, "Taken")
      .withArgs(w.bob, w.dave, 0n, [100n * TOKEN, 0n]);
    const gold = await ethers.getContractAt("LegToken", await next.legToken(1));
    expect(await gold.balanceOf(w.dave)).to.equal(100n * TOKEN);
  });

  it("drops an asset on which nobody gave a claim, and numbers the rest anew", async () => {
    await giveTo(w, roller, w.bob, 0n, [0n, 100n * TOKEN]);
    const before = await w.assets[0]!.balanceOf(w.session);
    const next = await rollNow(w, roller);
    const [assets, quantities] = await next.basket();
    expect([[...assets], [...quantities]]).to.deep.equal([[await w.assets[1]!.getAddress()], [10n * TOKEN]]);
    expect(await w.assets[0]!.balanceOf(w.session)).to.equal(before);
    const rolled = await roller.queryFilter(roller.filters.Rolled());
    expect([...rolled[0]!.args.legs]).to.deep.equal([2n]);
    // Of one asset a leg and a session token are worth the same: it comes as session tokens.
    await expect(roller.connect(w.bob).take(w.bob))
      .to.emit(roller, "Taken")
      .withArgs(w.bob, w.bob, 100n * TOKEN, [0n]);
    await expect(roller.connect(w.bob).take(w.bob)).to.be.revertedWithCustomError(roller, "Roller_NothingHere");
  });

  it("gives the last one what rounding has left", async () => {
    // Of leg 2 each has given a third; of N' = 110 tokens that leaves two wei.
    await w.session.connect(w.carol).split(10n * TOKEN);
    await giveTo(w, roller, w.alice, 10n * TOKEN);
    await giveTo(w, roller, w.bob, 0n, [100n * TOKEN, 10n * TOKEN]);
    await giveTo(w, roller, w.carol, 0n, [0n, 10n * TOKEN]);
    const next = await rollNow(w, roller);
    const supply = 110n * TOKEN;
    const silver = await ethers.getContractAt("LegToken", await next.legToken(2));
    const got: bigint[] = [];
    for (const holder of [w.carol, w.alice, w.bob]) {
      await roller.connect(holder).take(holder);
      got.push((await silver.balanceOf(holder)) + (await next.balanceOf(holder)));
    }
    expect(got).to.deep.equal([supply / 3n, supply / 3n, supply / 3n + 2n]);
    expect(await next.balanceOf(w.bob), "merged").to.equal(supply / 3n + 2n);
    expect(await silver.balanceOf(roller)).to.equal(0n);
  });

  it("is as in the worked example of docs/rolling.md, and as in its other end", async () => {
    // The organiser has split what Alice and Bob have besides.
    for (const holder of [w.alice, w.bob]) await w.session.transfer(holder, 200n * TOKEN);
    await w.session.connect(w.alice).split(100n * TOKEN);
    await giveTo(w, roller, w.alice, 400n * TOKEN, [100n * TOKEN, 0n]);
    const snapshot = await networkHelpers.takeSnapshot();
    await giveTo(w, roller, w.bob, 200n * TOKEN, [0n, 100n * TOKEN]);
    const even = await rollNow(w, roller);
    expect([await even.fixedSupply(), [...(await even.basket())[1]]]).to.deep.equal([
      700n * TOKEN,
      [70n * TOKEN, 70n * TOKEN],
    ]);
    await expect(roller.connect(w.alice).take(w.alice))
      .to.emit(roller, "Taken")
      .withArgs(w.alice, w.alice, 400n * TOKEN, [100n * TOKEN, 0n]);
    await expect(roller.connect(w.bob).take(w.bob))
      .to.emit(roller, "Taken")
      .withArgs(w.bob, w.bob, 200n * TOKEN, [0n, 100n * TOKEN]);
    await snapshot.restore();
    await giveTo(w, roller, w.bob, 0n, [100n * TOKEN, 0n]);
    const uneven = await rollNow(w, roller);
    expect([await uneven.fixedSupply(), [...(await uneven.basket())[1]]]).to.deep.equal([
      600n * TOKEN,
      [60n * TOKEN, 40n * TOKEN],
    ]);
    // All silver is hers, in more tokens than she gave: 500 of gold and 600 of silver.
    await expect(roller.connect(w.alice).take(w.alice))
      .to.emit(roller, "Taken")
      .withArgs(w.alice, w.alice, 500n * TOKEN, [0n, 100n * TOKEN]);
  });

  it("cannot be forestalled at the next session's address", async () => {
    await giveTo(w, roller, w.alice, 100n * TOKEN);
    await openForRoll(w);
    const expected = await roller.roll.staticCall();
    const terms = await rollTermsOf(w);
    const params = {
      ...w.params,
      name: terms.name,
      symbol: terms.symbol,
      quantities: [10n * TOKEN, 10n * TOKEN],
      supply: 100n * TOKEN,
      t1: terms.t1,
      t2: terms.t2,
      settleLimit: terms.settleLimit,
      openMarkets: true,
    };
    const factory = w.factory.connect(w.outsider);
    expect(await factory.createSession.staticCall(params, ZeroHash)).to.not.equal(expected);
    await factory.createSession(params, ZeroHash);
    await roller.roll();
    expect(await roller.next()).to.equal(expected);
  });

  it("opens a session in which its holders trade and leave as in any", async () => {
    await giveTo(w, roller, w.alice, 100n * TOKEN);
    const next = await rollNow(w, roller);
    await roller.connect(w.alice).take(w.alice);
    const book = await ethers.getContractAt("IOrderBook", await next.orderBook());
    await next.connect(w.alice).approve(book, SUPPLY);
    await book.connect(w.alice).deposit(w.alice, 100n * TOKEN);
    await time.increaseTo(w.t2 + 32 * DAY);
    await book.connect(w.alice).exit(w.alice, true);
    expect(await w.assets[0]!.balanceOf(w.alice)).to.equal(10n * TOKEN);
  });
});

import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import hre from "hardhat";

import type { PrimarySale, TestAsset } from "../../../../typechain-types/index.js";
import { signPermit } from "../../support/permits.js";
import { SUPPLY, TOKEN } from "../../../../stage/contracts/units.js";
import { type Account, openWorld, supplyBasket, type World } from "../../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

/** Of a token with six decimals: 2.50 for a session token at first, 1.00 in the end, 1 cent less each second. */
const START = 2_500_000n;
const END = 1_000_000n;
const SLOPE = 10_000n;
const FALLS_FOR = 150; // seconds
const SOLD = 100n * TOKEN;
const PURSE = 10_000_000_000n;

interface Fixture {
  readonly w: World;
  readonly money: TestAsset;
  readonly sale: PrimarySale;
  readonly opens: number;
  readonly closes: number;
}

interface Change {
  readonly premium?: string;
  readonly slope?: bigint;
  readonly startPrice?: bigint;
  readonly endPrice?: bigint;
  readonly opens?: number;
  readonly closes?: number;
  readonly maxPerBuyer?: bigint;
  readonly policy?: string;
  readonly session?: string;
}

async function made(w: World, money: { getAddress(): Promise<string> }, change: Change = {}): Promise<PrimarySale> {
  const terms = {
    session: await w.session.getAddress(),
    premium: await money.getAddress(),
    startPrice: START,
    endPrice: END,
    slope: SLOPE,
    opens: w.t1,
    closes: w.t1 + 1_000,
    maxPerBuyer: 0n,
    policy: ZeroAddress,
    ...change,
  };
  const [organiser] = await ethers.getSigners();
  return ethers.deployContract("PrimarySale", [terms], organiser);
}

/** Opens with trading; the organiser has paid 100 session tokens in. */
async function open(change: Change = {}): Promise<Fixture> {
  const w = await openWorld(connection, { stage: "funded" });
  const money = await ethers.deployContract("TestAsset", ["Dollar", "USD", 6]);
  const sale = await made(w, money, change);
  await offer(w, sale);
  for (const one of [w.alice, w.bob, w.carol]) await allow(money, one, sale);
  return { w, money, sale, opens: change.opens ?? w.t1, closes: change.closes ?? w.t1 + 1_000 };
}

async function offer(w: World, sale: PrimarySale): Promise<void> {
  await w.session.approve(sale, SOLD);
  await sale.offer(SOLD);
}

async function allow(money: TestAsset, buyer: Account, sale: PrimarySale): Promise<void> {
  await money.mint(buyer, PURSE);
  await money.connect(buyer).approve(sale, PURSE);
}

const falling = (): Promise<Fixture> => open();
const limited = (): Promise<Fixture> => open({ maxPerBuyer: 3n * TOKEN });

describe("A primary sale", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(falling);
  });

  const buy = (
    buyer: Account,
    amount: bigint,
    at: number,
    maxPay = MaxUint256,
    deadline: number | bigint = MaxUint256,
  ) => time.setNextBlockTimestamp(at).then(() => f.sale.connect(buyer).buy(amount, maxPay, buyer, deadline));

  it("has a price that falls by the second, to its end and no further", async () => {
    const { sale, opens } = f;
    for (const [second, price] of [
      [-1_000, START],
      [0, START],
      [1, 2_490_000n],
      [FALLS_FOR - 1, 1_010_000n],
      [FALLS_FOR, END],
      [FALLS_FOR + 1, END],
      [1_000_000, END],
    ] as const) {
      expect(await sale.priceAt(opens + second), `${second} s`).to.equal(price);
    }
    expect(await sale.priceAt(MaxUint256)).to.equal(END);
    expect(await sale.costAt(TOKEN + 1n, opens)).to.equal(START + 1n);
  });

  it("does not fall below its end where the slope does not divide the way", async () => {
    const { w, money } = f;
    const sale = await made(w, money, { slope: 400_000n });
    const prices = await Promise.all([3, 4, 5].map((second) => sale.priceAt(w.t1 + second)));
    expect(prices).to.deep.equal([1_300_000n, END, END]);
    const steep = await made(w, money, { slope: 2n ** 128n - 1n });
    expect(await Promise.all([0, 1].map((second) => steep.priceAt(w.t1 + second)))).to.deep.equal([START, END]);
  });

  it("stands at a fixed price without a slope", async () => {
    const sale = await made(f.w, f.money, { slope: 0n });
    expect(await sale.priceAt(f.w.t1 + 999)).to.equal(START);
  });

  it("sells in the same call, at the price of the second in which it is done", async () => {
    const { w, money, sale, opens } = f;
    const bought = buy(w.alice, 4n * TOKEN, opens + 50);
    await expect(bought)
      .to.emit(sale, "Bought")
      .withArgs(w.alice.address, w.alice.address, 4n * TOKEN, 8_000_000n, 2_000_000n);
    await expect(bought).to.changeTokenBalances(ethers, money, [w.alice, sale], [-8_000_000n, 8_000_000n]);
    await expect(bought).to.changeTokenBalances(ethers, w.session, [w.alice, sale], [4n * TOKEN, -4n * TOKEN]);
    expect([await sale.unsold(), await sale.boughtBy(w.alice)]).to.deep.equal([SOLD - 4n * TOKEN, 4n * TOKEN]);
  });

  it("rounds what is paid up: a wei costs a unit, and ten buyers pay no less than one", async () => {
    const { w, money, sale, opens } = f;
    await buy(w.alice, 1n, opens + FALLS_FOR);
    expect(await money.balanceOf(sale)).to.equal(1n);
    const part = TOKEN / 3n;
    for (let i = 0; i < 3; i += 1) await buy(w.bob, part, opens + FALLS_FOR + 1 + i);
    expect(await money.balanceOf(sale)).to.equal(1n + 3n * 333_334n);
  });

  it("gives the tokens to whom the buyer names, but not to where they are lost", async () => {
    const { w, sale, opens } = f;
    await time.setNextBlockTimestamp(opens);
    await sale.connect(w.alice).buy(TOKEN, START, w.bob, opens);
    expect(await w.session.balanceOf(w.bob)).to.equal(TOKEN);
    for (const to of [ZeroAddress, await sale.getAddress(), await w.session.getAddress()]) {
      await expect(sale.connect(w.alice).buy(TOKEN, START, to, MaxUint256))
        .to.be.revertedWithCustomError(sale, "Receiver_Invalid")
        .withArgs(to);
    }
    await expect(sale.connect(w.alice).buy(0, START, w.bob, MaxUint256)).to.be.revertedWithCustomError(
      sale,
      "Sale_AmountZero",
    );
  });

  it("asks no more than the buyer has signed for, and keeps the deadline", async () => {
    const { w, sale, opens } = f;
    await expect(buy(w.alice, TOKEN, opens + 1, 2_489_999n))
      .to.be.revertedWithCustomError(sale, "Sale_TooDear")
      .withArgs(2_490_000n, 2_489_999n);
    await buy(w.alice, TOKEN, opens + 2, 2_480_000n); // and a second later it is cheap enough
    await expect(buy(w.alice, TOKEN, opens + 10, MaxUint256, opens + 9))
      .to.be.revertedWithCustomError(sale, "Sale_DeadlineExpired")
      .withArgs(opens + 10, opens + 9);
    await buy(w.alice, TOKEN, opens + 11, MaxUint256, opens + 11);
  });

  it("is open from its first second to the one before it closes", async () => {
    const { w, sale, opens, closes } = f;
    await expect(buy(w.alice, TOKEN, opens - 1))
      .to.be.revertedWithCustomError(sale, "Sale_NotOpen")
      .withArgs(opens - 1, opens, closes);
    await buy(w.alice, TOKEN, opens);
    await time.setNextBlockTimestamp(closes - 1);
    await expect(sale.takeBack(w.organiser))
      .to.be.revertedWithCustomError(sale, "Sale_StillOpen")
      .withArgs(closes - 1, closes);
  });

  it("has closed in the second in which what is left goes back", async () => {
    const { w, sale, opens, closes } = f;
    await buy(w.alice, TOKEN, closes - 1);
    await expect(buy(w.alice, TOKEN, closes))
      .to.be.revertedWithCustomError(sale, "Sale_NotOpen")
      .withArgs(closes, opens, closes);
    await w.session.connect(w.alice).transfer(sale, 7n); // by mistake: nothing is stranded
    const back = sale.takeBack(w.carol);
    await expect(back)
      .to.emit(sale, "UnsoldReturned")
      .withArgs(w.carol.address, SOLD - TOKEN + 7n);
    await expect(back).to.changeTokenBalances(
      ethers,
      w.session,
      [sale, w.carol],
      [TOKEN - SOLD - 7n, SOLD - TOKEN + 7n],
    );
    expect(await sale.unsold()).to.equal(0n);
    await expect(sale.takeBack(w.carol)).to.changeTokenBalance(ethers, w.session, w.carol, 0n);
    for (const to of [ZeroAddress, await sale.getAddress(), await w.session.getAddress()]) {
      await expect(sale.takeBack(to)).to.be.revertedWithCustomError(sale, "Receiver_Invalid").withArgs(to);
    }
  });

  it("sells what there is: all of it, and not a wei more", async () => {
    const { w, sale, opens } = f;
    await expect(buy(w.alice, SOLD + 1n, opens))
      .to.be.revertedWithCustomError(sale, "Sale_NotEnoughLeft")
      .withArgs(SOLD + 1n, SOLD);
    await buy(w.alice, SOLD - 1n, opens + 1);
    await buy(w.bob, 1n, opens + 2);
    await expect(buy(w.bob, 1n, opens + 3))
      .to.be.revertedWithCustomError(sale, "Sale_NotEnoughLeft")
      .withArgs(1n, 0n);
    expect(await w.session.balanceOf(sale)).to.equal(0n);
  });

  it("pays its proceeds to the seller alone, as often as it asks, to the unit", async () => {
    const { w, money, sale, opens } = f;
    await buy(w.alice, TOKEN + 1n, opens + 3);
    await expect(sale.connect(w.alice).collect(w.alice))
      .to.be.revertedWithCustomError(sale, "Sale_NotSeller")
      .withArgs(w.alice.address, w.organiser.address);
    for (const to of [ZeroAddress, await sale.getAddress(), await money.getAddress()]) {
      await expect(sale.collect(to)).to.be.revertedWithCustomError(sale, "Receiver_Invalid").withArgs(to);
    }
    const first = sale.collect(w.frank);
    await expect(first).to.emit(sale, "ProceedsCollected").withArgs(w.frank.address, 2_470_001n);
    await expect(first).to.changeTokenBalance(ethers, money, w.frank, 2_470_001n);
    await buy(w.bob, TOKEN, opens + FALLS_FOR);
    await expect(sale.collect(w.frank)).to.changeTokenBalance(ethers, money, w.frank, END);
    await expect(sale.collect(w.frank)).to.changeTokenBalance(ethers, money, w.frank, 0n);
    expect(await money.balanceOf(sale)).to.equal(0n);
    const paid = 2n * PURSE - (await money.balanceOf(w.alice)) - (await money.balanceOf(w.bob));
    expect(await money.balanceOf(w.frank)).to.equal(paid);
  });

  it("is the organiser's: nobody else offers, takes back or collects", async () => {
    const { w, sale } = f;
    for (const call of [sale.connect(w.alice).offer(1n), sale.connect(w.alice).takeBack(w.alice)]) {
      await expect(call)
        .to.be.revertedWithCustomError(sale, "Sale_NotSeller")
        .withArgs(w.alice.address, w.organiser.address);
    }
    expect(await sale.SELLER()).to.equal(w.organiser.address);
  });

  it("takes nothing more in once it is open", async () => {
    const { w, sale, opens } = f;
    await w.session.approve(sale, SUPPLY);
    await time.setNextBlockTimestamp(opens - 1);
    await expect(sale.offer(TOKEN)).to.emit(sale, "Offered").withArgs(w.organiser.address, TOKEN);
    expect(await sale.unsold()).to.equal(SOLD + TOKEN);
    await time.setNextBlockTimestamp(opens);
    await expect(sale.offer(TOKEN)).to.be.revertedWithCustomError(sale, "Sale_OfferClosed").withArgs(opens, opens);
    await expect(sale.offer(0n)).to.be.revertedWithCustomError(sale, "Sale_AmountZero");
  });

  it("has nothing to sell before the session is funded", async () => {
    const w = await openWorld(connection, { stage: "created" });
    const sale = await made(w, f.money, { opens: w.t1 - 100 });
    await w.session.approve(sale, SOLD);
    await expect(sale.offer(TOKEN)).to.be.revertedWithCustomError(w.session, "ERC20InsufficientBalance");
    await supplyBasket(w);
    await w.session.fund();
    await sale.offer(TOKEN);
    expect(await sale.unsold()).to.equal(TOKEN);
    const late = await made(w, f.money, { opens: w.t1 - 50 });
    await allow(f.money, w.alice, late);
    await time.setNextBlockTimestamp(w.t1 - 40);
    await expect(late.connect(w.alice).buy(1n, MaxUint256, w.alice, MaxUint256))
      .to.be.revertedWithCustomError(late, "Sale_NotEnoughLeft")
      .withArgs(1n, 0n);
  });

  it("says what it was made of, and refuses terms that make no sense", async () => {
    const { w, money, sale, opens, closes } = f;
    expect([...(await sale.terms())]).to.deep.equal([
      await w.session.getAddress(),
      await money.getAddress(),
      START,
      END,
      SLOPE,
      BigInt(opens),
      BigInt(closes),
      0n,
      ZeroAddress,
    ]);
    const nobody = w.outsider.address;
    const own = await w.session.getAddress();
    for (const [change, error, args] of [
      [{ session: nobody }, "Sale_NoCode", [nobody]],
      [{ premium: nobody }, "Sale_NoCode", [nobody]],
      [{ policy: nobody }, "Sale_NoCode", [nobody]],
      [{ premium: own }, "Sale_OwnToken", [own]],
      [{ endPrice: 0n }, "Sale_Prices", [START, 0n]],
      [{ endPrice: START + 1n }, "Sale_Prices", [START, START + 1n]],
    ] as const) {
      await expect(made(w, money, change))
        .to.be.revertedWithCustomError(sale, error)
        .withArgs(...args);
    }
  });

  it("has a window that lies ahead and ends with the session's", async () => {
    const { w, money, sale, opens } = f;
    const now = w.t1 - 500;
    for (const [from, to] of [
      [now, opens],
      [opens, opens],
      [opens, w.t2 + 1],
    ] as const) {
      await time.setNextBlockTimestamp(now + (from === now ? 0 : (await time.latest()) - now + 1));
      await expect(made(w, money, { opens: from, closes: to })).to.be.revertedWithCustomError(sale, "Sale_Window");
    }
    await made(w, money, { opens, closes: w.t2 });
    await made(w, money, { endPrice: START });
  });
});

describe("A sale with a limit, or a policy", () => {
  it("sells each address no more than the limit", async () => {
    const { w, sale, opens } = await networkHelpers.loadFixture(limited);
    await time.setNextBlockTimestamp(opens);
    await sale.connect(w.alice).buy(2n * TOKEN, MaxUint256, w.bob, MaxUint256);
    await expect(sale.connect(w.alice).buy(TOKEN + 1n, MaxUint256, w.alice, MaxUint256))
      .to.be.revertedWithCustomError(sale, "Sale_OverLimit")
      .withArgs(w.alice.address, TOKEN + 1n, TOKEN);
    await sale.connect(w.alice).buy(TOKEN, MaxUint256, w.alice, MaxUint256);
    await sale.connect(w.bob).buy(3n * TOKEN, MaxUint256, w.bob, MaxUint256); // what he was given does not count
  });

  it("sells to whom its policy admits to the session's book, and to nobody if the policy fails", async () => {
    const list = await ethers.deployContract("AdmitListPolicy");
    const { w, sale, opens } = await open({ policy: await list.getAddress() });
    await list.admit(w.book, w.alice, true);
    await list.admit(w.outsider, w.bob, true);
    await time.setNextBlockTimestamp(opens);
    await sale.connect(w.alice).buy(TOKEN, MaxUint256, w.alice, MaxUint256);
    await expect(sale.connect(w.bob).buy(TOKEN, MaxUint256, w.bob, MaxUint256))
      .to.be.revertedWithCustomError(sale, "Sale_NotAdmitted")
      .withArgs(w.bob.address, await list.getAddress());
    for (const manner of [0, 1, 2, 3, 4, 5]) {
      const hostile = await ethers.deployContract("HostilePolicy", [manner]);
      const policy = await hostile.getAddress();
      const other = await open({ policy });
      await time.setNextBlockTimestamp(other.opens);
      await expect(
        other.sale.connect(other.w.alice).buy(1n, MaxUint256, other.w.alice, MaxUint256, { gasLimit: 5_000_000 }),
      )
        .to.be.revertedWithCustomError(sale, "Sale_NotAdmitted")
        .withArgs(other.w.alice.address, policy);
    }
  });
});

describe("A sale for a premium token that", () => {
  /** Alice has some of it and has allowed the sale to take it; the clock stands at the sale's first second. */
  async function saleFor(
    name: "FeeOnTransferAsset" | "LyingAsset" | "SilentAsset" | "RefusingAsset" | "ReentrantAsset",
  ) {
    const w = await openWorld(connection, { stage: "funded" });
    const asset = await ethers.deployContract(name as string);
    const money = await ethers.getContractAt("TestAsset", await asset.getAddress());
    const sale = await made(w, money);
    await offer(w, sale);
    await allow(money, w.alice, sale);
    await time.increaseTo(w.t1 + FALLS_FOR);
    const buy = () => sale.connect(w.alice).buy(TOKEN, END, w.alice, MaxUint256);
    return { w, money, address: await money.getAddress(), sale, buy };
  }

  it("takes a fee of its own sells nothing", async () => {
    const { w, sale, buy, address } = await saleFor("FeeOnTransferAsset");
    await expect(buy())
      .to.be.revertedWithCustomError(sale, "Transfer_ReceivedOtherAmount")
      .withArgs(address, 990_000n, END);
    expect([await sale.unsold(), await w.session.balanceOf(sale)]).to.deep.equal([SOLD, SOLD]);
  });

  it("lies about what it moved sells nothing", async () => {
    const { address, sale, buy } = await saleFor("LyingAsset");
    const asset = await ethers.getContractAt("LyingAsset", address);
    for (const [moved, shrinks, received] of [
      [0n, false, 0n],
      [END - 1n, false, END - 1n],
      [0n, true, 0n],
    ] as const) {
      await asset.moveInstead(moved, shrinks);
      await expect(buy())
        .to.be.revertedWithCustomError(sale, "Transfer_ReceivedOtherAmount")
        .withArgs(address, received, END);
    }
  });

  it("answers nothing sells as any", async () => {
    const { w, money, sale, buy } = await saleFor("SilentAsset");
    await buy();
    await sale.collect(w.frank);
    expect([await money.balanceOf(w.frank), await w.session.balanceOf(w.alice)]).to.deep.equal([END, TOKEN]);
  });

  it("stops stops its own buyers and its proceeds, and not what is unsold", async () => {
    const { w, address, sale, buy } = await saleFor("RefusingAsset");
    const asset = await ethers.getContractAt("RefusingAsset", address);
    await buy();
    await asset.refuse(true);
    await expect(buy()).to.be.revertedWithCustomError(asset, "TransfersStopped");
    await expect(sale.collect(w.frank)).to.be.revertedWithCustomError(asset, "TransfersStopped");
    await time.increaseTo(w.t1 + 1_000);
    await sale.takeBack(w.organiser);
    expect(await w.session.balanceOf(sale)).to.equal(0n);
    await asset.refuse(false);
    await sale.collect(w.frank);
    expect(await asset.balanceOf(w.frank)).to.equal(END);
  });

  it("calls back can neither buy again nor take anything", async () => {
    const { w, address, sale, buy } = await saleFor("ReentrantAsset");
    const asset = await ethers.getContractAt("ReentrantAsset", address);
    const guard = sale.interface.getError("ReentrancyGuardReentrantCall")!.selector;
    await asset.mint(asset, PURSE);
    await asset.aim(sale, sale.interface.encodeFunctionData("buy", [TOKEN, MaxUint256, address, MaxUint256]), false);
    await expect(buy()).to.be.revertedWithCustomError(asset, "CallBackFailed").withArgs(guard);
    await asset.aim(sale, sale.interface.encodeFunctionData("buy", [TOKEN, MaxUint256, address, MaxUint256]), true);
    await expect(buy()).to.emit(asset, "CalledBack").withArgs(false, guard);
    expect([await w.session.balanceOf(w.alice), await w.session.balanceOf(asset)]).to.deep.equal([TOKEN, 0n]);
    expect(await sale.unsold()).to.equal(SOLD - TOKEN);
  });
});

describe("A sale that is paid by permit", () => {
  /** Alice has session tokens of another session, which are what the sale is paid in; its price stands. */
  async function payable() {
    const other = await openWorld(connection, { stage: "funded" });
    await other.session.transfer(other.alice, 10n * TOKEN);
    const w = await openWorld(connection, { stage: "funded" });
    const sale = await made(w, other.session, { startPrice: TOKEN, endPrice: TOKEN, slope: 0n });
    await offer(w, sale);
    await time.increaseTo(w.t1);
    const deadline = BigInt(w.t1 + 100);
    const permit = await signPermit(other.session, w.alice, {
      spender: await sale.getAddress(),
      value: 3n * TOKEN,
      deadline,
    });
    const buy = (buyer: Account, { v, r, s } = permit, maxPay = 3n * TOKEN) =>
      sale.connect(buyer).buyWithPermit(2n * TOKEN, maxPay, buyer, deadline, v, r, s);
    return { w, money: other.session, sale, deadline, permit, buy };
  }

  it("needs no approval before: one transaction pays and delivers", async () => {
    const { w, money, sale, buy } = await networkHelpers.loadFixture(payable);
    const bought = buy(w.alice);
    await expect(bought)
      .to.emit(sale, "Bought")
      .withArgs(w.alice.address, w.alice.address, 2n * TOKEN, 2n * TOKEN, TOKEN);
    await expect(bought).to.changeTokenBalances(ethers, money, [w.alice, sale], [-2n * TOKEN, 2n * TOKEN]);
    await expect(bought).to.changeTokenBalance(ethers, w.session, w.alice, 2n * TOKEN);
    expect(await money.allowance(w.alice, sale)).to.equal(TOKEN);
  });

  it("works all the same when somebody has used the permit before, or on an older allowance", async () => {
    const { w, money, sale, deadline, permit, buy } = await networkHelpers.loadFixture(payable);
    await money.connect(w.outsider).permit(w.alice, sale, 3n * TOKEN, deadline, permit.v, permit.r, permit.s);
    await buy(w.alice);
    expect(await w.session.balanceOf(w.alice)).to.equal(2n * TOKEN);
    await money.connect(w.alice).approve(sale, 2n * TOKEN);
    await buy(w.alice); // its nonce is used
    expect(await w.session.balanceOf(w.alice)).to.equal(4n * TOKEN);
  });

  it("takes from the caller alone, and no more than it has signed for", async () => {
    const { w, money, sale, permit, buy } = await networkHelpers.loadFixture(payable);
    await money.connect(w.alice).transfer(w.bob, 5n * TOKEN);
    await expect(buy(w.bob)).to.be.revertedWithCustomError(money, "ERC20InsufficientAllowance");
    await expect(buy(w.alice, permit, 3n * TOKEN + 1n))
      .to.be.revertedWithCustomError(money, "ERC20InsufficientAllowance")
      .withArgs(await sale.getAddress(), 0n, 2n * TOKEN);
    await expect(buy(w.alice, permit, 2n * TOKEN - 1n))
      .to.be.revertedWithCustomError(sale, "Sale_TooDear")
      .withArgs(2n * TOKEN, 2n * TOKEN - 1n);
    expect(await sale.unsold()).to.equal(SOLD);
  });

  it("keeps the rules of every sale", async () => {
    const { w, sale, deadline, permit, buy } = await networkHelpers.loadFixture(payable);
    const { v, r, s } = permit;
    await expect(
      sale.connect(w.alice).buyWithPermit(0n, TOKEN, w.alice, deadline, v, r, s),
    ).to.be.revertedWithCustomError(sale, "Sale_AmountZero");
    await expect(sale.connect(w.alice).buyWithPermit(1n, TOKEN, sale, deadline, v, r, s))
      .to.be.revertedWithCustomError(sale, "Receiver_Invalid")
      .withArgs(await sale.getAddress());
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(buy(w.alice))
      .to.be.revertedWithCustomError(sale, "Sale_DeadlineExpired")
      .withArgs(deadline + 1n, deadline);
  });

  it("fails in its own call where the token has no permits, and no allowance is there", async () => {
    const { w, money, sale, opens } = await networkHelpers.loadFixture(falling);
    const { v, r, s } = await signPermit(w.session, w.alice, { spender: ZeroAddress, value: 0n, deadline: 0n });
    await time.increaseTo(opens + FALLS_FOR);
    const buy = (buyer: Account) => sale.connect(buyer).buyWithPermit(TOKEN, END, buyer, MaxUint256, v, r, s);
    await buy(w.alice); // she has approved
    await expect(buy(w.dave)).to.be.revertedWithCustomError(money, "ERC20InsufficientAllowance");
    expect(await money.balanceOf(sale)).to.equal(END);
  });

  it("cannot be used by the token to buy, or to take anything, on the way", async () => {
    const w = await openWorld(connection, { stage: "funded" });
    const asset = await ethers.deployContract("ReentrantAsset");
    const sale = await made(w, asset);
    await offer(w, sale);
    await asset.mint(w.alice, PURSE);
    await asset.mint(asset, PURSE);
    await asset.connect(w.alice).approve(sale, PURSE);
    await time.increaseTo(w.t1 + FALLS_FOR);
    const own = await asset.getAddress();
    await asset.act(asset, asset.interface.encodeFunctionData("approve", [await sale.getAddress(), PURSE]));
    await asset.aim(sale, sale.interface.encodeFunctionData("buy", [TOKEN, MaxUint256, own, MaxUint256]), true);
    const guard = sale.interface.getError("ReentrancyGuardReentrantCall")!.selector;
    const { v, r, s } = await signPermit(w.session, w.alice, { spender: ZeroAddress, value: 0n, deadline: 0n });
    await expect(sale.connect(w.alice).buyWithPermit(TOKEN, END, w.alice, MaxUint256, v, r, s))
      .to.emit(asset, "PermitAsked")
      .and.to.emit(asset, "CalledBack")
      .withArgs(false, guard);
    expect([await w.session.balanceOf(w.alice), await w.session.balanceOf(own)]).to.deep.equal([TOKEN, 0n]);
  });
});

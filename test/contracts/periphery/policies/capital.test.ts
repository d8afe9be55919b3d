import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import hre from "hardhat";

import type { FlashBorrower, MinCapital, VotesAsset } from "../../../../typechain-types/index.js";
import { TOKEN } from "../../../../stage/contracts/units.js";
import { closeTrading, openWorld, type World } from "../../../../stage/contracts/world.js";
import { expectLife, expectOpen, expectShut } from "./gate.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const MINIMUM = 50n * TOKEN;
const PURSE = 500n * TOKEN;

type Calls = readonly (readonly [target: { getAddress(): Promise<string> }, data: string])[];

/** What `borrower` does while it has the minimum, and nothing of its own. */
async function borrowed(borrower: FlashBorrower, token: VotesAsset, calls: Calls) {
  const targets = await Promise.all(calls.map(([target]) => target.getAddress()));
  return borrower.run(
    token,
    MINIMUM,
    targets,
    calls.map(([, data]) => data),
  );
}

const registers = (w: World, borrower: FlashBorrower) =>
  borrower.getAddress().then((address) => w.book.interface.encodeFunctionData("createUser", [address]));

describe("A policy that looks at a balance", () => {
  it("is deceived by a loan of one transaction: so none of ours does", async () => {
    const token = await ethers.deployContract("VotesAsset", [false]);
    const policy = await ethers.deployContract("BalancePolicy", [token, MINIMUM]);
    const w = await openWorld(connection, { policy: await policy.getAddress() });
    const borrower = await ethers.deployContract("FlashBorrower");
    await borrowed(borrower, token, [[w.book, await registers(w, borrower)]]);
    expect(await token.balanceOf(borrower)).to.equal(0n);
    expect(await w.book.traderIdOf(borrower)).to.not.equal(0n);
  });
});

interface Votes {
  readonly w: World;
  readonly token: VotesAsset;
  readonly borrower: FlashBorrower;
}

interface Fixture {
  readonly w: World;
  readonly token: VotesAsset;
  readonly lock: MinCapital;
  readonly borrower: FlashBorrower;
}

async function open(): Promise<Fixture> {
  const token = await ethers.deployContract("VotesAsset", [false]);
  const lock = await ethers.deployContract("MinCapital", [token, MINIMUM]);
  const [, , alice, bob] = await ethers.getSigners();
  for (const one of [alice!, bob!]) {
    await token.mint(one, PURSE);
    await token.connect(one).approve(lock, PURSE);
  }
  const w = await openWorld(connection, { policy: await lock.getAddress() });
  return { w, token, lock, borrower: await ethers.deployContract("FlashBorrower") };
}

describe("A minimum of capital, staked", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(open);
  });

  it("admits for whom enough lies here, whoever put it there", async () => {
    const { w, lock } = f;
    await expectShut(w, w.alice);
    await expect(lock.connect(w.alice).stake(w.session, w.alice, MINIMUM - 1n))
      .to.emit(lock, "Staked")
      .withArgs(w.bookAddress, w.alice.address, w.alice.address, MINIMUM - 1n, w.t2);
    await expectShut(w, w.alice);
    await lock.connect(w.bob).stake(w.session, w.alice, 1n);
    expect(await lock.stakedFor(w.book, w.alice)).to.equal(MINIMUM);
    await expectOpen(w, w.alice);
    await expectShut(w, w.bob);
  });

  it("is not deceived by a loan: the stake stays, so the loan cannot be paid back", async () => {
    const { w, token, lock, borrower } = f;
    const self = await borrower.getAddress();
    const enter: Calls = [
      [token, token.interface.encodeFunctionData("approve", [await lock.getAddress(), MaxUint256])],
      [lock, lock.interface.encodeFunctionData("stake", [await w.session.getAddress(), self, MINIMUM])],
      [w.book, await registers(w, borrower)],
    ];
    const leave = lock.interface.encodeFunctionData("withdraw", [w.bookAddress, self, self]);
    await expect(borrowed(borrower, token, [...enter, [lock, leave]])).to.be.revertedWithCustomError(
      borrower,
      "CallFailed",
    );
    await expect(borrowed(borrower, token, enter)).to.be.revertedWithCustomError(token, "ERC20InsufficientBalance");
    expect(await w.book.traderIdOf(borrower)).to.equal(0n);
    await token.mint(borrower, MINIMUM); // the same steps with money of its own
    await borrowed(borrower, token, enter);
    expect(await w.book.traderIdOf(borrower)).to.not.equal(0n);
  });

  it("is not deceived by a made-up session whose t2 is now", async () => {
    const { w, lock } = f;
    const liar = await ethers.deployContract("LyingSession", [w.session]);
    await expect(lock.connect(w.alice).stake(liar, w.alice, MINIMUM))
      .to.be.revertedWithCustomError(lock, "Gate_NotItsBook")
      .withArgs(await liar.getAddress(), w.bookAddress);
  });

  it("counts a stake for one trader in one session", async () => {
    const { w, lock } = f;
    const other = await openWorld(connection, { policy: await lock.getAddress() });
    await lock.connect(w.alice).stake(other.session, w.alice, MINIMUM);
    await expectShut(w, w.alice);
    await expectOpen(other, other.alice);
  });

  it("gives a stake back from t2 on, to who staked it, once", async () => {
    const { w, token, lock } = f;
    await lock.connect(w.alice).stake(w.session, w.alice, MINIMUM);
    await lock.connect(w.bob).stake(w.session, w.alice, 3n);
    await networkHelpers.time.setNextBlockTimestamp(w.t2 - 1);
    await expect(lock.connect(w.alice).withdraw(w.book, w.alice, w.alice))
      .to.be.revertedWithCustomError(lock, "MinCapital_Locked")
      .withArgs(w.t2 - 1, w.t2);
    await closeTrading(w);
    const back = lock.connect(w.bob).withdraw(w.book, w.alice, w.erin);
    await expect(back)
      .to.emit(lock, "Unstaked")
      .withArgs(w.bookAddress, w.alice.address, w.bob.address, w.erin.address, 3n);
    await expect(back).to.changeTokenBalances(ethers, token, [lock, w.erin], [-3n, 3n]);
    await lock.connect(w.alice).withdraw(w.book, w.alice, w.alice);
    expect([await token.balanceOf(w.alice), await lock.stakedFor(w.book, w.alice)]).to.deep.equal([PURSE, 0n]);
    await expect(lock.connect(w.alice).withdraw(w.book, w.alice, w.alice))
      .to.be.revertedWithCustomError(lock, "MinCapital_NothingStaked")
      .withArgs(w.bookAddress, w.alice.address, w.alice.address);
  });

  it("sends a stake nowhere where it would be lost: it can still be taken", async () => {
    const { w, token, lock } = f;
    await lock.connect(w.alice).stake(w.session, w.alice, MINIMUM);
    await closeTrading(w);
    for (const to of [ZeroAddress, await lock.getAddress(), await token.getAddress()]) {
      await expect(lock.connect(w.alice).withdraw(w.book, w.alice, to))
        .to.be.revertedWithCustomError(lock, "Receiver_Invalid")
        .withArgs(to);
    }
    await lock.connect(w.alice).withdraw(w.book, w.alice, w.alice);
    expect(await token.balanceOf(w.alice)).to.equal(PURSE);
  });

  it("adds what one address stakes in parts", async () => {
    const { w, lock } = f;
    for (const part of [1n, 2n]) await lock.connect(w.alice).stake(w.session, w.alice, part);
    expect([...(await lock.stakeOf(w.book, w.alice, w.alice))]).to.deep.equal([3n, BigInt(w.t2)]);
  });

  it("takes stakes only for a session that is funded, until t2, and above zero", async () => {
    const { w, lock } = f;
    const created = await openWorld(connection, { stage: "created" });
    await expect(lock.connect(w.alice).stake(created.session, w.alice, MINIMUM))
      .to.be.revertedWithCustomError(lock, "Gate_NotOpen")
      .withArgs(await created.session.getAddress(), 0);
    await expect(lock.connect(w.alice).stake(w.session, w.alice, 0)).to.be.revertedWithCustomError(
      lock,
      "MinCapital_AmountZero",
    );
    await closeTrading(w);
    await expect(lock.connect(w.alice).stake(w.session, w.alice, MINIMUM))
      .to.be.revertedWithCustomError(lock, "Gate_NotOpen")
      .withArgs(await w.session.getAddress(), 4);
  });

  it("is asked at registration alone: after t2 the stake can leave first, and the trader after it", async () => {
    const { w, lock } = f;
    await lock.connect(w.alice).stake(w.session, w.alice, MINIMUM);
    await expectLife(w, w.alice, () => Promise.resolve());
    await lock.connect(w.alice).withdraw(w.book, w.alice, w.alice);
  });

  it("is made of a token and an amount", async () => {
    const { w, token, lock } = f;
    await expect(ethers.deployContract("MinCapital", [w.outsider, 1]))
      .to.be.revertedWithCustomError(lock, "MinCapital_NoToken")
      .withArgs(w.outsider.address);
    await expect(ethers.deployContract("MinCapital", [token, 0])).to.be.revertedWithCustomError(
      lock,
      "MinCapital_AmountZero",
    );
    expect([await lock.TOKEN(), await lock.MINIMUM()]).to.deep.equal([await token.getAddress(), MINIMUM]);
  });
});

describe("A stake in a token that", () => {
  const STAKE = 1_000n;

  async function lockOf(
    name: "FeeOnTransferAsset" | "LyingAsset" | "RefusingAsset" | "ReentrantAsset" | "SilentAsset",
  ) {
    const asset = await ethers.deployContract(name as string);
    const money = await ethers.getContractAt("TestAsset", await asset.getAddress());
    const lock = await ethers.deployContract("MinCapital", [money, STAKE]);
    const w = await openWorld(connection, { policy: await lock.getAddress() });
    await money.mint(w.alice, 10n * STAKE);
    await money.connect(w.alice).approve(lock, 10n * STAKE);
    return { w, money, lock, address: await money.getAddress() };
  }

  it("takes a fee, or lies, is refused", async () => {
    const { w, lock, address } = await lockOf("FeeOnTransferAsset");
    await expect(lock.connect(w.alice).stake(w.session, w.alice, STAKE))
      .to.be.revertedWithCustomError(lock, "Transfer_ReceivedOtherAmount")
      .withArgs(address, 990n, STAKE);
    const lies = await lockOf("LyingAsset");
    await expect(lies.lock.connect(lies.w.alice).stake(lies.w.session, lies.w.alice, STAKE))
      .to.be.revertedWithCustomError(lock, "Transfer_ReceivedOtherAmount")
      .withArgs(lies.address, 0n, STAKE);
  });

  it("answers nothing is as good as any", async () => {
    const { w, money, lock } = await lockOf("SilentAsset");
    await lock.connect(w.alice).stake(w.session, w.alice, STAKE);
    await expectOpen(w, w.alice);
    await closeTrading(w);
    await lock.connect(w.alice).withdraw(w.book, w.alice, w.bob);
    expect(await money.balanceOf(w.bob)).to.equal(STAKE);
  });

  it("stops keeps its stakers waiting and nobody else", async () => {
    const { w, lock, address } = await lockOf("RefusingAsset");
    const asset = await ethers.getContractAt("RefusingAsset", address);
    await lock.connect(w.alice).stake(w.session, w.alice, STAKE);
    await expectLife(w, w.alice, () => asset.refuse(true));
    await expect(lock.connect(w.alice).withdraw(w.book, w.alice, w.alice)).to.be.revertedWithCustomError(
      asset,
      "TransfersStopped",
    );
    await asset.refuse(false);
    await lock.connect(w.alice).withdraw(w.book, w.alice, w.alice);
  });

  it("calls back cannot take a stake twice", async () => {
    const { w, lock, address } = await lockOf("ReentrantAsset");
    const asset = await ethers.getContractAt("ReentrantAsset", address);
    await asset.mint(asset, STAKE);
    await asset.act(asset, asset.interface.encodeFunctionData("approve", [await lock.getAddress(), STAKE]));
    await asset.act(lock, lock.interface.encodeFunctionData("stake", [await w.session.getAddress(), address, STAKE])); // the token stakes, too
    await lock.connect(w.alice).stake(w.session, w.alice, STAKE);
    await closeTrading(w);
    const again = lock.interface.encodeFunctionData("withdraw", [w.bookAddress, address, address]);
    await asset.aim(lock, again, true);
    const guard = lock.interface.getError("ReentrancyGuardReentrantCall")!.selector;
    await expect(lock.connect(w.alice).withdraw(w.book, w.alice, w.alice))
      .to.emit(asset, "CalledBack")
      .withArgs(false, guard);
    expect(await asset.balanceOf(lock)).to.equal(STAKE);
  });
});

describe("A minimum of votes", () => {
  for (const byTime of [false, true]) {
    describe(`by a clock of ${byTime ? "time" : "blocks"}`, () => {
      async function openVotes(): Promise<Votes> {
        const token = await ethers.deployContract("VotesAsset", [byTime]);
        const policy = await ethers.deployContract("MinVotes", [token, MINIMUM]);
        const w = await openWorld(connection, { policy: await policy.getAddress() });
        return { w, token, borrower: await ethers.deployContract("FlashBorrower") };
      }
      it("admits who had them when the last moment ended, delegated, and nobody by holding alone", async () => {
        const { w, token } = await networkHelpers.loadFixture(openVotes);
        await token.mint(w.alice, MINIMUM);
        await token.mint(w.bob, MINIMUM - 1n);
        await token.connect(w.bob).delegate(w.bob);
        await expectShut(w, w.alice);
        await expectShut(w, w.bob);
        await token.connect(w.alice).delegate(w.alice);
        await expectOpen(w, w.alice);
      });

      it("is not deceived by a loan", async () => {
        const { w, token, borrower } = await networkHelpers.loadFixture(openVotes);
        const self = await borrower.getAddress();
        const calls: Calls = [
          [token, token.interface.encodeFunctionData("delegate", [self])],
          [w.book, await registers(w, borrower)],
        ];
        for (let i = 0; i < 2; i += 1) {
          await expect(borrowed(borrower, token, calls)).to.be.revertedWithCustomError(borrower, "CallFailed");
          await borrowed(borrower, token, calls.slice(0, 1)); // delegated ahead, it has votes only within a loan
        }
        expect(await w.book.traderIdOf(borrower)).to.equal(0n);
        await token.mint(borrower, MINIMUM);
        await borrowed(borrower, token, calls); // what it holds from one moment to the next counts
        expect(await w.book.traderIdOf(borrower)).to.not.equal(0n);
      });

      it("is asked at registration alone", async () => {
        const { w, token } = await networkHelpers.loadFixture(openVotes);
        await token.mint(w.alice, MINIMUM);
        await token.connect(w.alice).delegate(w.alice);
        await expectLife(w, w.alice, () => token.connect(w.alice).transfer(w.bob, MINIMUM));
      });
    });
  }

  it("is made of a token and an amount, and a token without votes admits nobody", async () => {
    const token = await ethers.deployContract("TestAsset", ["Asset", "AST", 18]);
    const policy = await ethers.deployContract("MinVotes", [token, 1]);
    const w = await openWorld(connection, { policy: await policy.getAddress() });
    await token.mint(w.alice, TOKEN);
    await expectShut(w, w.alice);
    await expect(ethers.deployContract("MinVotes", [w.outsider, 1]))
      .to.be.revertedWithCustomError(policy, "MinVotes_NoToken")
      .withArgs(w.outsider.address);
    await expect(ethers.deployContract("MinVotes", [token, 0])).to.be.revertedWithCustomError(
      policy,
      "MinVotes_MinimumZero",
    );
    expect([await policy.TOKEN(), await policy.MINIMUM()]).to.deep.equal([await token.getAddress(), 1n]);
  });
});

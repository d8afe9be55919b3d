import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import type { FeePolicy, FeeVault, TestAsset } from "../../../../typechain-types/index.js";
import { closeTrading, createSession, openWorld, paramsFor, type World } from "../../../../stage/contracts/world.js";
import { expectLife, expectOpen, expectShut } from "./gate.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const FEE = 25_000_000n; // 25 of a token with six decimals
const PURSE = 10n * FEE;

interface Fixture {
  readonly w: World;
  readonly vault: FeeVault;
  readonly policy: FeePolicy;
  readonly money: TestAsset;
}

/** Frank gets the fees; alice, bob and carol have money and have allowed the vault to take it. */
async function open(): Promise<Fixture> {
  const money = await ethers.deployContract("TestAsset", ["Dollar", "USD", 6]);
  const [, , alice, bob, carol, , , frank] = await ethers.getSigners();
  const vault = await ethers.deployContract("FeeVault", [money, FEE, frank]);
  const policy = await ethers.deployContract("FeePolicy", [vault]);
  for (const one of [alice!, bob!, carol!]) {
    await money.mint(one, PURSE);
    await money.connect(one).approve(vault, PURSE);
  }
  return { w: await openWorld(connection, { policy: await policy.getAddress() }), vault, policy, money };
}

describe("A fee vault and its policy", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(open);
  });

  it("admit for whom the fee was paid, whoever paid it", async () => {
    const { w, vault, money } = f;
    await expectShut(w, w.alice);
    await expect(vault.connect(w.bob).pay(w.session, w.alice))
      .to.emit(vault, "FeePaid")
      .withArgs(w.bookAddress, w.alice.address, w.bob.address, FEE);
    expect(await money.balanceOf(w.bob)).to.equal(PURSE - FEE);
    await expectOpen(w, w.alice);
    await expectShut(w, w.bob);
  });

  it("take a fee once: the second time nothing moves", async () => {
    const { w, vault, money } = f;
    await vault.connect(w.alice).pay(w.session, w.alice);
    await expect(vault.connect(w.bob).pay(w.session, w.alice))
      .to.be.revertedWithCustomError(vault, "FeeVault_AlreadyPaid")
      .withArgs(w.bookAddress, w.alice.address);
    expect(await money.balanceOf(vault)).to.equal(FEE);
  });

  it("let nobody in by another session's fee", async () => {
    const { w, vault, policy } = f;
    const other = await openWorld(connection, { policy: await policy.getAddress() });
    await vault.connect(w.alice).pay(other.session, w.alice);
    expect(await policy.admits(w.book, w.alice)).to.equal(false);
    expect(await policy.admits(other.book, w.alice)).to.equal(true);
    await expectShut(w, w.alice);
    await expectOpen(other, other.alice);
  });

  it("believe no session about a book that is not its own", async () => {
    const { w, vault } = f;
    const liar = await ethers.deployContract("LyingSession", [w.session]);
    await expect(vault.connect(w.alice).pay(liar, w.alice))
      .to.be.revertedWithCustomError(vault, "Gate_NotItsBook")
      .withArgs(await liar.getAddress(), w.bookAddress);
  });

  it("take money only once a session is funded, and until t2", async () => {
    const { w, vault } = f;
    const created = await createSession(w, await paramsFor(w, { policy: w.params.policy }), ethers.id("created"));
    await expect(vault.connect(w.alice).pay(created.session, w.alice))
      .to.be.revertedWithCustomError(vault, "Gate_NotOpen")
      .withArgs(await created.session.getAddress(), 0);
    await networkHelpers.time.increaseTo(created.t1);
    await expect(vault.connect(w.alice).pay(created.session, w.alice))
      .to.be.revertedWithCustomError(vault, "Gate_NotOpen")
      .withArgs(await created.session.getAddress(), 1);
    await networkHelpers.time.setNextBlockTimestamp(w.t2 - 1);
    await vault.connect(w.alice).pay(w.session, w.alice);
    await closeTrading(w);
    await expect(vault.connect(w.bob).pay(w.session, w.bob))
      .to.be.revertedWithCustomError(vault, "Gate_NotOpen")
      .withArgs(await w.session.getAddress(), 4);
  });

  it("keep what was paid until the beneficiary collects it, and nobody else does", async () => {
    const { w, vault, money } = f;
    for (const trader of [w.alice, w.bob]) await vault.connect(w.carol).pay(w.session, trader);
    expect(await money.balanceOf(vault)).to.equal(2n * FEE);
    await expect(vault.connect(w.alice).collect(w.alice))
      .to.be.revertedWithCustomError(vault, "FeeVault_NotBeneficiary")
      .withArgs(w.alice.address, w.frank.address);
    const collected = vault.connect(w.frank).collect(w.erin);
    await expect(collected)
      .to.emit(vault, "FeesCollected")
      .withArgs(w.erin.address, 2n * FEE);
    await expect(collected).to.changeTokenBalances(ethers, money, [vault, w.erin], [-2n * FEE, 2n * FEE]);
    await expect(vault.connect(w.frank).collect(w.erin)).to.changeTokenBalance(ethers, money, w.erin, 0n);
  });

  it("send fees nowhere where they would be lost, nor to the vault itself, where they are", async () => {
    const { w, vault, money } = f;
    await vault.connect(w.alice).pay(w.session, w.alice);
    for (const to of [ZeroAddress, await vault.getAddress(), await money.getAddress()]) {
      await expect(vault.connect(w.frank).collect(to))
        .to.be.revertedWithCustomError(vault, "Receiver_Invalid")
        .withArgs(to);
    }
    expect(await money.balanceOf(vault)).to.equal(FEE);
  });

  it("are asked at registration alone, and no money of theirs comes near the session", async () => {
    const { w, vault, money } = f;
    await vault.connect(w.alice).pay(w.session, w.alice);
    await expectLife(w, w.alice, () => vault.connect(w.frank).collect(w.frank));
    expect(await Promise.all([money.balanceOf(w.session), money.balanceOf(w.book)])).to.deep.equal([0n, 0n]);
  });

  it("are made of a token, a fee and a beneficiary", async () => {
    const { w, vault, policy, money } = f;
    const made = (...words: unknown[]) => ethers.deployContract("FeeVault", words);
    await expect(made(w.outsider, FEE, w.frank))
      .to.be.revertedWithCustomError(vault, "FeeVault_NoToken")
      .withArgs(w.outsider.address);
    await expect(made(money, 0, w.frank)).to.be.revertedWithCustomError(vault, "FeeVault_NothingToPay");
    await expect(made(money, FEE, ZeroAddress)).to.be.revertedWithCustomError(vault, "FeeVault_NothingToPay");
    await expect(ethers.deployContract("FeePolicy", [w.outsider]))
      .to.be.revertedWithCustomError(policy, "FeePolicy_NoVault")
      .withArgs(w.outsider.address);
    expect([await vault.TOKEN(), await vault.FEE(), await vault.BENEFICIARY(), await policy.VAULT()]).to.deep.equal([
      await money.getAddress(),
      FEE,
      w.frank.address,
      await vault.getAddress(),
    ]);
  });
});

describe("A fee in a token that", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(open);
  });

  async function vaultOf(asset: { readonly getAddress: () => Promise<string> }): Promise<FeeVault> {
    return ethers.deployContract("FeeVault", [await asset.getAddress(), FEE, f.w.frank]);
  }

  it("takes its own fee is refused, and admits nobody", async () => {
    const { w } = f;
    const asset = await ethers.deployContract("FeeOnTransferAsset");
    const vault = await vaultOf(asset);
    await asset.mint(w.alice, PURSE);
    await asset.connect(w.alice).approve(vault, PURSE);
    await expect(vault.connect(w.alice).pay(w.session, w.alice))
      .to.be.revertedWithCustomError(vault, "Transfer_ReceivedOtherAmount")
      .withArgs(await asset.getAddress(), (FEE * 99n) / 100n, FEE);
    expect(await vault.paid(w.book, w.alice)).to.equal(false);
  });

  it("says it moved and did not, or moved more, or less than nothing, is refused", async () => {
    const { w } = f;
    const asset = await ethers.deployContract("LyingAsset");
    const vault = await vaultOf(asset);
    await asset.mint(vault, FEE);
    for (const [moved, shrinks, received] of [
      [0n, false, 0n],
      [FEE + 1n, false, FEE + 1n],
      [FEE, true, 0n],
    ] as const) {
      await asset.moveInstead(moved, shrinks);
      await expect(vault.connect(w.alice).pay(w.session, w.alice))
        .to.be.revertedWithCustomError(vault, "Transfer_ReceivedOtherAmount")
        .withArgs(await asset.getAddress(), received, FEE);
    }
  });

  it("answers nothing is as good as any", async () => {
    const { w } = f;
    const asset = await ethers.deployContract("SilentAsset");
    const vault = await vaultOf(asset);
    await asset.mint(w.alice, PURSE);
    await asset.connect(w.alice).approve(vault, PURSE);
    await vault.connect(w.alice).pay(w.session, w.alice);
    await vault.connect(w.frank).collect(w.frank);
    expect(await asset.balanceOf(w.frank)).to.equal(FEE);
  });

  it("stops all transfers stops payment and collection, and no trader who is in", async () => {
    const { w } = f;
    const asset = await ethers.deployContract("RefusingAsset");
    const vault = await vaultOf(asset);
    const policy = await ethers.deployContract("FeePolicy", [vault]);
    const own = await openWorld(connection, { policy: await policy.getAddress() });
    await asset.mint(w.alice, PURSE);
    await asset.connect(w.alice).approve(vault, PURSE);
    await vault.connect(w.alice).pay(own.session, w.alice);
    await asset.refuse(true);
    await expect(vault.connect(w.alice).pay(own.session, w.bob)).to.be.revertedWithCustomError(
      asset,
      "TransfersStopped",
    );
    await expect(vault.connect(w.frank).collect(w.frank)).to.be.revertedWithCustomError(asset, "TransfersStopped");
    await expectLife(own, own.alice, () => Promise.resolve());
    await asset.refuse(false);
    await vault.connect(w.frank).collect(w.frank);
    expect(await asset.balanceOf(w.frank)).to.equal(FEE);
  });

  it("calls back cannot pay or collect on the way", async () => {
    const { w } = f;
    const asset = await ethers.deployContract("ReentrantAsset");
    const vault = await ethers.deployContract("FeeVault", [asset, FEE, asset]); // it is the beneficiary itself
    await asset.mint(w.alice, PURSE);
    await asset.connect(w.alice).approve(vault, PURSE);
    for (const call of [
      vault.interface.encodeFunctionData("collect", [w.outsider.address]),
      vault.interface.encodeFunctionData("pay", [await w.session.getAddress(), w.bob.address]),
    ]) {
      await asset.aim(vault, call, false);
      await expect(vault.connect(w.alice).pay(w.session, w.alice))
        .to.be.revertedWithCustomError(asset, "CallBackFailed")
        .withArgs(vault.interface.getError("ReentrancyGuardReentrantCall")!.selector);
      await asset.aim(vault, call, true); // the same, with the failure swallowed: paid once, and no more
      await vault.connect(w.alice).pay.staticCall(w.session, w.alice);
    }
    await vault.connect(w.alice).pay(w.session, w.alice);
    expect(await vault.paid(w.book, w.bob)).to.equal(false);
    expect(await asset.balanceOf(vault)).to.equal(FEE);
  });
});

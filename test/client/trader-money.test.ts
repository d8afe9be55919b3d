import { expect } from "chai";
import { Wallet } from "ethers";

import { createTrader, type TradingSigner } from "../../src/client/trader.js";
import { reserveOf } from "../../stage/contracts/units.js";
import { chain, expectClientError, LOT, networkHelpers, newTrader, ONE, openTwo } from "./support.js";

/** A wallet that can send, but sign no typed data: ethers says so with this code. */
class PlainWallet extends Wallet {
  public override signTypedData(): Promise<string> {
    return Promise.reject(Object.assign(new Error("no typed data"), { code: "UNSUPPORTED_OPERATION" }));
  }
}

/** A wallet whose user declines to sign. */
class DecliningWallet extends Wallet {
  public override signTypedData(): Promise<string> {
    return Promise.reject(Object.assign(new Error("declined"), { code: "ACTION_REJECTED" }));
  }
}

describe("register", function () {
  it("gives the trader its number", async function () {
    const { handle } = await networkHelpers.loadFixture(openTwo);
    const carol = createTrader(handle, await newTrader(handle));
    expect((await carol.account()).traderId).to.equal(0);
    await carol.register();
    expect((await carol.account()).traderId).to.equal(3);
  });

  it("refuses to register twice", async function () {
    const { alice } = await networkHelpers.loadFixture(openTwo);
    await expectClientError(alice.register(), "Book_TraderExists", { trader: alice.address, traderId: 1n });
  });
});

describe("deposit", function () {
  it("goes by permit: one transaction, and no allowance is left", async function () {
    const { handle } = await networkHelpers.loadFixture(openTwo);
    const wallet = await newTrader(handle);
    const carol = createTrader(handle, wallet);
    await carol.deposit(10n * ONE);
    expect(await wallet.getNonce()).to.equal(1);
    expect(await handle.session.allowance(carol.address, handle.bookAddress)).to.equal(0n);
    expect(await carol.account()).to.deep.equal({
      traderId: 3,
      claim: 10n * ONE,
      worst: 0n,
      openOrders: 0,
      reserved: 0n,
    });
  });

  it("goes by approval where the wallet cannot sign typed data", async function () {
    const { handle } = await networkHelpers.loadFixture(openTwo);
    const { privateKey } = await newTrader(handle);
    const wallet = new PlainWallet(privateKey, chain.ethers.provider);
    const carol = createTrader(handle, wallet);
    await carol.deposit(10n * ONE);
    expect(await wallet.getNonce()).to.equal(2);
    expect((await carol.account()).claim).to.equal(10n * ONE);
  });

  it("stops when the wallet's user declines", async function () {
    const { handle } = await networkHelpers.loadFixture(openTwo);
    const { privateKey } = await newTrader(handle);
    const wallet = new DecliningWallet(privateKey, chain.ethers.provider);
    const refusal = await expectClientError(createTrader(handle, wallet).deposit(ONE), "Client_Declined");
    expect(refusal.retryable).to.be.true;
    expect(await wallet.getNonce()).to.equal(0);
  });

  it("refuses more than the trader holds", async function () {
    const { alice } = await networkHelpers.loadFixture(openTwo);
    await expectClientError(alice.deposit(101n * ONE), "ERC20InsufficientBalance", {
      sender: alice.address,
      balance: 100n * ONE,
      needed: 101n * ONE,
    });
  });

  it("refuses nothing at all", async function () {
    const { alice } = await networkHelpers.loadFixture(openTwo);
    await expectClientError(alice.deposit(0n), "Book_ZeroAmount");
  });

  it("refuses from t2 on", async function () {
    const { handle, alice } = await networkHelpers.loadFixture(openTwo);
    await networkHelpers.time.increaseTo(handle.t2);
    await expectClientError(alice.deposit(ONE), "Book_DepositsClosed", { t2: BigInt(handle.t2) });
  });
});

describe("depositLeg", function () {
  const openSplit = async () => {
    const market = await openTwo();
    await (await market.handle.session.connect(market.aliceSigner).split(50n * ONE)).wait();
    return market;
  };

  it("takes whole lots of a leg as a long position, by permit", async function () {
    const { handle, alice, aliceSigner } = await networkHelpers.loadFixture(openSplit);
    const sent = await aliceSigner.getNonce();
    await alice.depositLeg(2, 7n);
    expect(await aliceSigner.getNonce()).to.equal(sent + 1);
    expect(await alice.position(), "counted from leg 2").to.deep.equal([-7n, 0n]);
    expect(await handle.legs[1]!.balanceOf(alice.address)).to.equal(50n * ONE - 7n * LOT);
    expect(await alice.claims()).to.deep.equal([100n * ONE, 100n * ONE + 7n * LOT]);
  });

  it("refuses a leg that does not exist, before anything is sent", async function () {
    const { alice, aliceSigner } = await networkHelpers.loadFixture(openSplit);
    const sent = await aliceSigner.getNonce();
    await expectClientError(alice.depositLeg(3, 1n), "Client_UnknownLeg", { leg: 3, legCount: 2 });
    await expectClientError(alice.depositLeg(0, 1n), "Client_UnknownLeg", { leg: 0, legCount: 2 });
    expect(await aliceSigner.getNonce()).to.equal(sent);
  });
});

describe("withdraw and withdrawLeg", function () {
  it("pay out to the trader itself, or to another address", async function () {
    const { handle, alice, bob } = await networkHelpers.loadFixture(openTwo);
    await alice.withdraw(3n * ONE);
    await alice.withdraw(2n * ONE, bob.address);
    expect(await handle.session.balanceOf(alice.address)).to.equal(103n * ONE);
    expect(await handle.session.balanceOf(bob.address)).to.equal(102n * ONE);
    expect((await alice.account()).claim).to.equal(95n * ONE);
  });

  it("pay a leg out against cash, as far as the worst outcome bears it", async function () {
    const { handle, alice } = await networkHelpers.loadFixture(openTwo);
    await alice.withdrawLeg(1, 100_000n);
    expect(await handle.legs[0]!.balanceOf(alice.address)).to.equal(100n * ONE);
    expect(await alice.claims()).to.deep.equal([0n, 100n * ONE]);
    await expectClientError(alice.withdraw(1n), "Book_WithdrawalTooLarge", { requested: 1n, available: 0n });
  });

  it("refuse more than is free, with what is", async function () {
    const { alice } = await networkHelpers.loadFixture(openTwo);
    await expectClientError(alice.withdraw(101n * ONE), "Book_WithdrawalTooLarge", {
      trader: alice.address,
      requested: 101n * ONE,
      available: 100n * ONE,
    });
  });

  it("refuse to uncover open orders, with what these may need", async function () {
    const { alice, submitter, handle } = await networkHelpers.loadFixture(openTwo);
    await submitter.submitOne(await alice.signOrder({ leg: 1, price: 5_000n, quantity: 100_000n }));
    const { reserved, openOrders } = await alice.account();
    expect([reserved, openOrders]).to.deep.equal([reserveOf(50n * ONE, handle.supply), 1]);
    await expectClientError(alice.withdraw(60n * ONE), "Book_WithdrawalUncoversOrders", {
      requested: 60n * ONE,
      available: 100n * ONE,
      reserved: reserveOf(50n * ONE, handle.supply),
    });
  });
});

describe("exit", function () {
  it("refuses before t2", async function () {
    const { handle, alice } = await networkHelpers.loadFixture(openTwo);
    await expectClientError(alice.exit(), "Book_NotSettling", { t2: BigInt(handle.t2) });
  });

  it("pays session and leg tokens", async function () {
    const { handle, alice } = await networkHelpers.loadFixture(openTwo);
    await alice.withdrawLeg(1, 40_000n);
    await networkHelpers.time.increaseTo(handle.t2);
    await alice.exit();
    expect(await handle.session.balanceOf(alice.address)).to.equal(160n * ONE);
    expect(await handle.legs[1]!.balanceOf(alice.address)).to.equal(40n * ONE);
    await expectClientError(alice.exit(), "Book_NothingToExit", { trader: alice.address });
  });

  it("delivers the assets to whom it is told", async function () {
    const { handle, alice, bob, assets } = await networkHelpers.loadFixture(openTwo);
    await networkHelpers.time.increaseTo(handle.t2);
    await alice.exit(bob.address, true);
    for (const asset of assets) expect(await asset.balanceOf(bob.address)).to.equal(10n * ONE);
  });
});

describe("a signer without a provider", function () {
  it("is told so", async function () {
    const { handle } = await networkHelpers.loadFixture(openTwo);
    const stranger: TradingSigner = Wallet.createRandom();
    await expectClientError(createTrader(handle, stranger).deposit(ONE), "Client_NoProvider");
  });
});

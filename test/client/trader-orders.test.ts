import { expect } from "chai";
import { id, verifyTypedData } from "ethers";

import { TRADE_PACKAGE_TYPES, packageDigest } from "../../src/protocol/signing/typed-data.js";
import { RuleError } from "../../src/protocol/amounts/errors.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import { createTrader } from "../../src/client/trader.js";
import { expectClientError, networkHelpers, ONE, openThree, openTwo } from "./support.js";

describe("signOrder", function () {
  it("chooses head, nonce, deadline and time in force, and signs what the book hashes", async function () {
    const { handle, aliceSigner } = await networkHelpers.loadFixture(openThree);
    const alice = createTrader(handle, aliceSigner);
    const { link: head } = await handle.book.chainState();
    const signed = await alice.signOrder({ leg: 2, price: 3_000n, quantity: -5n });
    expect(signed.package).to.deep.equal({
      marketRootId: 1,
      marketBranchId: 2,
      trader: alice.address,
      priceTicks: 3_000n,
      quantityLots: -5n,
      previousLink: head,
      nonce: 0n,
      deadline: BigInt(handle.t2 - 1),
      timeInForce: TimeInForce.GoodTillCancelled,
    });
    const signer = verifyTypedData(handle.domain, TRADE_PACKAGE_TYPES, signed.package, signed.signature);
    expect(signer).to.equal(alice.address);
    const { digest } = await handle.book.linksOf(signed.package);
    expect(packageDigest(handle.domain, signed.package)).to.equal(digest);
  });

  it("takes what the caller gives instead", async function () {
    const { alice } = await networkHelpers.loadFixture(openThree);
    const signed = await alice.signOrder({
      market: { marketRootId: 7, marketBranchId: 9 },
      price: -1n,
      quantity: 1n,
      timeInForce: TimeInForce.PostOnly,
      deadline: 12,
      nonce: 34n,
      previousLink: id("link"),
    });
    expect(signed.package).to.deep.equal({
      marketRootId: 7,
      marketBranchId: 9,
      trader: alice.address,
      priceTicks: -1n,
      quantityLots: 1n,
      previousLink: id("link"),
      nonce: 34n,
      deadline: 12n,
      timeInForce: TimeInForce.PostOnly,
    });
  });

  it("gives each order its own nonce, also when several are signed at once", async function () {
    const { handle, aliceSigner } = await networkHelpers.loadFixture(openThree);
    const alice = createTrader(handle, aliceSigner);
    const signed = await Promise.all(
      [1n, 2n, 3n, 4n].map((quantity) => alice.signOrder({ leg: 1, price: 1n, quantity })),
    );
    expect(signed.map((order) => order.package.nonce)).to.have.members([0n, 1n, 2n, 3n]);
  });

  it("with two assets sends leg 2 to leg 1: to buy one at p is to sell the other at scale - p", async function () {
    const { alice } = await networkHelpers.loadFixture(openTwo);
    const { package: order } = await alice.signOrder({ leg: 2, price: 3_000n, quantity: 5n });
    expect(order).to.deep.include({ marketBranchId: 1, priceTicks: 7_000n, quantityLots: -5n });
  });

  it("with two assets goes to leg 2 only if that market is named", async function () {
    const { alice } = await networkHelpers.loadFixture(openTwo);
    const market = { marketRootId: 1, marketBranchId: 2 };
    const { package: order } = await alice.signOrder({ market, price: 3_000n, quantity: 5n });
    expect(order).to.deep.include({ marketBranchId: 2, priceTicks: 3_000n, quantityLots: 5n });
  });

  it("refuses an unknown leg", async function () {
    const { alice } = await networkHelpers.loadFixture(openThree);
    await expectClientError(alice.signOrder({ leg: 4, price: 1n, quantity: 1n }), "Client_UnknownLeg", {
      leg: 4,
      legCount: 3,
    });
  });

  it("refuses values that no order can have, before the wallet is asked", async function () {
    const { alice } = await networkHelpers.loadFixture(openThree);
    const error: unknown = await alice
      .signOrder({ leg: 1, price: 1n, quantity: 0n })
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RuleError);
    expect((error as RuleError).code).to.equal("PACKAGE_FIELD_INVALID");
    expect((error as RuleError).values).to.deep.include({ field: "quantityLots", value: 0n });
  });
});

describe("cancel", function () {
  it("takes own orders out and says what was left alone", async function () {
    const { alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
    await submitter.submitBatch([
      await alice.signOrder({ leg: 1, price: 1_000n, quantity: 10n }),
      await alice.signOrder({ leg: 1, price: 1_100n, quantity: 20n }),
      await bob.signOrder({ leg: 1, price: 1_200n, quantity: 30n }),
    ]);
    const { offset, skipped, gasUsed } = await alice.cancel([1, 2, 3]);
    expect(offset).to.deep.equal([1, 2]);
    expect(skipped.map(({ tradeRootId, refusal }) => [tradeRootId, refusal.code, refusal.args])).to.deep.equal([
      [3, "Book_OrderStands", { tradeRootId: 3n, caller: alice.address }],
    ]);
    expect(gasUsed > 0n).to.be.true;
    expect((await alice.account()).openOrders).to.equal(0);
    expect((await bob.account()).openOrders).to.equal(1);
  });

  it("takes orders out that rest at other places than those of their numbers, found in the log or given", async function () {
    const { handle, alice, aliceSigner, submitter } = await networkHelpers.loadFixture(openThree);
    await submitter.submitOne(await alice.signOrder({ leg: 1, price: 1n, quantity: 1n }));
    await alice.cancel([1]);
    const restAt = async (place: number): Promise<void> => {
      const { package: tradePackage, signature } = await alice.signOrder({ leg: 1, price: 2n, quantity: 1n });
      const order = { tradePackage, signature, insertAfter: 0, place, newest: 0 };
      await (await handle.book.connect(aliceSigner).createTrade(order, 0, 16)).wait();
    };
    await restAt(1);
    expect((await alice.cancel([2])).offset).to.deep.equal([2]);
    await restAt(1);
    expect((await alice.cancel([{ tradeRootId: 3, place: 1 }])).offset).to.deep.equal([3]);
    await restAt(1);
    await restAt(5); // at its own
    await expectClientError(alice.cancel([{ tradeRootId: 4, place: 4 }]), "Book_OrderUnknown", { tradeRootId: 4n });
    expect((await alice.cancel([5, 4])).offset).to.deep.equal([5, 4]);
  });

  it("by a signature takes out what is meant, and says of the others what they are not", async function () {
    const { alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
    await submitter.submitBatch([
      await alice.signOrder({ leg: 1, price: 1n, quantity: 1n }),
      await bob.signOrder({ leg: 1, price: 1n, quantity: 1n }),
    ]);
    const deadline = (await networkHelpers.time.latest()) + 3_600;
    const signed = await alice.signCancellation({ fromTradeRootId: 1, toTradeRootId: 2, deadline });
    const { offset, skipped } = await submitter.cancelTrades(signed, [{ tradeRootId: 1, place: 1 }, 2]);
    expect(offset).to.deep.equal([1]);
    expect(skipped.map(({ tradeRootId, refusal }) => [tradeRootId, refusal.code, refusal.args])).to.deep.equal([
      [2, "Book_OrderNotMeant", { tradeRootId: 2n, trader: alice.address, fromTradeRootId: 1n, toTradeRootId: 2n }],
    ]);
  });

  it("sends nothing if nothing can be taken out", async function () {
    const { alice, aliceSigner } = await networkHelpers.loadFixture(openThree);
    const sent = await aliceSigner.getNonce();
    await expectClientError(alice.cancel([5]), "Book_OrderUnknown", { tradeRootId: 5n });
    expect(await aliceSigner.getNonce()).to.equal(sent);
  });
});

describe("account, claims and position", function () {
  it("follow a fill to the last wei", async function () {
    const { alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
    await submitter.submitBatch([
      await alice.signOrder({ leg: 1, price: 4_000n, quantity: 1_000n }),
      await bob.signOrder({ leg: 1, price: 3_500n, quantity: -400n }),
    ]);
    const paid = (4_000n * 400n * ONE) / 10_000_000n; // price * lots * tickValue, at the earlier order's price
    expect((await alice.account()).claim).to.equal(100n * ONE - paid);
    expect((await bob.account()).claim).to.equal(100n * ONE + paid);
    expect(await alice.position()).to.deep.equal([400n, 0n, 0n]);
    expect(await bob.position(1)).to.deep.equal([-400n, 0n, 0n]);
    const lots = (400n * ONE) / 1_000n;
    expect(await alice.claims()).to.deep.equal([100n * ONE - paid + lots, 100n * ONE - paid, 100n * ONE - paid]);
    expect(await bob.claims()).to.deep.equal([100n * ONE + paid - lots, 100n * ONE + paid, 100n * ONE + paid]);
  });
});

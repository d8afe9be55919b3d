/** What a batch says and does not say: its bytes, its gas, and why orders of it were refused. */
import { expect } from "chai";
import { id, type Wallet } from "ethers";

import { leastGasOfBatch } from "../../src/bindings/gas.js";
import { signPackage } from "../../src/bindings/packages.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { createSubmitter, type PackageResult, type Submission } from "../../src/client/submitter.js";
import { createTrader } from "../../src/client/trader.js";
import { unpackBatch } from "../../src/protocol/signing/batch.js";
import { type SignedPackage, TimeInForce } from "../../src/protocol/signing/package.js";
import { packageDigest } from "../../src/protocol/signing/typed-data.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { chain, expectClientError, type Market, networkHelpers, newTrader, ONE, openThree } from "./support.js";

const brief = (results: readonly PackageResult[]): (number | string)[] =>
  results.map((result) => (result.accepted ? result.tradeRootId : result.refusal.code));

const refusalsOf = ({ results }: Submission): unknown[] =>
  results.flatMap((result) => (result.accepted ? [] : [[result.refusal.code, result.refusal.args]]));

/** A contract wallet whose key is Alice's, registered and without money. */
async function addWallet({ handle, aliceSigner, organiser }: Market): Promise<string> {
  const wallet = await chain.ethers.deployContract("KeyWallet", [aliceSigner.address]);
  const address = await wallet.getAddress();
  await (await handle.book.connect(organiser).createUser(address)).wait();
  return address;
}

async function signFor(handle: SessionHandle, key: Wallet, trader: string, nonce: bigint): Promise<SignedPackage> {
  return signPackage(handle.domain, key, {
    marketRootId: 1,
    marketBranchId: 1,
    trader,
    priceTicks: 0n, // needs no money
    quantityLots: 1n,
    previousLink: await handle.book.linkToSign({ blockTag: "pending" }),
    nonce,
    deadline: BigInt(handle.t2 - 1),
    timeInForce: TimeInForce.GoodTillCancelled,
  });
}

describe("a batch", function () {
  it("is packed, with hints from the chain", async function () {
    const { handle, alice, submitter } = await networkHelpers.loadFixture(openThree);
    await submitter.submitOne(await alice.signOrder({ leg: 1, price: 4_000n, quantity: 1n }));
    const { checkpoints } = await handle.book.chainState();
    const { receipt } = await submitter.submitBatch([
      await alice.signOrder({ leg: 1, price: 3_999n, quantity: 2n }),
      await alice.signOrder({ leg: 1, price: 4_000n, quantity: 3n, timeInForce: TimeInForce.ImmediateOrCancel }),
    ]);
    const { data } = await receipt.getTransaction();
    const [packed] = IOrderBook__factory.createInterface().decodeFunctionData("createTrades", data) as unknown as [
      string,
    ];
    const { limits, orders, cancellations } = unpackBatch(packed);
    expect(limits).to.deep.equal({ strict: false, maxMatches: 16, maxWalk: 64, newest: Number(checkpoints) });
    expect(cancellations).to.deep.equal([]);
    expect(orders.map(({ insertAfter, place, byWallet }) => [insertAfter, place, byWallet])).to.deep.equal([
      [1, 0, false],
      [0, 0, false],
    ]);
  });

  it("finds its place behind an order that rests at another place than that of its number", async function () {
    const { handle, alice, aliceSigner, submitter } = await networkHelpers.loadFixture(openThree);
    await submitter.submitBatch([
      await alice.signOrder({ leg: 1, price: 10n, quantity: 1n }),
      await alice.signOrder({ leg: 1, price: 9n, quantity: 1n }),
    ]);
    await alice.cancel([1]);
    const { package: tradePackage, signature } = await alice.signOrder({ leg: 1, price: 20n, quantity: 1n });
    const order = { tradePackage, signature, insertAfter: 0, place: 1, newest: 0 };
    await (await handle.book.connect(aliceSigner).createTrade(order, 0, 1)).wait(); // 3, at 1
    const narrow = createSubmitter(handle, await chain.ethers.getSigner(submitter.address), { maxWalk: 0 });
    const { results } = await narrow.submitBatch([await alice.signOrder({ leg: 1, price: 19n, quantity: 1n })]);
    expect(brief(results)).to.deep.equal([4]);
    const { orders } = await handle.book.depthOf(1, 1, true, 9);
    expect(orders.map(({ tradeRootId, place }) => [tradeRootId, place])).to.deep.equal([
      [3n, 1n],
      [4n, 4n],
      [2n, 2n],
    ]);
  });

  describe("given orders that the book refuses", function () {
    it("has the values that the book finds out again", async function () {
      const { handle, alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
      const carol = createTrader(handle, await newTrader(handle));
      const deadline = await networkHelpers.time.latest();
      const market = { marketRootId: 2, marketBranchId: 1 };
      const submission = await submitter.submitBatch([
        await alice.signOrder({ leg: 1, price: 10_001n, quantity: 1n }),
        await alice.signOrder({ leg: 2, price: 10_000n, quantity: 100_001n }),
        await carol.signOrder({ leg: 1, price: 4_000n, quantity: 1n }),
        await bob.signOrder({ leg: 1, price: 5_000n, quantity: -1n, deadline }),
        await bob.signOrder({ leg: 1, price: 5_000n, quantity: -1n, nonce: 64n }),
        await bob.signOrder({ market, price: 1n, quantity: 1n }),
      ]);
      const block = await submission.receipt.getBlock();
      expect(refusalsOf(submission)).to.deep.equal([
        ["Book_PriceOutOfBounds", { price: 10_001n, marketMin: 0n, marketMax: 10_000n }],
        ["Book_Uncovered", { trader: alice.address, shortfall: ONE / 1_000n, bindingOutcome: 1n }],
        ["Book_TraderUnknown", { trader: carol.address }],
        ["Book_DeadlineExpired", { deadline: BigInt(deadline), timestamp: BigInt(block.timestamp) }],
        ["Book_NonceTooFar", { trader: bob.address, nonce: 64n, limit: 64n }],
        ["Book_MarketUnknown", { marketRootId: 2n, marketBranchId: 1n }],
      ]);
      expect(submission.records.map(({ kind }) => kind)).to.deep.equal(new Array<string>(6).fill("skipped"));
    });

    it("has the code alone where only the call knew more", async function () {
      const { alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
      const submission = await submitter.submitBatch([
        await alice.signOrder({ leg: 1, price: 4_000n, quantity: 1n }),
        await bob.signOrder({ leg: 1, price: 4_000n, quantity: -1n, timeInForce: TimeInForce.PostOnly }),
        await bob.signOrder({ leg: 1, price: 4_000n, quantity: -2n, timeInForce: TimeInForce.FillOrKill }),
      ]);
      expect(refusalsOf(submission)).to.deep.equal([
        ["Book_PostOnlyWouldTake", {}],
        ["Book_FillOrKillUnfilled", {}],
      ]);
    });

    it("has no shortfall where the trader has none any more", async function () {
      const { alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
      await submitter.submitOne(await bob.signOrder({ leg: 2, price: 10_000n, quantity: 10n }));
      const submission = await submitter.submitBatch([
        await alice.signOrder({ leg: 2, price: 10_000n, quantity: 100_001n }),
        await alice.signOrder({ leg: 2, price: 9_000n, quantity: -10n }),
      ]);
      expect(refusalsOf(submission)).to.deep.equal([["Book_Uncovered", {}]]);
    });

    it("tells a link that is gone from a signature that is none", async function () {
      const { handle, alice, submitter } = await networkHelpers.loadFixture(openThree);
      const nowhere = await alice.signOrder({ leg: 1, price: 1n, quantity: 1n, previousLink: id("nowhere") });
      const good = await alice.signOrder({ leg: 1, price: 1n, quantity: 1n });
      const changed = { ...good, package: { ...good.package, nonce: 9n } };
      const { link: current } = await handle.book.chainState();
      const submission = await submitter.submitBatch([nowhere, changed]);
      expect(refusalsOf(submission)).to.deep.equal([
        ["Book_StaleLink", { given: id("nowhere"), current }],
        ["Book_SignatureInvalid", { trader: alice.address, digest: packageDigest(handle.domain, changed.package) }],
      ]);
    });
  });

  describe("given what it has no room for", function () {
    it("leaves that out with its reason, and submitOne takes it", async function () {
      const { alice, submitter } = await networkHelpers.loadFixture(openThree);
      const late = await alice.signOrder({ leg: 1, price: 1n, quantity: 1n, deadline: 2n ** 32n });
      const good = await alice.signOrder({ leg: 1, price: 2n, quantity: 1n });
      const submission = await submitter.submitBatch([late, good]);
      expect(brief(submission.results)).to.deep.equal(["Client_NotInBatch", 1]);
      expect(refusalsOf(submission)).to.deep.equal([
        ["Client_NotInBatch", { field: "deadline", value: 2n ** 32n, allowed: "0 to 4294967295" }],
      ]);
      expect(brief((await submitter.submitOne(late)).results)).to.deep.equal([2]);
    });

    it("leaves out what needs a ninth wallet", async function () {
      const market = await networkHelpers.loadFixture(openThree);
      const { handle, alice, aliceSigner, submitter } = market;
      const wallet = await addWallet(market);
      const signed = await Promise.all(
        Array.from({ length: 9 }, (_, nonce) => signFor(handle, aliceSigner, wallet, BigInt(nonce))),
      );
      const own = await alice.signOrder({ leg: 2, price: 1n, quantity: 1n });
      const submission = await submitter.submitBatch([...signed, own]);
      expect(brief(submission.results)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, "Book_TooManyWallets", 9]);
      expect(refusalsOf(submission)).to.deep.equal([["Book_TooManyWallets", { wallets: 9, limit: 8 }]]);
    });
  });

  it("knows a wallet's order from a key's, though both signatures have one form", async function () {
    const market = await networkHelpers.loadFixture(openThree);
    const { handle, aliceSigner, bobSigner, submitter } = market;
    const wallet = await addWallet(market);
    const submission = await submitter.submitBatch([
      await signFor(handle, aliceSigner, wallet, 0n),
      await signFor(handle, bobSigner, wallet, 1n),
      await signFor(handle, aliceSigner, aliceSigner.address, 0n),
    ]);
    expect(brief(submission.results)).to.deep.equal([1, "Book_SignatureInvalid", 2]);
    const kinds = submission.records.map(({ kind }) => kind);
    expect(kinds).to.deep.equal(["tradeCreated", "tradeApproved", "skipped", "tradeCreated", "checkpoint"]);
  });

  describe("given gas", function () {
    async function crowded() {
      const { handle, alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
      await submitter.submitBatch(
        await Promise.all(Array.from({ length: 12 }, () => bob.signOrder({ leg: 1, price: 3_000n, quantity: -1n }))),
      );
      const signed = [
        await alice.signOrder({ leg: 1, price: 3_000n, quantity: 12n }),
        await alice.signOrder({ leg: 2, price: 1n, quantity: 1n }),
        await alice.signOrder({ leg: 2, price: 2n, quantity: 1n }),
      ];
      const payer = await chain.ethers.getSigner(submitter.address);
      return { signed, payer, withGas: (gasLimit: bigint) => createSubmitter(handle, payer, { gasLimit }) };
    }

    it("that ends, says so of every order behind", async function () {
      const { signed, withGas } = await crowded();
      const submission = await withGas(leastGasOfBatch(3, 0)).submitBatch(signed);
      expect(brief(submission.results)).to.deep.equal([13, "Book_OutOfGas", "Book_OutOfGas"]);
      expect(submission.records.filter(({ kind }) => kind === "skipped")).to.have.lengthOf(1);
    });

    it("that the book would not begin with, sends nothing", async function () {
      const { signed, payer, withGas } = await crowded();
      const sent = await payer.getNonce();
      const least = leastGasOfBatch(3, 0);
      const few = withGas(least - 1n).submitBatch(signed);
      await expectClientError(few, "Client_BatchTooLarge", { orders: 3, least, gasLimit: least - 1n });
      expect(await payer.getNonce()).to.equal(sent);
    });
  });
});

import { expect } from "chai";
import { id } from "ethers";

import { FRESH_NONCES, withNonce } from "../../src/protocol/book/nonces.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import { createSubmitter, type PackageResult } from "../../src/client/submitter.js";
import { createTrader } from "../../src/client/trader.js";
import { chain, expectClientError, networkHelpers, newTrader, ONE, openThree } from "./support.js";

/** A result in a form that can be compared: the place, or the code of the refusal. */
const brief = (results: readonly PackageResult[]): (number | string)[] =>
  results.map((result) => (result.accepted ? result.tradeRootId : result.refusal.code));

describe("submitOne", function () {
  it("gives the order's place, what it cost, and what the book recorded", async function () {
    const { alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
    const bid = await submitter.submitOne(await alice.signOrder({ leg: 1, price: 4_000n, quantity: 10n }));
    expect(brief(bid.results)).to.deep.equal([1]);
    expect(bid.records.map(({ kind }) => kind)).to.deep.equal(["tradeCreated", "checkpoint"]);
    expect(bid.gasUsed).to.equal(bid.receipt.gasUsed);

    const ask = await submitter.submitOne(await bob.signOrder({ leg: 1, price: 3_000n, quantity: -4n }));
    expect(brief(ask.results)).to.deep.equal([2]);
    const fill = ask.records.find((record) => record.kind === "matched");
    expect(fill).to.deep.include({ makerRootId: 1, takerRootId: 2, priceTicks: 4_000n, lots: 4n });
  });

  it("throws the book's refusal with its values, and sends nothing", async function () {
    const { alice, submitter } = await networkHelpers.loadFixture(openThree);
    const payer = await chain.ethers.getSigner(submitter.address);
    const sent = await payer.getNonce();
    const signed = await alice.signOrder({ leg: 2, price: 10_000n, quantity: 100_001n });
    const refusal = await expectClientError(submitter.submitOne(signed), "Book_Uncovered", {
      trader: alice.address,
      shortfall: ONE / 1_000n,
    });
    expect(refusal.retryable).to.be.false;
    expect(refusal.message).to.contain("Deposit at least the shortfall");
    expect(await payer.getNonce()).to.equal(sent);
  });

  it("says of a stale link which one was given and which is current", async function () {
    const { handle, alice, submitter } = await networkHelpers.loadFixture(openThree);
    const { link: head } = await handle.book.chainState();
    const signed = await alice.signOrder({ leg: 1, price: 1n, quantity: 1n, previousLink: id("nowhere") });
    const refusal = await expectClientError(submitter.submitOne(signed), "Book_StaleLink", {
      given: id("nowhere"),
      current: head,
    });
    expect(refusal.retryable).to.be.true;
  });

  it("is judged by the block that would take it, not by the last one", async function () {
    const { alice, submitter, params } = await networkHelpers.loadFixture(openThree);
    const payer = await chain.ethers.getSigner(submitter.address);
    const sent = await payer.getNonce();
    const signed = await alice.signOrder({ leg: 1, price: 1n, quantity: 1n });
    await networkHelpers.time.setNextBlockTimestamp(params.t2);
    await expectClientError(submitter.submitOne(signed), "Book_NotTrading", { timestamp: BigInt(params.t2) });
    expect(await payer.getNonce()).to.equal(sent);
  });

  it("can submit for anybody, but change nothing: a changed package has no valid signature", async function () {
    const { alice, submitter } = await networkHelpers.loadFixture(openThree);
    const signed = await alice.signOrder({ leg: 1, price: 1n, quantity: 1n });
    const changed = { ...signed, package: { ...signed.package, nonce: 9n } };
    await expectClientError(submitter.submitOne(changed), "Book_SignatureInvalid", { trader: alice.address });
  });
});

describe("submitQuotes", function () {
  it("brings many orders under one signature and one nonce, each with its number", async function () {
    const { handle, alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
    await submitter.submitOne(await bob.signOrder({ leg: 1, price: 3_900n, quantity: -4n }));
    const signed = await alice.signQuotes([
      { leg: 1, price: 4_000n, quantity: 10n },
      { leg: 1, price: 3_800n, quantity: 10n },
      { leg: 2, price: 6_000n, quantity: -10n },
    ]);
    const { results, records, gasUsed, receipt } = await submitter.submitQuotes(signed);
    expect(brief(results)).to.deep.equal([2, 3, 4]);
    expect(gasUsed).to.equal(receipt.gasUsed);
    const fill = records.find((record) => record.kind === "matched");
    expect(fill).to.deep.include({ makerRootId: 1, takerRootId: 2, priceTicks: 3_900n, lots: 4n });
    // Her signer has given numbers to orders of other tests, which no chain knows of.
    const { floor, used } = withNonce(FRESH_NONCES, signed.terms.nonce);
    expect(await handle.book.noncesOf(alice.address)).to.deep.equal([floor, used]);
    expect((await alice.account()).openOrders).to.equal(3);
  });

  it("leaves out what the book refuses of a set, and says why", async function () {
    const { alice, submitter } = await networkHelpers.loadFixture(openThree);
    const signed = await alice.signQuotes(
      [
        { leg: 1, price: 4_000n, quantity: 10n },
        { leg: 1, price: 4_000n, quantity: 1_000_000n },
        { leg: 1, price: 3_000n, quantity: 10n },
      ],
      { timeInForce: TimeInForce.PostOnly },
    );
    const { results } = await submitter.submitQuotes(signed);
    expect(brief(results)).to.deep.equal([1, "Book_Uncovered", 2]);
  });

  it("gives each quote the reason of a set that is refused whole", async function () {
    const { alice, submitter } = await networkHelpers.loadFixture(openThree);
    const quotes = [1n, 2n].map((price) => ({ leg: 1, price, quantity: 1n }));
    const signed = await alice.signQuotes(quotes);
    await submitter.submitQuotes(signed);
    const again = await submitter.submitQuotes(signed);
    expect(brief(again.results)).to.deep.equal(["Book_NonceUsed", "Book_NonceUsed"]);
  });

  it("sends nothing of a set that is too large for a transaction", async function () {
    const { alice, submitter } = await networkHelpers.loadFixture(openThree);
    const one = { leg: 1, price: 1n, quantity: 1n };
    const signed = await alice.signQuotes(new Array<typeof one>(255).fill(one));
    await expectClientError(submitter.submitQuotes(signed), "Client_BatchTooLarge", { orders: 255 });
  });
});

describe("submitBatch", function () {
  it("skips what is bad, with its reason, and takes the rest in the order given", async function () {
    const { handle, alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
    const carol = createTrader(handle, await newTrader(handle));
    const now = await networkHelpers.time.latest();
    const { results } = await submitter.submitBatch([
      await alice.signOrder({ leg: 1, price: 10_001n, quantity: 1n }),
      await alice.signOrder({ leg: 1, price: 4_000n, quantity: 1n }),
      await carol.signOrder({ leg: 1, price: 4_000n, quantity: 1n }),
      await bob.signOrder({ leg: 1, price: 5_000n, quantity: -1n, timeInForce: TimeInForce.FillOrKill }),
      await bob.signOrder({ leg: 1, price: 5_000n, quantity: -1n, deadline: now }),
      await bob.signOrder({ leg: 1, price: 4_000n, quantity: -1n, timeInForce: TimeInForce.PostOnly }),
      await bob.signOrder({ leg: 1, price: 4_000n, quantity: -1n }),
      await bob.signOrder({ market: { marketRootId: 2, marketBranchId: 1 }, price: 1n, quantity: 1n }),
    ]);
    expect(brief(results)).to.deep.equal([
      "Book_PriceOutOfBounds",
      1,
      "Book_TraderUnknown",
      "Book_FillOrKillUnfilled",
      "Book_DeadlineExpired",
      "Book_PostOnlyWouldTake",
      2,
      "Book_MarketUnknown",
    ]);
    expect(await alice.position()).to.deep.equal([1n, 0n, 0n]);
  });

  it("takes nothing for nothing", async function () {
    const { submitter } = await networkHelpers.loadFixture(openThree);
    const { results, records } = await submitter.submitBatch([]);
    expect([results.length, records.length]).to.deep.equal([0, 0]);
  });

  it("takes orders with an older link, as far back as the window reaches", async function () {
    const { handle, alice, submitter } = await networkHelpers.loadFixture(openThree);
    const { link: genesis } = await handle.book.chainState();
    for (let number = 1; number < 64; number++) {
      await submitter.submitOne(
        await alice.signOrder({ leg: 1, price: 1n, quantity: 1n, deadline: handle.t2 - number }),
      );
    }
    const old = { leg: 1, price: 1n, quantity: 1n, previousLink: genesis };
    const { results } = await submitter.submitBatch([await alice.signOrder(old)]);
    expect(brief(results)).to.deep.equal([64]);
    const late = await submitter.submitBatch([await alice.signOrder(old)]);
    expect(brief(late.results)).to.deep.equal(["Book_StaleLink"]);
  });

  it("finds the place of an order deep in the queue through its hint", async function () {
    const { handle, alice, submitter } = await networkHelpers.loadFixture(openThree);
    const depth = 40;
    for (let first = 0; first < depth; first += 20) {
      const signed = await Promise.all(
        Array.from({ length: 20 }, (_, step) =>
          alice.signOrder({ leg: 2, price: BigInt(5_000 - first - step), quantity: 1n }),
        ),
      );
      await submitter.submitBatch(signed);
    }
    const strict = createSubmitter(handle, await chain.ethers.getSigner(submitter.address), { maxWalk: 1 });
    const last = await strict.submitOne(await alice.signOrder({ leg: 2, price: 4_000n, quantity: 1n }));
    const { orders } = await handle.book.depthOf(1, 2, true, 100);
    expect(brief(last.results)).to.deep.equal([depth + 1]);
    expect(orders.at(-1)?.tradeRootId).to.equal(BigInt(depth + 1));
  });

  it("gives every order gas for its steps, within what a transaction may have", async function () {
    const { handle, submitter, aliceSigner } = await networkHelpers.loadFixture(openThree);
    const alice = createTrader(handle, aliceSigner);
    const signed = await Promise.all(
      Array.from({ length: 40 }, (_, step) => alice.signOrder({ leg: 1, price: BigInt(step), quantity: 1n })),
    );
    const { receipt, results } = await submitter.submitBatch(signed);
    const transaction = await receipt.getTransaction();
    expect(transaction.gasLimit).to.equal(2n ** 24n);
    expect(results.every(({ accepted }) => accepted)).to.be.true;
  });
});

describe("matchTrades", function () {
  it("goes on where an order ran out of steps", async function () {
    const { handle, alice, bob, submitter } = await networkHelpers.loadFixture(openThree);
    const asks = await Promise.all([1n, 2n, 3n].map(() => bob.signOrder({ leg: 1, price: 3_000n, quantity: -1n })));
    await submitter.submitBatch(asks);
    const strict = createSubmitter(handle, await chain.ethers.getSigner(submitter.address), { maxMatches: 1 });
    await strict.submitOne(await alice.signOrder({ leg: 1, price: 3_000n, quantity: 3n }));
    expect(await alice.position()).to.deep.equal([1n, 0n, 0n]);
    expect((await handle.book.marketOf(1, 1)).crossed).to.be.true;

    const { records } = await submitter.matchTrades({ marketRootId: 1, marketBranchId: 1 });
    expect(records.map(({ kind }) => kind)).to.deep.equal(["matched", "matched", "checkpoint"]);
    expect(await alice.position()).to.deep.equal([3n, 0n, 0n]);
  });

  it("refuses an unknown market", async function () {
    const { submitter } = await networkHelpers.loadFixture(openThree);
    await expectClientError(submitter.matchTrades({ marketRootId: 5, marketBranchId: 1 }), "Book_MarketUnknown", {
      marketRootId: 5n,
    });
  });
});

describe("offset", function () {
  it("takes expired orders of others out", async function () {
    const { alice, submitter } = await networkHelpers.loadFixture(openThree);
    const deadline = (await networkHelpers.time.latest()) + 3_600; // the chain keeps real time, also while a fixture is restored
    await submitter.submitOne(await alice.signOrder({ leg: 1, price: 1n, quantity: 1n, deadline }));
    await expectClientError(submitter.offset([1]), "Book_OrderStands", { tradeRootId: 1n });
    await networkHelpers.time.increaseTo(deadline + 1);
    const { offset, skipped } = await submitter.offset([1, 77]);
    expect(offset).to.deep.equal([1]);
    expect(skipped.map(({ tradeRootId, refusal }) => [tradeRootId, refusal.code])).to.deep.equal([
      [77, "Book_OrderUnknown"],
    ]);
  });
});

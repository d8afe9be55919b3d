/** The client of accounts that lend keys: an owner lends one, who has it signs within its limits, anybody brings that. */
import { expect } from "chai";
import { Wallet } from "ethers";

import {
  actAs,
  grantKey,
  type KeyTrader,
  openKeyTrader,
  readKeyLimits,
  revokeKey,
} from "../../src/client/key-account.js";
import type { Submission } from "../../src/client/submitter.js";
import { readAccount } from "../../src/client/trader.js";
import { KeyAccount__factory } from "../../typechain-types/index.js";
import { chain, expectClientError, type Market, networkHelpers, ONE, openThree, openTwo } from "./support.js";

const key = new Wallet(`0x${"5e".repeat(32)}`);

/** Alice's account, which has 20 session tokens of hers in the book. */
async function withAccount(opened: Market) {
  const { handle, aliceSigner, alice } = opened;
  const account = await (await new KeyAccount__factory(aliceSigner).deploy(aliceSigner.address)).getAddress();
  await alice.deposit(20n * ONE, account);
  await grantKey(handle, aliceSigner, account, key.address, { leg: 2, maxLots: 50n, orders: 3n, mayCancel: true });
  return { ...opened, account };
}
const codes = ({ results }: Submission): string[] =>
  results.map((result) => (result.accepted ? "accepted" : result.refusal.code));
const openOfThree = async () => withAccount(await openThree());
const openOfTwo = async () => withAccount(await openTwo());

describe("client of accounts that lend keys", function () {
  let w: Awaited<ReturnType<typeof openOfThree>>;
  let lent: KeyTrader;
  beforeEach(async function () {
    w = await networkHelpers.loadFixture(openOfThree);
    lent = await openKeyTrader(w.handle, w.account, key);
  });

  it("lends with what is left out in its place, and reads it back", async function () {
    expect(await readKeyLimits(w.handle.runner, w.account, key.address)).to.deep.equal({
      book: w.handle.bookAddress,
      marketRootId: 1,
      marketBranchId: 2,
      deadline: BigInt(w.handle.t2 - 1),
      mayCancel: true,
      maxLots: 50n,
      firstNonce: 0n,
      orders: 3n,
    });
    expect(lent.address).to.equal(w.account);
    expect(await readKeyLimits(w.handle.runner, w.account, w.bob.address)).to.equal(undefined);
  });

  it("signs orders that a submitter brings, alone and in a batch, each with a nonce of its own", async function () {
    const first = await lent.signOrder({ leg: 2, price: 3_000n, quantity: 50n });
    expect(codes(await w.submitter.submitOne(first))).to.deep.equal(["accepted"]);
    const signed = await Promise.all([
      lent.signOrder({ leg: 2, price: 3_100n, quantity: 10n }),
      w.bob.signOrder({ leg: 2, price: 3_000n, quantity: -60n }),
      lent.signOrder({ leg: 2, price: 2_900n, quantity: 1n }),
    ]);
    expect([first, signed[0], signed[2]].map((order) => order.package.nonce)).to.deep.equal([0n, 1n, 2n]);
    expect(codes(await w.submitter.submitBatch(signed))).to.deep.equal(["accepted", "accepted", "accepted"]);
    expect(await w.handle.book.positionOf(w.account, 1)).to.deep.equal([0n, 60n, 0n]);
  });

  it("gives a nonce again whose order never landed, and says when all have", async function () {
    const nonces: bigint[] = [];
    const order = { leg: 2, price: 3_000n, quantity: 1n } as const;
    for (let i = 0; i < 4; i += 1) nonces.push((await lent.signOrder(order)).package.nonce);
    expect(nonces).to.deep.equal([0n, 1n, 2n, 0n]);
    for (const nonce of [0n, 1n, 2n]) await w.submitter.submitOne(await lent.signOrder({ ...order, nonce }));
    await expectClientError(lent.signOrder(order), "Client_KeyUsedUp", { key: key.address, orders: 3n });
  });

  it("signs nothing that lands beyond the limits, though it signs", async function () {
    for (const order of [
      { leg: 1, price: 3_000n, quantity: 1n },
      { leg: 2, price: 3_000n, quantity: -51n },
      { leg: 2, price: 3_000n, quantity: 1n, nonce: 3n },
      { leg: 2, price: 3_000n, quantity: 1n, deadline: w.handle.t2 },
    ] as const) {
      const submission = await w.submitter.submitBatch([await lent.signOrder(order)]);
      expect(codes(submission)).to.deep.equal(["Book_SignatureInvalid"]);
    }
  });

  it("signs cancellations, which anybody brings", async function () {
    await w.submitter.submitOne(await lent.signOrder({ leg: 2, price: 3_000n, quantity: 50n }));
    const { trades } = await w.handle.book.chainState();
    const { cancellation, signature } = await lent.signCancellation();
    expect([cancellation.toTradeRootId, cancellation.nonceFloor]).to.deep.equal([Number(trades), 0n]);
    const stranger = (await chain.ethers.getSigners())[8]!;
    await w.handle.book.connect(stranger).cancelTrades(cancellation, signature, [trades], 0);
    expect((await readAccount(w.handle, w.account)).openOrders).to.equal(0);
  });

  it("acts as the account, tells why a call was refused, and takes the key back", async function () {
    const { handle, aliceSigner, account, bob } = w;
    const before = await handle.session.balanceOf(bob.address);
    await actAs(aliceSigner, account, await handle.book.withdraw.populateTransaction(ONE, bob.address, 0n));
    expect((await handle.session.balanceOf(bob.address)) - before).to.equal(ONE);
    await expectClientError(
      actAs(aliceSigner, account, await handle.book.withdraw.populateTransaction(99n * ONE, bob.address, 0n)),
      "Book_WithdrawalTooLarge",
    );
    await expectClientError(revokeKey(w.bobSigner, account, key.address), "KeyAccount_NotOwner", {
      caller: w.bobSigner.address,
      owner: aliceSigner.address,
    });
    await revokeKey(aliceSigner, account, key.address);
    await expectClientError(revokeKey(aliceSigner, account, key.address), "KeyAccount_KeyUnknown", {
      key: key.address,
    });
    await expectClientError(openKeyTrader(handle, account, key), "KeyAccount_KeyUnknown", { key: key.address });
  });

  it("says what is no such account", async function () {
    await expectClientError(readKeyLimits(w.handle.runner, w.handle.address, key.address), "Client_NotAKeyAccount");
    await expectClientError(readKeyLimits(w.handle.runner, w.bob.address, key.address), "Client_NotAKeyAccount");
  });

  it("gives a key nonces from where the account's are", async function () {
    const { handle, aliceSigner, account } = w;
    await w.submitter.submitOne(await lent.signOrder({ leg: 2, price: 3_000n, quantity: 50n }));
    const other = new Wallet(`0x${"5f".repeat(32)}`);
    await grantKey(handle, aliceSigner, account, other.address, {
      leg: 1,
      maxLots: 5n,
      orders: 9n,
      deadline: handle.t1 + 99,
    });
    const second = await openKeyTrader(handle, account, other);
    expect([second.limits.firstNonce, second.limits.mayCancel]).to.deep.equal([1n, false]);
    const { package: order } = await second.signOrder({ leg: 1, price: 1n, quantity: 1n });
    expect([order.nonce, order.deadline]).to.deep.equal([1n, BigInt(handle.t1 + 99)]);
  });
});

describe("a key lent for the second leg of two", function () {
  it("trades where orders on that leg go: on the first, the other way", async function () {
    const { submitter, handle, account } = await networkHelpers.loadFixture(openOfTwo);
    const lent = await openKeyTrader(handle, account, key);
    expect(lent.limits.marketBranchId).to.equal(1);
    const order = await lent.signOrder({ leg: 2, price: 4_000n, quantity: 50n });
    expect(codes(await submitter.submitOne(order))).to.deep.equal(["accepted"]);
    expect((await readAccount(handle, account)).openOrders).to.equal(1);
  });
});

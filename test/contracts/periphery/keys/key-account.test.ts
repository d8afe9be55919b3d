import { expect } from "chai";
import { concat, dataSlice, hexlify, Wallet, ZeroAddress } from "ethers";
import hre from "hardhat";

import type { IKeyAccount } from "../../../../typechain-types/index.js";
import type { KeyLimitsStruct } from "../../../../typechain-types/periphery/keys/IKeyAccount.js";
import { createRandom } from "../../../../stage/rng.js";
import { packBatch } from "../../../../stage/contracts/batches.js";
import {
  bring,
  CANCEL_TRADES_TYPES,
  type SignedCancellation,
  signCancellation,
} from "../../../../stage/contracts/cancellations.js";
import { cancellationWords, orderWords, signByKey } from "../../../../stage/contracts/keys.js";
import { MARKET_TYPES, newInterval, recordOf } from "../../../../stage/contracts/markets.js";
import {
  at,
  type OrderSpec,
  packageOf,
  place,
  type SignedOrder,
  signPackage,
  submit,
  TRADE_PACKAGE_TYPES,
} from "../../../../stage/contracts/orders.js";
import { packQuoteSet, signQuotes } from "../../../../stage/contracts/quote-sets.js";
import { storyOf } from "../../../../stage/contracts/story.js";
import { SUPPLY, TOKEN } from "../../../../stage/contracts/units.js";
import {
  bankroll,
  closeTrading,
  createSession,
  fundSession,
  openWorld,
  type World,
} from "../../../../stage/contracts/world.js";
import { expectSound } from "../../support/sound.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const YES = "0x1626ba7e";
const FUNDS = 100n * TOKEN;
/** A key that no account of the chain has. */
const key = new Wallet(`0x${"5e".repeat(32)}`);
const otherKey = new Wallet(`0x${"5f".repeat(32)}`);

interface Fixture {
  readonly w: World;
  readonly account: IKeyAccount;
  readonly address: string;
  readonly limits: KeyLimitsStruct;
}

/** Dave's account, with 100 tokens in it; its key may trade leg 1 with five orders of at most 20 lots, until ten days after t1. */
async function open(): Promise<Fixture> {
  const w = await openWorld(connection);
  const account = await makeAccount(w.dave.address);
  const address = await account.getAddress();
  await bankroll(w, FUNDS, w.alice, w.bob, { address });
  const limits: KeyLimitsStruct = {
    ...{ book: w.bookAddress, marketRootId: 1, marketBranchId: 1, deadline: w.t1 + 10 * 86_400, mayCancel: false },
    ...{ maxLots: 20n, firstNonce: 2n, orders: 5n },
  };
  await account.connect(w.dave).grantKey(key, limits);
  return { w, account, address, limits };
}

async function makeAccount(owner: string): Promise<IKeyAccount> {
  const made = await ethers.deployContract("KeyAccount", [owner]);
  return ethers.getContractAt("IKeyAccount", await made.getAddress());
}

describe("An account whose owner lends keys", () => {
  let f: Fixture;
  let w: World;
  let account: IKeyAccount;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(open);
    ({ w } = f);
    account = f.account.connect(w.dave);
  });
  afterEach(() => expectSound(w));

  /** Ten lots of leg 1, with the first nonce that the key has, unless told otherwise. */
  async function byKey(spec: Partial<OrderSpec> = {}): Promise<SignedOrder> {
    const trader = spec.trader ?? { address: f.address };
    const nonce = spec.nonce ?? 2n;
    const deadline = spec.deadline ?? f.limits.deadline;
    return signByKey(w, { lots: 10n, price: 5_000n, key, ...spec, trader, nonce, deadline: BigInt(deadline) });
  }

  async function expectRefused(order: SignedOrder): Promise<void> {
    const { digest } = await w.book.linksOf(order.tradePackage);
    await expect(submit(w, order))
      .to.be.revertedWithCustomError(w.book, "Book_SignatureInvalid")
      .withArgs(order.tradePackage.trader, digest);
  }

  describe("given an order within the limits", () => {
    it("lands, rests, is matched, and is the account's", async () => {
      await place(w, { trader: w.alice, lots: -6n, price: 4_800n });
      const story = await storyOf(w, submit(w, await byKey()));
      expect(story).to.deep.equal(["created 2", "approved 2", "matched 1 2: 6 at 4800", "checkpoint 2"]);
      expect([...(await w.book.positionOf(f.address, 1))]).to.deep.equal([6n, 0n]);
    });

    it("is good at every limit: lots both ways, first and last nonce, the last second", async () => {
      for (const [nonce, lots] of [
        [2n, 20n],
        [6n, -20n],
      ] as const) {
        await expect(submit(w, await byKey({ nonce, lots, price: lots > 0n ? 4_000n : 6_000n }))).to.emit(
          w.book,
          "TradeCreated",
        );
      }
      const last = await byKey({ nonce: 3n });
      await time.setNextBlockTimestamp(BigInt(f.limits.deadline));
      await expect(submit(w, last)).to.emit(w.book, "TradeCreated");
    });

    it("may come in a batch with others'", async () => {
      const theirs = await byKey({ lots: -7n });
      const hers = { trader: w.alice, lots: 7n, price: 5_000n };
      const packed = packBatch([theirs, await signedByTrader(hers)], { wallets: new Set([0]), strict: true });
      await expect(w.book.createTrades(packed)).to.emit(w.book, "TradesMatched");
    });

    it("lands once", async () => {
      const order = await byKey();
      await submit(w, order);
      await expect(submit(w, order))
        .to.be.revertedWithCustomError(w.book, "Book_NonceUsed")
        .withArgs(f.address, 2n, 0n);
    });
  });

  const signedByTrader = async (spec: OrderSpec): Promise<SignedOrder> => {
    const unsigned = await packageOf(w, spec);
    return {
      tradePackage: unsigned,
      signature: await signPackage(w, spec, unsigned),
      insertAfter: 0,
      place: 0,
      newest: 0,
    };
  };

  describe("refuses what the key signs", () => {
    it("for another market: of the same root, and of another root", async () => {
      await expectRefused(await byKey({ leg: 2 }));
      await account.grantKey(key, { ...f.limits, marketRootId: 2 });
      await expectRefused(await byKey());
    });

    it("of a lot too many, bought or sold", async () => {
      await expectRefused(await byKey({ lots: 21n, price: 1n }));
      await expectRefused(await byKey({ lots: -21n, price: 9_999n }));
      await expectRefused(await byKey({ lots: -(2n ** 39n - 1n), price: 9_999n }));
    });

    it("with a nonce before the first or behind the last", async () => {
      await expectRefused(await byKey({ nonce: 1n }));
      await expectRefused(await byKey({ nonce: 7n }));
    });

    it("that may be filled a second after the key's deadline", async () => {
      await expectRefused(await byKey({ deadline: BigInt(f.limits.deadline) + 1n }));
    });

    it("for another account of the same owner, which did not lend it", async () => {
      const other = await makeAccount(w.dave.address);
      await bankroll(w, FUNDS, { address: await other.getAddress() });
      await expectRefused(await byKey({ trader: { address: await other.getAddress() } }));
    });

    it("for another account's package, asked about it by hand", async () => {
      const order = await byKey({ trader: w.alice });
      const { digest } = await w.book.linksOf(order.tradePackage);
      expect(await account.isValidSignature(digest, order.signature)).to.not.equal(YES);
    });

    it("for another session's book, here and there", async () => {
      const other = await createSession(w, { ...w.params, t1: w.t1 + 1_000, name: "Other session" });
      await expectRefused(await byKey({ domain: other.domain }));
      await fundSession(other);
      await other.session.approve(other.book, SUPPLY);
      await time.increaseTo(other.t1);
      await bankroll(other, FUNDS, { address: f.address });
      const order = await byKey({ domain: other.domain, link: await other.book.linkToSign({ blockTag: "pending" }) });
      await expect(submit(other, order)).to.be.revertedWithCustomError(other.book, "Book_SignatureInvalid");
      await account.grantKey(key, { ...f.limits, book: other.bookAddress });
      await expect(submit(other, order)).to.emit(other.book, "TradeCreated");
    });

    it("for another chain, name or version", async () => {
      for (const part of [{ chainId: 1n }, { name: "Session" }, { version: "2" }]) {
        await expectRefused(await byKey({ domain: { ...w.domain, ...part } }));
      }
    });

    it("once it was taken back, also what it had signed before", async () => {
      const order = await byKey();
      await expect(account.revokeKey(key)).to.emit(account, "KeyRevoked").withArgs(key.address);
      await expectRefused(order);
      expect([...(await account.limitsOf(key))]).to.deep.equal([ZeroAddress, 0n, 0n, 0n, false, 0n, 0n, 0n]);
    });

    it("beyond new limits, which replace the old ones", async () => {
      const order = await byKey();
      await account.grantKey(key, { ...f.limits, maxLots: 9n });
      await expectRefused(order);
      await submit(w, await byKey({ lots: 9n }));
    });

    it("as many orders in one batch as it likes: what lands is at most maxLots for each of its nonces", async () => {
      await place(w, { trader: w.alice, lots: -1_000n, price: 5_000n });
      const orders = await Promise.all(Array.from({ length: 8 }, (_, i) => byKey({ nonce: BigInt(i), lots: 20n })));
      const story = await storyOf(
        w,
        w.book.createTrades(packBatch(orders, { wallets: new Set(orders.keys()), maxMatches: 8 })),
      );
      const refused = [0, 1, 7].map((index) => `skipped ${index}: Book_SignatureInvalid`);
      expect(story.filter((line) => line.startsWith("skipped"))).to.deep.equal(refused);
      expect((await w.book.positionOf(f.address, 1))[0]).to.equal(100n);
      for (const nonce of [0n, 1n, 7n, 8n]) await expectRefused(await byKey({ nonce }));
      await expect(submit(w, await byKey({ nonce: 6n }))).to.be.revertedWithCustomError(w.book, "Book_NonceUsed");
    });
  });

  describe("refuses", () => {
    it("a key that was not lent, and the owner's own: the owner acts, or lends one to itself", async () => {
      await expectRefused(await byKey({ key: otherKey }));
      await expectRefused(await byKey({ key: w.dave }));
    });

    it("an order other than the one that the key has signed", async () => {
      const order = await byKey({ price: 4_000n });
      const dearer = { ...order.tradePackage, priceTicks: 9_000n };
      const own = dataSlice(String(order.signature), 0, 65);
      await expectRefused({ ...order, tradePackage: dearer });
      await expectRefused({ ...order, tradePackage: dearer, signature: concat([own, orderWords(dearer)]) });
    });

    it("what is no signature of this form", async () => {
      const good = await byKey();
      const whole = String(good.signature);
      const own = dataSlice(whole, 0, 65);
      const signed = dataSlice(whole, 65);
      const { length } = ethers.getBytes(whole);
      const dirty = ethers.getBytes(whole);
      dirty[65] = 1; // above the uint32 of the first word
      for (const signature of [
        "0x",
        dataSlice(own, 0, 64),
        own,
        signed,
        dataSlice(whole, 0, length - 1),
        concat([whole, "0x00"]),
        concat([own, dataSlice(signed, 0, 160)]),
        concat([`0x${"00".repeat(65)}`, signed]),
        hexlify(dirty),
      ]) {
        await expectRefused({ ...good, signature });
      }
      await submit(w, good);
    });

    it("a set of quotes: the book asks no contract for one", async () => {
      const trader = { address: f.address };
      const set = await signQuotes(w, { trader, key, nonce: 2n }, [{ lots: 1n, price: 4_000n }]);
      await expect(
        w.book.createTrades(packBatch([], { sets: [packQuoteSet(set)], strict: true })),
      ).to.be.revertedWithCustomError(w.book, "Book_QuoteSetRefused");
    });

    it("a record of a market", async () => {
      const record = await recordOf(w, newInterval(w, { owner: { address: f.address } }));
      const digest = ethers.TypedDataEncoder.hash(w.domain, MARKET_TYPES, record);
      const own = await key.signTypedData(w.domain, MARKET_TYPES, record);
      const words = dataSlice(ethers.TypedDataEncoder.from(MARKET_TYPES).encode(record), 32);
      for (const signature of [own, concat([own, words]), concat([own, orderWords((await byKey()).tradePackage)])]) {
        expect(await account.isValidSignature(digest, signature)).to.not.equal(YES);
      }
    });
  });

  describe("cancellations", () => {
    const cancelling = async (
      spec: { readonly nonceFloor?: bigint; readonly deadline?: number; readonly trader?: { address: string } } = {},
    ): Promise<SignedCancellation> => {
      const deadline = Number(f.limits.deadline);
      const signed = await signCancellation(w, {
        deadline,
        ...spec,
        trader: spec.trader ?? { address: f.address },
        key,
      });
      return { ...signed, signature: concat([signed.signature, cancellationWords(signed)]) };
    };
    const expectStands = async (signed: SignedCancellation): Promise<void> => {
      await expect(bring(w, signed, 1)).to.be.revertedWithCustomError(w.book, "Book_SignatureInvalid");
    };

    beforeEach(async () => {
      await submit(w, await byKey());
    });

    it("are refused, unless the key may", async () => {
      await expectStands(await cancelling());
      await account.grantKey(key, { ...f.limits, mayCancel: true });
      expect((await storyOf(w, bring(w, await cancelling(), 1))).slice(1)).to.deep.equal([
        "offset 1: 10 cancelled",
        "checkpoint 2",
      ]);
    });

    it("may be all that a key can do", async () => {
      await account.grantKey(key, { ...f.limits, mayCancel: true, maxLots: 0n, orders: 0n });
      await expectRefused(await byKey({ nonce: 3n }));
      await bring(w, await cancelling(), 1);
    });

    it("that a key may sign are bounded: no nonce floor, no later deadline, no other trader, nothing once it is taken back", async () => {
      await account.grantKey(key, { ...f.limits, mayCancel: true });
      await expectStands(await cancelling({ nonceFloor: 1n }));
      await expectStands(await cancelling({ deadline: Number(f.limits.deadline) + 1 }));
      const signed = await cancelling();
      await expectStands({ ...signed, signature: dataSlice(signed.signature, 0, 65) });
      const hers = await cancelling({ trader: w.alice });
      const digest = ethers.TypedDataEncoder.hash(w.domain, CANCEL_TRADES_TYPES, hers.cancellation);
      expect(await account.isValidSignature(digest, hers.signature)).to.not.equal(YES);
      await account.revokeKey(key);
      await expectStands(signed);
    });

    it("by its owner need no signature", async () => {
      await account.revokeKey(key);
      const offset = w.book.interface.encodeFunctionData("offset", [at(1), 0]);
      await expect(account.act(w.book, 0, offset))
        .to.emit(w.book, "TradeOffset")
        .withArgs(1, 10, 0);
    });
  });

  describe("its owner alone", () => {
    it("lends and takes back, with the event, and says so to others", async () => {
      const { limits } = f;
      await expect(account.grantKey(otherKey, limits))
        .to.emit(account, "KeyGranted")
        .withArgs(otherKey.address, Object.values(limits));
      expect(await account.OWNER()).to.equal(w.dave.address);
      for (const caller of [w.alice, w.submitter]) {
        const theirs = account.connect(caller);
        for (const call of [theirs.grantKey(caller, limits), theirs.revokeKey(key), theirs.act(w.session, 0, "0x")]) {
          await expect(call)
            .to.be.revertedWithCustomError(account, "KeyAccount_NotOwner")
            .withArgs(caller.address, w.dave.address);
        }
      }
    });

    it("gives every key a book and takes back what was lent", async () => {
      await expect(account.grantKey(ZeroAddress, f.limits))
        .to.be.revertedWithCustomError(account, "KeyAccount_LimitsMissing")
        .withArgs(ZeroAddress, w.bookAddress);
      await expect(account.grantKey(key, { ...f.limits, book: ZeroAddress }))
        .to.be.revertedWithCustomError(account, "KeyAccount_LimitsMissing")
        .withArgs(key.address, ZeroAddress);
      await expect(account.revokeKey(otherKey))
        .to.be.revertedWithCustomError(account, "KeyAccount_KeyUnknown")
        .withArgs(otherKey.address);
      await expect(ethers.deployContract("KeyAccount", [ZeroAddress])).to.be.revertedWithCustomError(
        account,
        "KeyAccount_NoOwner",
      );
    });

    it("moves money: it withdraws, and exits after t2; the key's holder does neither", async () => {
      await submit(w, await byKey());
      const withdraw = w.book.interface.encodeFunctionData("withdraw", [TOKEN, w.erin.address, 0]);
      await account.act(w.book, 0, withdraw);
      expect(await w.session.balanceOf(w.erin)).to.equal(TOKEN);
      const holder = key.connect(ethers.provider);
      await networkHelpers.setBalance(holder.address, 10n ** 18n);
      await expect(w.book.connect(holder).withdraw(1n, holder, 0)).to.be.revertedWithCustomError(
        w.book,
        "Book_TraderUnknown",
      );
      await expect(account.connect(holder).act(w.book, 0, withdraw)).to.be.revertedWithCustomError(
        account,
        "KeyAccount_NotOwner",
      );
      await closeTrading(w);
      await account.act(w.book, 0, w.book.interface.encodeFunctionData("exit", [w.erin.address, false]));
      expect(await w.session.balanceOf(w.erin)).to.equal(FUNDS);
    });

    it("hears why a call was refused, and calls contracts alone", async () => {
      const withdraw = w.book.interface.encodeFunctionData("withdraw", [FUNDS + 1n, w.erin.address, 0]);
      await expect(account.act(w.book, 0, withdraw)).to.be.revertedWithCustomError(w.book, "Book_WithdrawalTooLarge");
      const errors = await ethers.getContractAt("KeyAccount", f.address);
      await expect(account.act(w.erin, 0, withdraw))
        .to.be.revertedWithCustomError(errors, "AddressEmptyCode")
        .withArgs(w.erin.address);
    });

    it("spends the chain's coins that the account was given, by itself or with a call", async () => {
      await w.alice.sendTransaction({ to: f.address, value: 50n });
      await expect(account.act(w.erin, 30n, "0x")).to.changeEtherBalances(ethers, [f.address, w.erin], [-30n, 30n]);
      const register = w.book.interface.encodeFunctionData("createUser", [w.erin.address]);
      const errors = await ethers.getContractAt("KeyAccount", f.address);
      await expect(account.act(w.book, 20n, register), "the book takes no coins").to.be.revertedWithCustomError(
        errors,
        "FailedCall",
      );
      await expect(account.act(w.erin, 21n, "0x"))
        .to.be.revertedWithCustomError(errors, "InsufficientBalance")
        .withArgs(20n, 21n);
    });
  });

  describe("given a key's account that has delegated to one of its own (EIP-7702)", () => {
    it("signs whatever it likes by its own key, and a key that it lends is within limits", async () => {
      const person = Wallet.createRandom().connect(ethers.provider);
      await networkHelpers.setBalance(person.address, 10n ** 18n);
      const code = await (await makeAccount(person.address)).getAddress();
      const authorization = await person.authorize({ address: code, nonce: (await person.getNonce()) + 1 });
      await (await person.sendTransaction({ type: 4, to: person.address, authorizationList: [authorization] })).wait();
      const own = (await ethers.getContractAt("IKeyAccount", person.address)).connect(person);
      await own.grantKey(key, f.limits);
      await bankroll(w, FUNDS, person);

      await submit(w, { trader: person, leg: 2, lots: -40n, price: 6_000n });
      await submit(w, await byKey({ trader: person }));
      await expectRefused(await byKey({ trader: person, leg: 2, nonce: 3n }));
      await expectRefused(await byKey({ trader: person, lots: 21n, nonce: 3n }));
      await expect(own.connect(w.dave).revokeKey(key)).to.be.revertedWithCustomError(own, "KeyAccount_NotOwner");
      await own.revokeKey(key);
      await expectRefused(await byKey({ trader: person, nonce: 3n }));
      expect((await account.limitsOf(key)).maxLots, "another account's keys are its own").to.equal(20n);
    });
  });

  it("says of any order just what its limits say", async () => {
    const rng = createRandom(15n, "orders of a lent key");
    let [good, bad] = [0, 0];
    for (let round = 0; round < 250; round += 1) {
      const around = (limit: bigint): bigint => limit + BigInt(rng.integer(-1, 1));
      // Each limit is kept most of the time, so that an order is good often enough.
      const kept = (): boolean => rng.integer(0, 7) > 0;
      const lots = rng.amount(1n, kept() ? 20n : 40n) * (rng.integer(0, 1) === 0 ? 1n : -1n);
      const nonce = kept() ? rng.amount(2n, 6n) : around(rng.integer(0, 1) === 0 ? 1n : 7n);
      const deadline = kept() ? around(BigInt(f.limits.deadline) - 1n) : around(BigInt(f.limits.deadline) + 1n);
      const leg = kept() ? 1 : rng.integer(1, 2);
      const order = await byKey({ lots, nonce, deadline, leg, price: rng.amount(0n, 10_000n) });
      const size = lots < 0n ? -lots : lots;
      const expected = size <= 20n && nonce >= 2n && nonce <= 6n && deadline <= BigInt(f.limits.deadline) && leg === 1;
      const digest = ethers.TypedDataEncoder.hash(w.domain, TRADE_PACKAGE_TYPES, order.tradePackage);
      const said = await account.isValidSignature(digest, order.signature);
      expect(said === YES, JSON.stringify([lots, nonce, deadline, leg].map(String))).to.equal(expected);
      if (expected) good += 1;
      else bad += 1;
    }
    expect([good > 60, bad > 60], `${String(good)} good, ${String(bad)} bad`).to.deep.equal([true, true]);
  });

  it("answers within a small part of what the book gives a wallet", async () => {
    const order = await byKey();
    const { digest } = await w.book.linksOf(order.tradePackage);
    expect(await account.isValidSignature.estimateGas(digest, order.signature)).to.be.lessThan(100_000n);
  });
});

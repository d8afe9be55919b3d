import { expect } from "chai";

import {
  CALL_GAS,
  createGasAccounts,
  riskOf,
  WALLET_MUST_PAY,
  WALLET_QUOTA,
} from "../../../src/relay/queue/accounts.js";
import type { SignedPackage } from "../../../src/bindings/packages.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { RelayError } from "../../../src/relay/errors.js";
import { depositOf, LOT, ordersOf, type PaperCall, PaperChain, traderAt } from "../paper/chain.js";
import { flush, load } from "../../../src/relay/engine/stored.js";
import { engineState } from "../paper/engine.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay } from "../paper/relay.js";

const [QUOTA, HOUR] = [170_000n, 3_600_000];
const SIGNATURE = `0x${"11".repeat(65)}`;

function refusalOf(call: () => void): [string, Record<string, unknown>] | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    const { code, values } = error as RelayError;
    return [code, values];
  }
}

describe("given a trader's account of gas", () => {
  const open = () => {
    const time = { ms: 0 };
    const accounts = createGasAccounts({ burnQuota: QUOTA, windowMs: HOUR }, () => time.ms);
    const burn = (burned: bigint, byWallet = false): void => {
      accounts.charge("a", { burned, landed: 0n, byWallet });
    };
    const land = (landed: bigint): void => {
      accounts.charge("a", { burned: 0n, landed, byWallet: false });
    };
    return { time, accounts, burn, land, left: () => accounts.left("a", false) };
  };

  it("begins with the quota, loses what is burned, and gets an eighth of the quota back in a window, up to it", () => {
    const { time, burn, left } = open();
    expect(left()).to.equal(QUOTA);
    burn(80_000n);
    expect(left()).to.equal(90_000n);
    time.ms += HOUR;
    expect(left()).to.equal(111_250n);
    time.ms += 8 * HOUR;
    expect(left()).to.equal(QUOTA);
  });

  it("gets half a quota back by time in all, and an eighth of the gas of what has landed", () => {
    const { time, burn, land, left } = open();
    burn(QUOTA);
    time.ms += 1_000 * HOUR;
    expect(left()).to.equal(QUOTA / 2n);
    burn(QUOTA / 2n);
    time.ms += 1_000 * HOUR;
    expect(left(), "nothing has landed").to.equal(0n);
    burn(1n);
    land(400_000n);
    expect(left(), "it comes with time").to.equal(-1n);
    time.ms += 1_000 * HOUR;
    expect(left()).to.equal(50_000n - 1n);
  });

  it("has half a quota at most that time may give back, however much has landed", () => {
    const { time, burn, land, left } = open();
    land(10n ** 9n);
    burn(QUOTA / 2n + QUOTA);
    time.ms += 1_000 * HOUR;
    expect(left()).to.equal(QUOTA / 2n);
  });

  it("says that it is spent, and takes in what others have paid for the trader's orders, once", () => {
    const { accounts, time, burn, left } = open();
    const refused = () =>
      refusalOf(() => {
        accounts.requireQuota("a");
      });
    expect([accounts.isSpent("a"), accounts.isSpent("stranger")]).to.deep.equal([false, false]);
    burn(QUOTA);
    expect(accounts.isSpent("a"), "time gives enough back").to.equal(false);
    time.ms += 8 * HOUR;
    burn(QUOTA / 2n);
    expect(accounts.isSpent("a")).to.equal(true);
    expect(refused()).to.deep.equal(["RELAY_QUOTA", { trader: "a", quota: QUOTA, left: 0n, risk: 77_000n }]);
    accounts.pay("a", false, 50_000n, 5);
    expect([accounts.isSpent("a"), left()]).to.deep.equal([true, 50_000n]);
    accounts.pay("a", false, 30_000n, 6);
    expect([accounts.isSpent("a"), left(), refused()]).to.deep.equal([false, 80_000n, undefined]);
    const next = open();
    next.accounts.restore(accounts.takeChanges());
    next.accounts.pay("a", false, 80_000n, 6);
    next.time.ms += 100 * HOUR;
    expect(next.left(), "that block was counted").to.equal(80_000n);
    expect(
      refusalOf(() => {
        next.accounts.requireQuota("a");
      }),
    ).to.equal(undefined);
  });

  it("grows by an eighth of what lands, up to half as much again as the quota, but not for a day after burning", () => {
    const { time, burn, land, left } = open();
    land(400_000n);
    expect(left()).to.equal(220_000n);
    land(8_000_000n);
    expect(left()).to.equal(255_000n);
    burn(17_000n);
    land(800_000n);
    expect(left()).to.equal(238_000n);
    time.ms += 24 * HOUR;
    land(80_000n);
    expect(left()).to.equal(248_000n);
  });

  it("refuses packages while it does not bear one more, and says when it will", () => {
    const { accounts, burn, time } = open();
    accounts.requireQuota("a");
    burn(QUOTA);
    const refused = () =>
      refusalOf(() => {
        accounts.requireQuota("a");
      });
    const values = { trader: "a", quota: QUOTA, left: 0n, retryAfterSeconds: 13_045 };
    expect(refused()).to.deep.equal(["RELAY_QUOTA", values]);
    time.ms += 13_045_000;
    expect(refused()).to.equal(undefined);
  });

  it("bears nothing of a contract wallet until others have paid for its orders, then one burning, and gives nothing back", () => {
    const { accounts, burn, time } = open();
    const ask = (signature = SIGNATURE) =>
      refusalOf(() => {
        accounts.requireWallet("a", signature);
      });
    expect([accounts.left("a", true), accounts.isNew("a")]).to.deep.equal([0n, true]);
    accounts.pay("a", true, 200_000n, 1);
    expect(ask()).to.deep.equal(["RELAY_WALLET_NEW", { wallet: "a", paid: 200_000n, wanted: 360_000n }]);
    accounts.pay("a", true, 160_000n, 1);
    expect([ask(), accounts.left("a", true), accounts.isNew("a")]).to.deep.equal([undefined, 700_000n, false]);
    const [code, values] = ask(`0x${"11".repeat(2_100)}`)!;
    expect([code, values["left"], values["risk"]]).to.deep.equal(["RELAY_QUOTA", 700_000n, 701_000n]);
    burn(617_000n, true);
    time.ms += 1_000 * HOUR;
    expect(ask()?.[0]).to.equal("RELAY_QUOTA");
    accounts.pay("a", true, 10n ** 9n, 1);
    expect(ask()?.[0]).to.equal("RELAY_QUOTA");
  });

  it("costs a wallet more than half of what it can burn, whatever its signature", () => {
    expect(2n * WALLET_MUST_PAY > WALLET_QUOTA).to.equal(true);
    expect(riskOf(SIGNATURE) + CALL_GAS <= WALLET_QUOTA).to.equal(true);
  });

  it("bears one burning of a wallet of which something had been acknowledged before a restart", () => {
    const { accounts } = open();
    accounts.trust("a");
    expect(accounts.left("a", true)).to.equal(700_000n);
  });

  it("is as it was after a restart, and refilled for the time between; what is known on both sides counts at its worse", () => {
    const { time, accounts, burn } = open();
    time.ms = 50 * HOUR;
    burn(100_000n);
    accounts.pay("w", true, 300_000n, 7);
    time.ms += HOUR / 2;
    const kept = accounts.takeChanges();
    expect(accounts.takeChanges()).to.deep.equal([]);
    accounts.giveBack(kept);
    expect(accounts.takeChanges()).to.deep.equal(kept);
    const next = open();
    next.accounts.restore(kept.map((one) => ({ ...one, age: one.age + HOUR / 2 })));
    expect(next.left()).to.equal(70_000n + QUOTA / 8n);
    next.land(800_000n);
    expect(next.left(), "it does not grow after burning").to.equal(70_000n + QUOTA / 8n);
    next.burn(50_000n);
    next.accounts.restore(kept);
    expect(next.left(), "once, not again what was counted").to.equal(20_000n + QUOTA / 8n);
    next.accounts.pay("w", true, 300_000n, 7);
    expect(next.accounts.isNew("w"), "that block was counted").to.equal(true);
    next.accounts.pay("w", true, 60_000n, 8);
    expect(next.accounts.isNew("w")).to.equal(false);
  });

  it("bears anything if there is no quota", () => {
    const accounts = createGasAccounts({ burnQuota: 0n, windowMs: HOUR }, () => 0);
    accounts.charge("a", { burned: 10n ** 9n, landed: 0n, byWallet: false });
    accounts.requireQuota("a");
    accounts.requireWallet("a", SIGNATURE);
    expect(accounts.left("a", false)).to.equal(2n ** 64n);
  });
});

describe("given a relay whose traders have accounts", () => {
  it("has no more of a trader on its way than the account bears, and brings the rest as it lands", async () => {
    const relay = await paperRelay({ burnQuota: 60_000n + 3n * 17_000n });
    const { chain } = relay;
    await relay.follow();
    const signed = Array.from({ length: 7 }, (_, nonce) =>
      chain.sign(0, { nonce: BigInt(nonce), priceTicks: 4_000n + BigInt(nonce), quantityLots: 1n }),
    );
    const other = chain.sign(1, { priceTicks: 3_000n });
    await relay.bring(...signed, other);
    expect(relay.ledger.openSubmissions().map(({ links }) => links.length)).to.deep.equal([4]);
    for (let blocks = 0; blocks < 4; blocks += 1) {
      chain.mine();
      await relay.follow();
      await relay.accountant.look();
      await relay.dispatcher.tick(await relay.fence());
    }
    expect([...signed, other].map((one) => relay.statusOf(one))).to.deep.equal(Array(8).fill("onChain"));
  });

  it("charges whoever made packages void behind the relay's back, and nobody else", async () => {
    const relay = await paperRelay({ burnQuota: 60_000n + 3n * 17_000n });
    const { chain } = relay;
    await relay.follow();
    const { address } = chain.traders[0]!;
    const signed = [0n, 1n, 2n].map((nonce) => chain.sign(0, { nonce, priceTicks: 4_000n + nonce, quantityLots: 1n }));
    await relay.bring(...signed, chain.sign(1, { priceTicks: 3_000n }));
    chain.mine((book, context) => book.invalidateNonces({ ...context, caller: address }, 5n));
    await relay.follow();
    await relay.accountant.look();
    expect(signed.map((one) => relay.statusOf(one))).to.deep.equal(["refused", "refused", "refused"]);
    expect([relay.accounts.left(address, false), relay.accounts.left(chain.traders[1]!.address, false)]).to.deep.equal([
      60_000n,
      111_000n + 130_000n / 8n,
    ]);
    expect((await relay.metrics.gasBurned.get()).values[0]!.value).to.equal(51_000);
    const answer: unknown = await relay.intake.offer(chain.sign(0, { nonce: 5n })).catch((error: unknown) => error);
    expect(answer).to.be.instanceOf(RelayError).and.include({ code: "RELAY_QUOTA" });
    await relay.intake.offer(chain.sign(1, { nonce: 1n, priceTicks: 3_001n }));
  });

  it("charges an order that was killed for the matching that was undone, and not who was in the batch with it", async () => {
    const relay = await paperRelay({ burnQuota: 900_000n });
    const { chain } = relay;
    await relay.follow();
    const [killed, neighbour] = [chain.traders[0]!.address, chain.traders[1]!.address];
    chain.mine(ordersOf(chain.sign(2, { priceTicks: 5_000n, quantityLots: -4n })));
    chain.mine(ordersOf(chain.sign(2, { nonce: 1n, priceTicks: 5_001n, quantityLots: -6n })));
    await relay.follow();
    const signed = chain.sign(0, { priceTicks: 5_001n, timeInForce: TimeInForce.FillOrKill });
    await relay.bring(signed, chain.sign(1, { priceTicks: 3_000n }));
    chain.mine(ordersOf(chain.sign(2, { nonce: 2n, priceTicks: 4_000n, quantityLots: 1n })), (book, context) =>
      book.invalidateNonces({ ...context, caller: killed }, 5n),
    );
    const [{ hash } = { hash: "" }] = relay.ledger.openSubmissions()[0]?.transactions ?? [];
    chain.receipts.set(hash, { ...chain.receipts.get(hash)!, gasUsed: 60_000n + 17_000n + 2n * 65_000n + 300_000n });
    await relay.follow();
    await relay.accountant.look();
    expect(relay.statusOf(signed)).to.equal("refused");
    expect(relay.accounts.left(killed, false)).to.equal(900_000n - 317_000n);
    expect(relay.accounts.left(neighbour, false) >= 900_000n).to.equal(true);
  });

  it("refuses an order that burns more if it is killed than its trader's account bears, and takes it as another kind", async () => {
    const relay = await paperRelay({ burnQuota: 180_000n });
    const { chain } = relay;
    for (let nonce = 0n; nonce < 6n; nonce += 1n) {
      chain.mine(ordersOf(chain.sign(2, { nonce, priceTicks: 5_000n + nonce, quantityLots: -1n })));
    }
    await relay.follow();
    const order = { priceTicks: 5_100n, quantityLots: 6n, timeInForce: TimeInForce.FillOrKill };
    const answer: unknown = await relay.intake.offer(chain.sign(0, order)).catch((error: unknown) => error);
    expect(answer).to.be.instanceOf(RelayError).and.include({ code: "RELAY_KILL_UNBORNE" });
    const { trader, steps, risk, left } = (answer as RelayError).values;
    const [first, further] = [25_000n, 22_000n];
    expect({ trader, steps, risk, left }).to.deep.equal({
      trader: chain.traders[0]!.address,
      steps: 6,
      risk: 77_000n + 2_000n + first + 5n * further,
      left: 180_000n,
    });
    await relay.bring(chain.sign(0, { ...order, quantityLots: 4n }));
    await relay.bring(chain.sign(1, { ...order, timeInForce: TimeInForce.ImmediateOrCancel }));
    expect(relay.ledger.openSubmissions().flatMap(({ links }) => links)).to.have.length(2);
  });

  it("has one order on its way that may be killed, if the account bears no second, and the next when that has landed", async () => {
    const relay = await paperRelay({ burnQuota: 180_000n });
    const { chain } = relay;
    for (let nonce = 0n; nonce < 6n; nonce += 1n) {
      chain.mine(ordersOf(chain.sign(2, { nonce, priceTicks: 5_000n + nonce, quantityLots: -1n })));
    }
    await relay.follow();
    const signed = [0n, 1n].map((nonce) =>
      chain.sign(0, { nonce, priceTicks: 5_100n, quantityLots: 3n, timeInForce: TimeInForce.FillOrKill }),
    );
    await relay.bring(...signed);
    expect(signed.map((one) => relay.statusOf(one))).to.deep.equal(["submitted", "pending"]);
    chain.mine();
    await relay.follow();
    await relay.accountant.look();
    await relay.dispatcher.tick(await relay.fence());
    expect(signed.map((one) => relay.statusOf(one))).to.deep.equal(["onChain", "submitted"]);
  });

  it("lets an order that may be killed wait while others are to take what it would meet, should they come to nothing", async () => {
    const relay = await paperRelay({ burnQuota: 180_000n });
    const { chain } = relay;
    for (let nonce = 0n; nonce < 8n; nonce += 1n) {
      chain.mine(ordersOf(chain.sign(2, { nonce, priceTicks: 5_000n + nonce, quantityLots: -1n })));
    }
    chain.mine(ordersOf(chain.sign(2, { nonce: 8n, priceTicks: 5_050n, quantityLots: -20n })));
    await relay.follow();
    const decoy = chain.sign(0, { priceTicks: 5_020n, quantityLots: 8n, timeInForce: TimeInForce.ImmediateOrCancel });
    const fields = { priceTicks: 5_100n, quantityLots: 9n, timeInForce: TimeInForce.FillOrKill };
    const killed = chain.sign(1, fields);
    await relay.bring(decoy, killed);
    expect([decoy, killed].map((one) => relay.statusOf(one))).to.deep.equal(["submitted", "pending"]);
    chain.mine();
    await relay.follow();
    await relay.dispatcher.tick(await relay.fence());
    expect(relay.statusOf(killed), "what it meets is known").to.equal("submitted");
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(killed)).to.equal("onChain");
  });

  it("charges a transaction of which nothing landed whole", async () => {
    const relay = await paperRelay({ burnQuota: 180_000n });
    const { chain } = relay;
    await relay.follow();
    const { address } = chain.traders[0]!;
    await relay.bring(chain.sign(0, { priceTicks: 4_000n }));
    chain.mine((book, context) => book.invalidateNonces({ ...context, caller: address }, 5n));
    await relay.follow();
    await relay.accountant.look();
    expect(relay.accounts.left(address, false)).to.equal(180_000n - 77_000n);
  });

  it("charges nobody for what has landed, though the receipt says that it failed", async () => {
    const relay = await paperRelay({ burnQuota: 180_000n });
    const { chain } = relay;
    await relay.follow();
    const signed = chain.sign(0, { priceTicks: 4_000n });
    await relay.bring(signed);
    chain.mine();
    for (const [hash, receipt] of chain.receipts) chain.receipts.set(hash, { ...receipt, succeeded: false, logs: 0 });
    await relay.follow();
    await relay.accountant.look();
    expect(relay.statusOf(signed)).to.equal("onChain");
    expect((await relay.metrics.gasBurned.get()).values[0]!.value).to.equal(0);
    expect(relay.accounts.left(chain.traders[0]!.address, false) >= 180_000n).to.equal(true);
  });

  it("sends no more before it knows what was burned", async () => {
    const relay = await paperRelay({ burnQuota: 77_000n });
    const { chain } = relay;
    await relay.follow();
    const { address } = chain.traders[0]!;
    const signed = [0n, 7n].map((nonce) => chain.sign(0, { nonce, priceTicks: 4_000n, quantityLots: 1n }));
    await relay.bring(...signed);
    chain.mine((book, context) => book.invalidateNonces({ ...context, caller: address }, 5n));
    await relay.follow();
    chain.mine();
    await relay.follow();
    await relay.dispatcher.tick(await relay.fence());
    expect(signed.map((one) => relay.statusOf(one))).to.deep.equal(["refused", "pending"]);
    await relay.accountant.look();
    expect(relay.accounts.left(address, false)).to.equal(0n);
  });

  it("forgives nothing at a restart, and charges nothing twice", async () => {
    const relay = await paperRelay({ burnQuota: 180_000n });
    const { chain, rows } = relay;
    await relay.follow();
    const { address } = chain.traders[0]!;
    await relay.bring(chain.sign(0, { priceTicks: 4_000n }));
    chain.mine((book, context) => book.invalidateNonces({ ...context, caller: address }, 5n));
    await relay.follow();
    await relay.accountant.look();
    await flush(engineState(relay));
    for (let restarts = 0; restarts < 2; restarts += 1) {
      const next = await paperRelay({ chain, rows, burnQuota: 180_000n, privateKey: relay.privateKey });
      await load(engineState(next));
      await next.follow();
      await next.accountant.look();
      await flush(engineState(next));
      const left = next.accounts.left(address, false);
      expect(left >= 103_000n && left < 104_000n, `${left}`).to.equal(true);
    }
  });

  it("takes a trader whose account is spent again once it has brought orders by itself", async () => {
    const relay = await paperRelay({ burnQuota: 180_000n });
    const { chain } = relay;
    await relay.follow();
    const { address } = chain.traders[0]!;
    relay.accounts.charge(address, { burned: 200_000n, landed: 0n, byWallet: false });
    expect(relay.accounts.isSpent(address)).to.equal(true);
    await relay.bring(chain.sign(1, { priceTicks: 3_000n }));
    chain.mine();
    await relay.follow();
    await relay.accountant.look();
    expect(relay.accounts.isSpent(address), "another's order").to.equal(true);
    chain.mine(ordersOf(chain.sign(0, { priceTicks: 4_000n, quantityLots: 1n })));
    await relay.follow();
    await relay.accountant.look();
    expect(relay.accounts.isSpent(address)).to.equal(false);
    await relay.intake.offer(chain.sign(0, { nonce: 1n, priceTicks: 4_001n, quantityLots: 1n }));
  });

  it("writes accounts that could not be written when the database is back", async () => {
    const relay = await paperRelay({ burnQuota: 180_000n });
    await relay.follow();
    const { address } = relay.chain.traders[0]!;
    relay.accounts.charge(address, { burned: 50_000n, landed: 0n, byWallet: false });
    const away = { ...relay.gasAccounts, put: () => Promise.reject(new RelayError("RELAY_STORE_UNAVAILABLE")) };
    await expectRefused(flush(engineState(relay, { gasAccounts: away })), "RELAY_STORE_UNAVAILABLE");
    await flush(engineState(relay));
    expect((await relay.gasAccounts.all()).map(({ trader, level }) => [trader, level])).to.deep.equal([
      [address, 130_000n],
    ]);
  });

  it("has no more cancellations of a trader on their way than the account bears, and charges for void ones", async () => {
    const relay = await paperRelay({ burnQuota: 160_000n });
    const { chain } = relay;
    const { address } = chain.traders[0]!;
    const orders = [0n, 1n, 2n].map((nonce) => chain.sign(0, { nonce, priceTicks: 4_000n, quantityLots: 1n }));
    chain.mine(ordersOf(...orders));
    await relay.follow();
    const ask = (nonceFloor: bigint) =>
      relay.cancelDesk.cancel(chain.signCancellation(0, { toTradeRootId: 100, nonceFloor }));
    for (const floor of [4n, 5n, 6n]) {
      await ask(floor);
      await relay.dispatcher.tick(await relay.fence());
    }
    expect(relay.ledger.openSubmissions().map(({ cancellations }) => cancellations.length)).to.deep.equal([1, 1]);
    chain.mine((book, context) => book.invalidateNonces({ ...context, caller: address }, 9n));
    await relay.follow();
    chain.mine();
    await relay.follow();
    await relay.accountant.look();
    expect(relay.accounts.left(address, false)).to.equal(6_000n);
    const values = { trader: address, quota: 160_000n, left: 6_000n, retryAfterSeconds: 12_780 };
    await expectRefused(ask(10n), "RELAY_QUOTA", values);
  });
});

describe("given a trader whose account has grown by orders that landed, when it cancels and makes that void", () => {
  it("burns half as much again as the quota at most, once: less than twice of a first deposit", async () => {
    const [quota, deposited] = [180_000n, 159_000n]; // what a first deposit takes, shared with others in its transaction
    const relay = await paperRelay({ burnQuota: quota });
    const { chain } = relay;
    const { address } = chain.traders[0]!;
    await relay.follow();
    const orders = Array.from({ length: 14 }, (_, nonce) =>
      chain.sign(0, { nonce: BigInt(nonce), priceTicks: 4_000n, quantityLots: 1n }),
    );
    for (const one of orders) {
      await relay.bring(one);
      chain.mine();
      await relay.follow();
      await relay.accountant.look();
    }
    expect(relay.accounts.left(address, false)).to.equal((quota * 3n) / 2n);
    for (let round = 1n; round <= 3n; round += 1n) {
      for (let floor = 40n * round; floor < 40n * round + 6n; floor += 1n) {
        const signed = chain.signCancellation(0, { fromTradeRootId: 0, toTradeRootId: 0, nonceFloor: floor });
        await relay.cancelDesk.cancel(signed).catch(() => undefined);
        await relay.dispatcher.tick(await relay.fence());
      }
      chain.mine((book, context) => book.invalidateNonces({ ...context, caller: address }, 40n * round + 9n));
      for (let blocks = 0; blocks < 2; blocks += 1) {
        await relay.follow();
        await relay.accountant.look();
        chain.mine();
      }
    }
    const burned = BigInt((await relay.metrics.gasBurned.get()).values[0]!.value);
    expect(burned > quota && burned <= (quota * 3n) / 2n && burned < 2n * deposited, `${burned}`).to.equal(true);
  });
});

describe("given a relay and a contract wallet", () => {
  const walletsOrder =
    (signed: SignedPackage): PaperCall =>
    (book, context) => {
      const order = { ...signed, insertAfter: 0, place: 0, byWallet: true };
      return book.createTrades(context, { orders: [order] }, { maxMatches: 16, maxWalk: 64 });
    };
  /** With a wallet that says to each question what `agrees` is. */
  const open = async ({ own = 3 } = {}) => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain, burnQuota: 170_000n });
    const wallet = { address: traderAt(77).address, key: chain.traders[0]!.key };
    const says = { agrees: true };
    chain.wallets.set(wallet.address, () => says.agrees);
    chain.mine(depositOf(wallet.address, 1_000n * LOT));
    const sign = (nonce: number) => chain.sign(wallet, { nonce: BigInt(nonce), priceTicks: 4_000n });
    const bringItself = async (nonce: number): Promise<void> => {
      chain.mine(walletsOrder(sign(nonce)));
      await relay.follow();
      await relay.accountant.look();
    };
    await relay.follow();
    for (let nonce = 0; nonce < own; nonce += 1) await bringItself(nonce);
    const tick = async () => {
      chain.mine();
      await relay.follow();
      await relay.dispatcher.tick(await relay.fence());
    };
    return { chain, relay, wallet, says, sign, bringItself, tick };
  };

  it("refuses its packages, cancellations and switches until it has brought enough by itself", async () => {
    const { chain, relay, wallet, sign, bringItself } = await open({ own: 2 });
    const values = { wallet: wallet.address, paid: 240_000n, wanted: 360_000n };
    await expectRefused(relay.intake.offer(sign(5)), "RELAY_WALLET_NEW", values);
    const cancellation = chain.signCancellation(wallet);
    await expectRefused(relay.cancelDesk.cancel(cancellation), "RELAY_WALLET_NEW", values);
    await expectRefused(relay.switches.arm(cancellation, 1_000), "RELAY_WALLET_NEW", values);
    await bringItself(2);
    await relay.bring(sign(5));
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(sign(5))).to.equal(undefined); // signed anew, over another link
    expect(chain.resting).to.deep.equal([1, 2, 3, 4]);
  });

  it("does not count what relays of its database have brought", async () => {
    const { chain, relay, wallet, sign } = await open({ own: 0 });
    const generous = await paperRelay({ chain, rows: relay.rows, burnQuota: 0n });
    await generous.follow();
    for (let nonce = 0; nonce < 4; nonce += 1) {
      await generous.bring(sign(nonce));
      chain.mine();
      await generous.follow();
      await relay.follow();
      await relay.accountant.look();
    }
    expect(chain.resting).to.deep.equal([1, 2, 3, 4]);
    expect(relay.accounts.isNew(wallet.address)).to.equal(true);
  });

  it("has one of its packages on its way at a time", async () => {
    const { chain, relay, sign, tick } = await open();
    await relay.bring(sign(5), sign(6));
    expect(relay.ledger.openSubmissions().map(({ links }) => links.length)).to.deep.equal([1]);
    chain.mine();
    await relay.follow();
    await relay.accountant.look();
    await tick();
    chain.mine();
    await relay.follow();
    expect(chain.resting).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it("pays for one burning and no other, even before its receipt was looked at", async () => {
    const { chain, relay, wallet, says, sign, tick } = await open();
    const [first, second] = [sign(5), sign(6)];
    await relay.bring(first, second);
    const { transactions } = relay.ledger.openSubmissions()[0]!;
    says.agrees = false;
    chain.mine();
    const { hash } = transactions[0]!;
    chain.receipts.set(hash, { ...chain.receipts.get(hash)!, gasUsed: 610_000n });
    says.agrees = true;
    await relay.follow();
    await tick();
    await tick();
    expect([first, second].map((one) => relay.statusOf(one))).to.deep.equal(["refused", "pending"]);
    expect(relay.ledger.openSubmissions()).to.deep.equal([]);
    await relay.accountant.look();
    expect(relay.accounts.left(wallet.address, true)).to.be.lessThan(100_000n);
    await tick();
    expect(relay.ledger.openSubmissions()).to.deep.equal([]);
    const values = { trader: wallet.address, quota: 700_000n, left: 90_000n, risk: 619_600n };
    await expectRefused(relay.intake.offer(sign(7)), "RELAY_QUOTA", values);
  });

  it("pays once for a wallet that looks at the block in which it is asked, and burns in a later one than that of the trial", async () => {
    const { chain, relay, wallet, says, sign, tick } = await open();
    const last = chain.tip.number;
    chain.wallets.set(wallet.address, () => says.agrees && chain.tip.number <= last);
    await relay.bring(sign(5));
    const waiting = chain.pool;
    chain.pool = [];
    chain.mine(); // without it: it was tried out on this block, and comes in the next
    chain.pool = waiting;
    chain.mine();
    for (const { hash } of waiting) chain.receipts.set(hash!, { ...chain.receipts.get(hash!)!, gasUsed: 610_000n });
    await relay.follow();
    await tick();
    await relay.accountant.look();
    expect(relay.accounts.left(wallet.address, true)).to.equal(90_000n);
    chain.wallets.set(wallet.address, () => true);
    const values = { trader: wallet.address, quota: 700_000n, left: 90_000n, risk: 619_600n };
    await expectRefused(relay.intake.offer(sign(6)), "RELAY_QUOTA", values);
  });

  it("pays for one cancellation that burns gas, and tries it no second time", async () => {
    const { chain, relay, wallet, says, tick } = await open();
    await relay.cancelDesk.cancel(chain.signCancellation(wallet));
    await relay.dispatcher.tick(await relay.fence());
    const { transactions } = relay.ledger.openSubmissions()[0]!;
    says.agrees = false;
    chain.mine();
    const { hash } = transactions[0]!;
    chain.receipts.set(hash, { ...chain.receipts.get(hash)!, gasUsed: 610_000n });
    says.agrees = true;
    await relay.follow();
    await tick();
    await relay.accountant.look();
    expect(relay.accounts.left(wallet.address, true)).to.equal(90_000n);
    await tick();
    expect(relay.ledger.openSubmissions()).to.deep.equal([]);
    const again = chain.signCancellation(wallet, { nonceFloor: 4n });
    const values = { trader: wallet.address, quota: 700_000n, left: 90_000n, risk: 619_600n };
    await expectRefused(relay.cancelDesk.cancel(again), "RELAY_QUOTA", values);
  });
});

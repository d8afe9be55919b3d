/** Money into the book and out of it: the book's side of each rule (R14 to R18). What tokens must do is in token-flow. */
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { tokenWei } from "../../../src/protocol/amounts/units.js";
import type { BookEventInLog } from "../../../src/verify/events.js";
import { expectBroken, expectHolds } from "../support/expect.js";
import { LOT, SUPPLY, T2 } from "../support/header.js";
import { bound, RAIN, TICK_VALUE } from "../support/markets.js";
import { ALICE, BOB, CAROL } from "../support/people.js";
import type { Scribe } from "../support/scribe.js";
import { funded, STAKE, trade, trading, withMarkets } from "../support/stories.js";
import type { Rule, Values } from "../../../src/verify/violation.js";

type Money = Extract<BookEventInLog, { kind: "deposited" | "withdrawn" | "exited" }>;

/** Tells what the book would refuse, and expects just that. */
async function expectRefused(scribe: Scribe, event: Money, rule: Rule, actual: Values): Promise<void> {
  scribe.tell(event);
  const at = scribe.indexOf(event.kind);
  await expectBroken(scribe.log(), { rule, at, kind: event.kind, actual });
}

describe("verifySession, given a deposit (R17)", function () {
  const deposited = (leg: number, amount: bigint, traderId = 1): Money => {
    return { kind: "deposited", traderId, leg, amount: tokenWei(amount) };
  };

  it("holds in session tokens, to the wei, and in whole lots of a leg, until just before t2", async function () {
    const scribe = funded();
    scribe.deposit(ALICE, 1n);
    scribe.call((vault) => {
      vault.split(scribe.header.organiser, 5n * LOT);
    });
    scribe.now = T2 - 1n;
    scribe.depositLeg(ALICE, 2, 3n);
    const { traders, tokens } = await expectHolds(scribe.log());
    expect(traders[0]!.claims).to.deep.equal([1n, 1n + 3n * LOT]);
    expect(tokens.heldByBook).to.deep.equal([1n, 0n, 3n * LOT]);
  });

  it("refuses one at t2", async function () {
    const scribe = trading();
    scribe.now = T2;
    await expectRefused(scribe, deposited(0, 5n), "R17", { timestamp: T2, t2: T2 });
  });

  it("refuses one of nothing", async function () {
    await expectRefused(trading(), deposited(0, 0n), "R17", {});
    await expectRefused(trading(), deposited(1, 0n), "R17", {});
  });

  it("refuses one of a leg that is not in whole lots", async function () {
    const scribe = trading();
    scribe.tell(deposited(1, LOT + 1n));
    const at = scribe.indexOf("deposited");
    const values = { expected: { amount: LOT }, actual: { amount: LOT + 1n } };
    await expectBroken(scribe.log(), { rule: "R17", at, kind: "deposited", ...values });
  });

  it("refuses a leg that there is not", async function () {
    await expectRefused(trading(), deposited(3, LOT), "R27", { marketRootId: 1n, marketBranchId: 3n });
  });

  it("refuses a trader that there is not", async function () {
    await expectRefused(trading(), deposited(0, 5n, 4), "R17", { traderId: 4 });
  });

  it("refuses more than any session has", async function () {
    await expectRefused(trading(), deposited(0, 2n ** 96n), "R13", { trader: ALICE.address });
  });

  it("refuses a payer who has not the tokens (R7)", async function () {
    const scribe = trading();
    scribe.deposit(ALICE, 1n);
    const at = scribe.amend("transfer", () => ({ from: CAROL.address }));
    const actual = { token: 0, holder: CAROL.address, amount: 1n, held: 0n };
    await expectBroken(scribe.log(), { rule: "R7", at, kind: "transfer", actual });
  });
});

describe("verifySession, given a withdrawal (R15)", function () {
  const withdrawn = (leg: number, amount: bigint, to = ALICE.address): Money => {
    return { kind: "withdrawn", traderId: 1, leg, amount: tokenWei(amount), to };
  };

  it("holds to the last wei, in every phase", async function () {
    const scribe = trading();
    scribe.withdraw(ALICE, STAKE - 1n);
    scribe.now = T2 + 1n;
    scribe.withdraw(ALICE, 1n);
    const { traders } = await expectHolds(scribe.log());
    expect(traders[0]!.claims).to.deep.equal([0n, 0n]);
  });

  it("refuses a wei more", async function () {
    const actual = { trader: ALICE.address, requested: STAKE + 1n, available: STAKE };
    await expectRefused(trading(), withdrawn(0, STAKE + 1n), "R15", actual);
  });

  it("refuses what a position may cost in its worst outcome", async function () {
    const scribe = trading();
    trade(scribe, [ALICE, BOB], 4_000n, 100n); // Alice may have to pay 60 lots' worth for 100
    const available = STAKE - 60n * LOT;
    const actual = { trader: ALICE.address, requested: available + 1n, available };
    await expectRefused(scribe, withdrawn(0, available + 1n), "R15", actual);
  });

  it("refuses what open orders may need, as long as they rest", async function () {
    const scribe = trading();
    scribe.order(ALICE, { priceTicks: 5_000n, quantityLots: 100n });
    const reserved = 3n * 2n ** 54n; // 50 lots' worth, in whole units
    expect(reserved - 50n * LOT).to.be.within(0n, 2n ** 54n);
    const requested = STAKE - reserved + 1n;
    const actual = { trader: ALICE.address, requested, available: STAKE, reserved };
    await expectRefused(scribe, withdrawn(0, requested), "R15", actual);
    const cancelled = trading();
    cancelled.order(ALICE, { priceTicks: 5_000n, quantityLots: 100n });
    cancelled.offset(ALICE, 1);
    cancelled.withdraw(ALICE, STAKE);
    await expectHolds(cancelled.log());
  });

  it("refuses more of a leg than the claim on it", async function () {
    const lots = STAKE / LOT;
    const scribe = trading();
    scribe.withdrawLeg(ALICE, 1, lots);
    await expectHolds(scribe.log());
    const actual = { trader: ALICE.address, requested: LOT, available: 0n };
    await expectRefused(scribe, withdrawn(1, LOT), "R15", actual);
  });

  it("refuses nothing at all", async function () {
    await expectRefused(trading(), withdrawn(0, 0n), "R17", {});
    await expectRefused(trading(), withdrawn(2, 0n), "R17", {});
  });

  it("refuses parts of a lot of a leg", async function () {
    const scribe = trading();
    scribe.tell(withdrawn(1, 2n * LOT - 1n));
    const at = scribe.indexOf("withdrawn");
    const values = { expected: { amount: LOT }, actual: { amount: 2n * LOT - 1n } };
    await expectBroken(scribe.log(), { rule: "R15", at, kind: "withdrawn", ...values });
  });

  it("refuses the zero address, the book and the vault as receivers", async function () {
    const { book, session } = trading().header;
    for (const receiver of [ZeroAddress, book, session]) {
      await expectRefused(trading(), withdrawn(0, 1n, receiver), "R15", { receiver });
    }
  });
});

describe("verifySession, given an exit (R18)", function () {
  /** Alice is long and Bob short of leg 1; it is t2. */
  function ended(): Scribe {
    const scribe = trading();
    trade(scribe, [BOB, ALICE], 5_000n, 100n);
    scribe.now = T2;
    return scribe;
  }

  it("holds from t2 on, in tokens and in assets, and gives what was taken out", async function () {
    const scribe = ended();
    scribe.exit(ALICE);
    scribe.exit(BOB, true);
    const { traders } = await expectHolds(scribe.log());
    const half = 50n * LOT;
    expect(traders.map(({ exited }) => exited)).to.deep.equal([
      [STAKE + half, STAKE - half],
      [STAKE - half, STAKE + half],
      [0n, 0n],
    ]);
    expect(traders.map(({ claims }) => claims)).to.deep.equal([
      [0n, 0n],
      [0n, 0n],
      [STAKE, STAKE],
    ]);
  });

  it("adds up what was taken out in several exits", async function () {
    const scribe = withMarkets();
    trade(scribe, [ALICE, BOB], 20n, 100n, { marketRootId: RAIN });
    scribe.now = T2;
    scribe.exit(ALICE);
    bound(scribe, RAIN, 1, 5n, 5n);
    scribe.realise(RAIN, ALICE, BOB);
    scribe.exit(ALICE);
    const { traders } = await expectHolds(scribe.log());
    const gain = 15n * 100n * TICK_VALUE;
    expect(traders[0]!.exited).to.deep.equal([STAKE + gain, STAKE + gain]);
  });

  it("refuses it a second before t2", async function () {
    const scribe = ended();
    scribe.now = T2;
    scribe.exit(ALICE);
    const at = scribe.indexOf("exited");
    scribe.amendTime(at, T2 - 1n);
    await expectBroken(scribe.log(), { rule: "R18", at, kind: "exited", actual: { timestamp: T2 - 1n, t2: T2 } });
  });

  it("refuses other claims than the book's accounts give", async function () {
    const claims = [STAKE + 50n * LOT, STAKE - 50n * LOT];
    for (const change of [
      [1n, 0n],
      [0n, -1n],
      [-1n, 1n],
    ]) {
      const scribe = ended();
      scribe.exit(ALICE);
      const other = claims.map((claim, k) => tokenWei(claim + change[k]!));
      const at = scribe.amend("exited", () => ({ claims: other }));
      const values = { expected: { claims }, actual: { claims: other } };
      await expectBroken(scribe.log(), { rule: "R18", at, kind: "exited", ...values });
    }
  });

  it("refuses a second one of nothing", async function () {
    const scribe = ended();
    scribe.exit(ALICE);
    const claims = [tokenWei(0n), tokenWei(0n)];
    const again: Money = { kind: "exited", traderId: 1, to: ALICE.address, claims, redeemed: false };
    await expectRefused(scribe, again, "R18", { trader: ALICE.address });
  });

  it("refuses the vault as a receiver", async function () {
    const scribe = ended();
    const { session: receiver } = scribe.header;
    const claims = [tokenWei(STAKE + 50n * LOT), tokenWei(STAKE - 50n * LOT)];
    const event: Money = { kind: "exited", traderId: 1, to: receiver, claims, redeemed: false };
    await expectRefused(scribe, event, "R15", { receiver });
  });

  it("holds when all are gone, and every token with them", async function () {
    const scribe = ended();
    for (const trader of [ALICE, BOB, CAROL]) scribe.exit(trader, true);
    scribe.call((vault) => {
      vault.redeem(0, scribe.header.organiser, SUPPLY - 3n * STAKE, scribe.header.organiser);
    });
    const { tokens } = await expectHolds(scribe.log());
    expect(tokens).to.deep.equal({ supplies: [0n, 0n, 0n], heldByBook: [0n, 0n, 0n], vault: [0n, 0n] });
  });
});

/** What tokens do when the book takes money in or pays it out (R14, R17, R18). */
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import fc from "fast-check";

import { tokenWei } from "../../../src/protocol/amounts/units.js";
import type { BookEventInLog, TokenEvent } from "../../../src/verify/events.js";
import type { Rule } from "../../../src/verify/violation.js";
import { FIXED } from "../../protocol/support.js";
import type { FlowStage } from "../support/flow.js";
import { fundedStage, PURSE, settlingStage } from "../support/flow.js";
import { basketOf, ONE } from "../support/header.js";
import { ALICE, BOB } from "../support/people.js";

type Payment = Extract<BookEventInLog, { kind: "deposited" | "withdrawn" | "exited" }>;

const [alice, bob] = [ALICE.address, BOB.address];

function withdrawn(leg: number, amount: bigint): Payment {
  return { kind: "withdrawn", traderId: 1, leg, amount: tokenWei(amount), to: alice };
}

function exited(claims: readonly bigint[], redeemed: boolean): Payment {
  return { kind: "exited", traderId: 1, to: alice, claims: claims.map(tokenWei), redeemed };
}

/** What the tokens do for it. */
function paymentOf(stage: FlowStage, payment: Payment): TokenEvent[] {
  return stage.saidOf((vault) => {
    if (payment.kind === "exited") vault.payClaims(payment.claims, payment.to, payment.redeemed);
    else if (payment.kind === "withdrawn") vault.payFromBook(payment.leg, payment.to, payment.amount);
    else vault.transfer(payment.leg, alice, stage.header.book, payment.amount);
  });
}

/** Plays the payment as it must be, and each time with one event left out. */
function expectExact(open: () => FlowStage, payment: Payment, rules: readonly Rule[]): TokenEvent[] {
  const stage = open();
  const said = paymentOf(stage, payment);
  stage.flow.expectPayment(payment);
  stage.feed(...said);
  stage.flow.requireDone();
  for (const index of said.keys()) {
    const fresh = open();
    fresh.flow.expectPayment(payment);
    let rule: Rule | undefined;
    try {
      fresh.feed(...said.toSpliced(index, 1));
      fresh.flow.requireDone();
    } catch (error) {
      rule = (error as { readonly rule?: Rule }).rule; // of a violation
    }
    expect(rules, `without event ${index}, ${said[index]!.kind}`).to.include(rule);
  }
  return said;
}

describe("TokenFlow, given a deposit (R17)", function () {
  const deposited: Payment = { kind: "deposited", traderId: 1, leg: 1, amount: tokenWei(ONE) };

  it("waits for the tokens", function () {
    const stage = fundedStage();
    stage.flow.expectPayment(deposited);
    expect(stage.flow.isIdle).to.equal(false);
    const values = { expected: { next: "transfer" }, actual: { next: "something else" } };
    stage.expectNotDone({ rule: "R17", why: "Here must come: transfer.", ...values });
    stage.expectNotFree({ rule: "R17", ...values });
  });

  it("takes them from anybody", function () {
    for (const from of [alice, fundedStage().header.organiser]) {
      const stage = fundedStage();
      stage.flow.expectPayment({ ...deposited, leg: 0 });
      stage.play((vault) => {
        vault.transfer(0, from, stage.header.book, ONE);
      });
      expect(stage.ledger.balance(0, stage.header.book)).to.equal(PURSE + ONE);
    }
  });

  it("refuses another token, receiver or amount", function () {
    const good: TokenEvent = { kind: "transfer", token: 1, from: alice, to: fundedStage().header.book, value: ONE };
    const changes: [change: object, expected: object][] = [
      [{ token: 2 }, { token: 1 }],
      [{ to: bob }, { to: good.to }],
      [{ value: ONE - 1n }, { value: ONE }],
      [{ value: ONE + 1n }, { value: ONE }],
    ];
    for (const [change, expected] of changes) {
      const stage = fundedStage();
      stage.flow.expectPayment(deposited);
      stage.expectRefused(
        {
          rule: "R17",
          why: "A deposit is paid in full.",
          expected: expected as Readonly<Record<string, unknown>>,
          actual: change as Readonly<Record<string, unknown>>,
        },
        { ...good, ...change },
      );
    }
  });

  it("refuses tokens that are minted for it, or that an asset moves", function () {
    const { book, session } = fundedStage().header;
    const others: TokenEvent[] = [
      { kind: "transfer", token: 1, from: ZeroAddress, to: book, value: ONE },
      { kind: "assetMoved", leg: 1, from: alice, to: session, value: ONE },
    ];
    for (const event of others) {
      const stage = fundedStage();
      stage.flow.expectPayment(deposited);
      stage.expectRefused({ rule: "R17", expected: { next: "transfer" }, actual: { ...event } }, event);
    }
  });
});

describe("TokenFlow, given a withdrawal (R14)", function () {
  it("takes one transfer where the book has enough", function () {
    for (const leg of [0, 1, 2]) {
      const said = expectExact(fundedStage, withdrawn(leg, PURSE), ["R14"]);
      expect(said.length).to.equal(1);
    }
  });

  it("takes a merge first where it lacks session tokens", function () {
    const said = expectExact(fundedStage, withdrawn(0, PURSE + ONE), ["R14", "R4"]);
    expect(said.map(({ kind }) => kind)).to.deep.equal(["transfer", "transfer", "transfer", "merged", "transfer"]);
  });

  it("takes a split first where it lacks a leg", function () {
    const said = expectExact(fundedStage, withdrawn(2, PURSE + ONE), ["R14", "R4"]);
    expect(said.map(({ kind }) => kind)).to.deep.equal(["transfer", "transfer", "transfer", "split", "transfer"]);
  });

  it("does both in baskets of one and of sixteen", function () {
    for (const assets of [1, 16]) {
      for (const leg of [0, 1])
        expectExact(() => fundedStage(basketOf(assets)), withdrawn(leg, PURSE + 1n), ["R14", "R4"]);
    }
  });

  it("refuses a split or a merge of more or less than it lacks", function () {
    for (const [leg, token] of [
      [0, 1],
      [2, 0],
    ] as const) {
      for (const other of [ONE - 1n, ONE + 1n]) {
        const stage = fundedStage();
        stage.flow.expectPayment(withdrawn(leg, PURSE + ONE));
        const { book } = stage.header;
        const burnt: TokenEvent = { kind: "transfer", token, from: book, to: ZeroAddress, value: other };
        stage.expectRefused({ rule: "R14", expected: { value: ONE }, actual: { value: other } }, burnt);
      }
    }
  });

  it("refuses a split or a merge that it does not need", function () {
    const stage = fundedStage();
    stage.flow.expectPayment(withdrawn(0, ONE));
    const [burnt] = stage.saidOf((vault) => {
      vault.merge(stage.header.book, ONE);
    });
    const values = { expected: { token: 0, to: alice }, actual: { token: 1, to: ZeroAddress } };
    stage.expectRefused({ rule: "R14", why: "The book pays what it said.", ...values }, burnt!);
  });

  it("refuses another receiver or amount than the book has said", function () {
    for (const [change, expected] of [
      [{ to: bob }, { to: alice }],
      [{ value: ONE - 1n }, { value: ONE }],
    ] as const) {
      const stage = fundedStage();
      const payment = withdrawn(1, ONE);
      stage.flow.expectPayment(payment);
      const [paid] = paymentOf(stage, payment);
      stage.expectRefused({ rule: "R14", expected, actual: change }, { ...paid!, ...change });
    }
  });
});

describe("TokenFlow, given an exit (R18)", function () {
  const RULES: readonly Rule[] = ["R14", "R4", "R5", "R6", "R2"];

  it("takes what all legs have in common in session tokens, the rest in legs", function () {
    const said = expectExact(settlingStage, exited([3n * ONE, 5n * ONE], false), RULES);
    expect(said).to.deep.equal([
      { kind: "transfer", token: 0, from: settlingStage().header.book, to: alice, value: 3n * ONE },
      { kind: "transfer", token: 2, from: settlingStage().header.book, to: alice, value: 2n * ONE },
    ]);
  });

  it("takes nothing in session tokens where a claim is nothing", function () {
    const said = expectExact(settlingStage, exited([0n, 5n * ONE], false), RULES);
    expect(said.map((event) => (event.kind === "transfer" ? event.token : undefined))).to.deep.equal([2]);
  });

  it("takes a merge first where the book lacks session tokens", function () {
    const said = expectExact(settlingStage, exited([PURSE + ONE, PURSE + 2n * ONE], false), RULES);
    expect(said.map(({ kind }) => kind).indexOf("merged")).to.equal(3);
  });

  it("takes a split first where it lacks a leg", function () {
    const said = expectExact(settlingStage, exited([PURSE + 2n * ONE, ONE], false), RULES);
    expect(said.map(({ kind }) => kind).indexOf("split")).to.equal(3);
  });

  it("takes one redemption of each asset, for the whole claim on it", function () {
    const said = expectExact(settlingStage, exited([3n * ONE, 5n * ONE], true), RULES);
    const redeemed = said.flatMap((event) => (event.kind === "redeemed" ? [[event.leg, event.claims]] : []));
    expect(redeemed).to.deep.equal([
      [1, 3n * ONE],
      [2, 5n * ONE],
    ]);
  });

  it("takes a split first where it lacks a leg to redeem, and no merge", function () {
    const said = expectExact(settlingStage, exited([PURSE + 2n * ONE, ONE], true), RULES);
    const kinds = said.map(({ kind }) => kind).filter((kind) => kind !== "transfer" && kind !== "assetMoved");
    expect(kinds).to.deep.equal(["split", "redeemed", "redeemed"]);
  });

  it("refuses what all claims have in common redeemed as session tokens", function () {
    const stage = settlingStage();
    stage.flow.expectPayment(exited([ONE, ONE], true));
    const said = stage.saidOf((vault) => {
      vault.redeem(0, stage.header.book, ONE, alice);
    });
    stage.expectRefused(
      { rule: "R6", why: "Claims are burnt first.", expected: { token: 1 }, actual: { token: 0 } },
      ...said,
    );
  });

  it("refuses tokens where assets were said, and assets where tokens were", function () {
    for (const redeemed of [true, false]) {
      const stage = settlingStage();
      const said = paymentOf(stage, exited([ONE, ONE], !redeemed));
      stage.flow.expectPayment(exited([ONE, ONE], redeemed));
      const [burnt, paid] = [
        { token: 1, to: ZeroAddress },
        { token: 0, to: alice },
      ];
      const [expected, actual] = redeemed ? [burnt, paid] : [paid, burnt];
      stage.expectRefused({ rule: redeemed ? "R6" : "R14", expected, actual }, ...said);
    }
  });

  it("refuses a redemption of more or less than the claim", function () {
    const stage = settlingStage();
    stage.flow.expectPayment(exited([ONE, ONE], true));
    const said = paymentOf(stage, exited([ONE + 1n, ONE + 1n], true));
    stage.expectRefused(
      { rule: "R6", why: "Claims are burnt first.", expected: { value: ONE }, actual: { value: ONE + 1n } },
      ...said,
    );
  });

  it("refuses a redemption to somebody else", function () {
    const stage = settlingStage();
    stage.flow.expectPayment(exited([ONE, ONE], true));
    const said = paymentOf(stage, { ...exited([ONE, ONE], true), to: bob } as Payment);
    stage.expectRefused({ rule: "R6", expected: { to: alice }, actual: { to: bob } }, ...said);
  });

  it("takes any claims that the book can pay", function () {
    const claim = fc.bigInt({ min: 0n, max: PURSE });
    fc.assert(
      fc.property(fc.array(claim, { minLength: 3, maxLength: 3 }), fc.boolean(), (claims, redeemed) => {
        fc.pre(claims.some((one) => one > 0n));
        const stage = settlingStage(basketOf(3));
        const payment = exited(claims, redeemed);
        stage.flow.expectPayment(payment);
        stage.feed(...paymentOf(stage, payment));
        stage.flow.requireDone();
        for (const [k, one] of claims.entries()) {
          const held = stage.ledger.balance(0, stage.header.book) + stage.ledger.balance(k + 1, stage.header.book);
          expect(held, `leg ${k + 1}`).to.equal(2n * PURSE - one);
        }
      }),
      { ...FIXED, numRuns: 60 },
    );
  });
});

describe("TokenFlow, given no payment (R14)", function () {
  it("lets no token leave the book", function () {
    for (const token of [0, 1, 2]) {
      const stage = fundedStage();
      const event: TokenEvent = { kind: "transfer", token, from: stage.header.book, to: alice, value: 1n };
      const why = "Tokens leave the book without a withdrawal.";
      stage.expectRefused({ rule: "R14", why, actual: { ...event } }, event);
    }
  });

  it("takes gifts to the book, and between people", function () {
    const stage = fundedStage();
    stage.play((vault) => {
      vault.transfer(0, alice, stage.header.book, 5n);
      vault.transfer(2, alice, bob, 5n);
    });
    expect(stage.ledger.balance(0, stage.header.book)).to.equal(PURSE + 5n);
    expect(stage.ledger.balance(2, bob)).to.equal(5n);
  });
});

/** Assets that do as they like while they are called: what may come in between, what may not, and what cannot be followed. */
import { expect } from "chai";

import { tokenWei } from "../../../src/protocol/amounts/units.js";
import type { TokenEvent } from "../../../src/verify/events.js";
import { FlowStage, PURSE, settlingStage } from "../support/flow.js";
import { ONE, SUPPLY } from "../support/header.js";
import { ALICE, BOB } from "../support/people.js";

const [alice, bob] = [ALICE.address, BOB.address];

/** A redemption of Alice's that has been told up to its first asset, which is being called. */
function calling(): { readonly stage: FlowStage; readonly rest: readonly TokenEvent[] } {
  const stage = settlingStage();
  const said = stage.saidOf((vault) => {
    vault.redeem(0, alice, ONE, bob);
  });
  stage.feed(...said.slice(0, 2));
  return { stage, rest: said.slice(2) };
}

describe("TokenFlow, while an asset is being called", function () {
  it("lets the book record what it likes, and is not done", function () {
    const { stage } = calling();
    stage.flow.requireFree();
    stage.expectNotDone({ rule: "R2", expected: { next: "a transfer of asset 1" } });
  });

  it("lets tokens go from hand to hand", function () {
    const { stage, rest } = calling();
    stage.feed({ kind: "transfer", token: 1, from: alice, to: bob, value: 3n });
    stage.feed(...rest);
    stage.flow.requireDone();
    expect(stage.ledger.balance(1, bob)).to.equal(3n);
  });

  it("lets a payment of the book run within", function () {
    const { stage, rest } = calling();
    const amount = tokenWei(PURSE);
    stage.flow.expectPayment({ kind: "withdrawn", traderId: 1, leg: 1, amount, to: alice });
    stage.expectNotFree({ rule: "R14", expected: { next: "transfer" } });
    stage.feed({ kind: "transfer", token: 1, from: stage.header.book, to: alice, value: PURSE });
    stage.feed(...rest);
    stage.flow.requireDone();
  });

  it("refuses what may not come at any time either", function () {
    const { stage } = calling();
    const { book: from } = stage.header;
    stage.expectRefused({ rule: "R14" }, { kind: "transfer", token: 0, from, to: alice, value: 1n });
    const other = calling().stage;
    other.expectRefused({ rule: "R4" }, { kind: "split", holder: alice, amount: 1n });
  });

  it("refuses that the other asset leaves the vault", function () {
    const { stage } = calling();
    const { session: from } = stage.header;
    const gone: TokenEvent = { kind: "assetMoved", leg: 2, from, to: bob, value: 1n };
    const why = "An asset leaves the vault without a redemption.";
    stage.expectRefused({ rule: "R5", why, actual: { ...gone } }, gone);
  });

  it("counts a gift of the asset itself to the vault", function () {
    const { stage, rest } = calling();
    const { session } = stage.header;
    stage.feed({ kind: "assetMoved", leg: 1, from: bob, to: session, value: 9n });
    stage.feed(...rest);
    stage.flow.requireDone();
    const [quantity = 0n] = stage.header.terms.quantities;
    expect(stage.ledger.vault(1)).to.equal(quantity - quantity / 1_000n + 9n);
  });

  it("lets it pay in pieces, and refuses a unit too much", function () {
    const { stage, rest } = calling();
    const [paid, ...others] = rest as readonly [TokenEvent & { kind: "assetMoved" }, ...TokenEvent[]];
    stage.feed({ ...paid, value: paid.value - 1n }, { ...paid, value: 1n }, ...others);
    stage.flow.requireDone();
    const again = calling();
    const values = { expected: { leg: 1, amount: paid.value }, actual: { leg: 1, amount: paid.value + 1n } };
    const pieces = [paid, { ...paid, value: 1n }];
    again.stage.expectRefused(
      { rule: "R2", why: "The asset moves another amount than it was told.", ...values },
      { ...paid, value: paid.value - 1n },
      { ...pieces[1]!, value: 2n },
    );
  });

  it("refuses one that takes a fee on its way", function () {
    const { stage, rest } = calling();
    const [paid] = rest as readonly [TokenEvent & { kind: "assetMoved" }];
    const fee: TokenEvent = { ...paid, to: alice, value: 1n };
    stage.expectRefused(
      {
        rule: "R6",
        why: "A redemption pays whom it names; does the asset take a fee?",
        expected: { to: bob },
        actual: { to: alice },
      },
      fee,
    );
  });

  it("waits for ever for one that logs nothing", function () {
    const { stage } = calling();
    stage.feed({ kind: "transfer", token: 1, from: alice, to: bob, value: 3n });
    stage.expectNotDone({ rule: "R2" });
  });

  it("lets the funding's asset bring a deposit of another with it", function () {
    const stage = new FlowStage();
    const said = stage.saidOf((vault) => {
      vault.fund();
    });
    stage.feed(...said.slice(0, 2));
    stage.flow.expectPayment({ kind: "deposited", traderId: 1, leg: 0, amount: tokenWei(5n) });
    const { organiser, book } = stage.header;
    stage.feed({ kind: "transfer", token: 0, from: organiser, to: book, value: 5n }, ...said.slice(2));
    stage.flow.requireDone();
    expect(stage.ledger.supply(0)).to.equal(SUPPLY);
  });

  it("refuses a second funding within the first", function () {
    const stage = new FlowStage();
    const said = stage.saidOf((vault) => {
      vault.fund();
    });
    stage.feed(...said.slice(0, 2));
    stage.expectRefused({ rule: "R1", actual: { funded: true } }, said[0]!);
  });
});

describe("TokenFlow, between the assets of a redemption", function () {
  it("lets other things happen, for the asset before is just returning", function () {
    const stage = settlingStage();
    const said = stage.saidOf((vault) => {
      vault.redeem(0, alice, ONE, bob);
    });
    stage.feed(...said.slice(0, 3));
    stage.flow.requireFree();
    const { book } = stage.header;
    stage.feed({ kind: "transfer", token: 0, from: alice, to: book, value: 1n }, ...said.slice(3));
    stage.flow.requireDone();
  });

  it("takes what an asset moves on its own before the next redemption of an exit", function () {
    const stage = settlingStage();
    const claims = [ONE, 2n * ONE].map(tokenWei);
    const gift: TokenEvent = { kind: "transfer", token: 0, from: alice, to: stage.header.book, value: 1n };
    stage.flow.expectPayment({ kind: "exited", traderId: 1, to: alice, claims, redeemed: true });
    const said = stage.saidOf((vault) => {
      vault.payClaims(claims, alice, true);
    });
    const burntNext = said.findLastIndex(({ kind }) => kind === "transfer");
    stage.feed(...said.slice(0, burntNext), gift, ...said.slice(burntNext));
    stage.flow.requireDone();
  });

  it("lets an exit's next redemption wait while the asset before returns", function () {
    const stage = settlingStage();
    const claims = [ONE, 2n * ONE].map(tokenWei);
    stage.flow.expectPayment({ kind: "exited", traderId: 1, to: alice, claims, redeemed: true });
    const said = stage.saidOf((vault) => {
      vault.payClaims(claims, alice, true);
    });
    const burntNext = said.findLastIndex(({ kind }) => kind === "transfer");
    stage.feed(...said.slice(0, burntNext));
    stage.flow.requireFree();
    stage.expectNotDone({ rule: "R6", expected: { next: "transfer" } });
    stage.feed(...said.slice(burntNext));
    stage.flow.requireDone();
  });
});

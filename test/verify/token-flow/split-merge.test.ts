/** Splits and merges (R4): every leg in its order, to the wei, and N stays what it is. */
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import fc from "fast-check";

import type { TokenEvent } from "../../../src/verify/events.js";
import { FIXED } from "../../protocol/support.js";
import { expectViolation } from "../support/expect.js";
import { type FlowStage, fundedStage, PURSE } from "../support/flow.js";
import { basketOf, SUPPLY } from "../support/header.js";
import { ALICE, BOB, ORGANISER } from "../support/people.js";

const alice = ALICE.address;
const bob = BOB.address;
const AMOUNT = 1_234n;

/** Both begin with what is burnt and end with what the vault says of it. */
const ACTS = ["split", "merge"] as const;

describe("TokenFlow, given a split or a merge", function () {
  for (const assets of [1, 2, 3, 16]) {
    it(`takes both in a basket of ${assets}`, function () {
      const stage = fundedStage(basketOf(assets));
      stage.play((vault) => {
        vault.split(alice, AMOUNT);
      });
      expect(stage.ledger.balance(0, alice)).to.equal(PURSE - AMOUNT);
      expect(stage.ledger.balance(assets, alice)).to.equal(PURSE + AMOUNT);
      stage.play((vault) => {
        vault.merge(alice, AMOUNT);
      });
      expect(stage.ledger.balance(0, alice)).to.equal(PURSE);
      for (let leg = 1; leg <= assets; leg += 1) expect(stage.ledger.claims(leg)).to.equal(SUPPLY);
    });
  }

  it("takes any that their holder has", function () {
    const amounts = fc.array(
      fc.bigInt({ min: -PURSE, max: PURSE }).filter((amount) => amount !== 0n),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(amounts, (all) => {
        const stage = fundedStage();
        for (const amount of all) {
          const token = amount > 0n ? 0 : 1;
          const size = amount > 0n ? amount : -amount;
          if (stage.vault.balance(token, alice) < size) continue;
          stage.play((vault) => {
            if (amount > 0n) vault.split(alice, size);
            else vault.merge(alice, size);
          });
        }
        expect([stage.ledger.claims(1), stage.ledger.claims(2)]).to.deep.equal([SUPPLY, SUPPLY]);
        for (const token of [0, 1, 2]) {
          expect(stage.ledger.balance(token, alice)).to.equal(stage.vault.balance(token, alice));
        }
      }),
      { ...FIXED, numRuns: 40 },
    );
  });

  for (const name of ACTS) {
    describe(`of which one event is another: a ${name}`, function () {
      let stage: FlowStage;
      let said: TokenEvent[];
      beforeEach(function () {
        stage = fundedStage(basketOf(3));
        said = stage.saidOf((vault) => {
          vault[name](alice, AMOUNT);
        });
      });

      it("refuses another amount of any token but the first, which says how much it is", function () {
        for (let index = 1; index < said.length; index += 1) {
          const fresh = fundedStage(basketOf(3));
          const amount = AMOUNT - 1n;
          const isLast = index === said.length - 1;
          const change = isLast ? { amount } : { value: amount };
          const all = said.with(index, { ...said[index]!, ...change });
          const values = isLast
            ? { expected: { amount: AMOUNT }, actual: { amount } }
            : { expected: { value: AMOUNT }, actual: { value: amount } };
          fresh.expectRefused({ rule: "R4", ...values }, ...all);
        }
      });

      it("refuses another holder", function () {
        for (let index = 1; index < said.length; index += 1) {
          const fresh = fundedStage(basketOf(3));
          fresh.play((vault) => {
            vault.split(ORGANISER.address, PURSE);
            for (const token of [0, 1, 2, 3]) vault.transfer(token, ORGANISER.address, bob, PURSE);
          });
          const event = said[index]!;
          const field = event.kind !== "transfer" ? "holder" : event.from === ZeroAddress ? "to" : "from";
          const all = said.with(index, { ...event, [field]: bob });
          const values = { expected: { [field]: alice }, actual: { [field]: bob } };
          fresh.expectRefused({ rule: "R4", ...values }, ...all);
        }
      });

      it("refuses two legs in the wrong order", function () {
        const first = name === "split" ? 1 : 0;
        const [one, two] = [said[first + 1]!, said[first + 2]!];
        const swapped = said.with(first + 1, two).with(first + 2, one);
        stage.expectRefused({ rule: "R4" }, ...swapped);
      });

      it("refuses any event that is left out", function () {
        for (let index = 0; index < said.length; index += 1) {
          const fresh = fundedStage(basketOf(3));
          expectViolation(
            () => {
              fresh.feed(...said.toSpliced(index, 1));
              fresh.flow.requireDone();
            },
            { rule: index === 0 && name === "merge" ? "R6" : "R4" }, // what begins with leg 2 can only be its redemption
          );
        }
      });

      it("is not done before the vault has said so", function () {
        for (let length = 1; length < said.length; length += 1) {
          const fresh = fundedStage(basketOf(3));
          fresh.feed(...said.slice(0, length));
          expect(fresh.flow.isIdle).to.equal(false);
          const rule = length === 1 && name === "merge" ? "R6" : "R4"; // so far it might be a redemption of leg 1
          for (const require of ["requireDone", "requireFree"] as const) {
            expectViolation(
              () => {
                fresh.flow[require]();
              },
              { rule },
            );
          }
        }
      });

      it("refuses a gift in the midst of it", function () {
        const gift: TokenEvent = { kind: "transfer", token: 0, from: ORGANISER.address, to: bob, value: AMOUNT };
        stage.feed(...said.slice(0, 2));
        stage.expectRefused({ rule: "R4" }, gift);
      });
    });
  }

  it("refuses one of nothing", function () {
    const stage = fundedStage();
    const burnt: TokenEvent = { kind: "transfer", token: 0, from: alice, to: ZeroAddress, value: 0n };
    stage.expectRefused({ rule: "R4", why: "Nothing is split, merged or redeemed." }, burnt);
  });

  it("refuses a merge that begins with another leg than the first", function () {
    const stage = fundedStage();
    const [first, second, ...rest] = stage.saidOf((vault) => {
      vault.merge(alice, AMOUNT);
    });
    stage.expectRefused(
      { rule: "R6", expected: { next: "what the tokens were burnt for" }, actual: { ...first! } },
      second!,
      first!,
      ...rest,
    );
  });

  it("refuses what the vault says where no token has moved", function () {
    for (const kind of ["split", "merged"] as const) {
      const said: TokenEvent = { kind, holder: alice, amount: AMOUNT };
      const why = `The vault says ${kind}, and no token has moved for it.`;
      expectViolation(
        () => {
          fundedStage().feed(said);
        },
        { rule: "R4", why, actual: { ...said } },
      );
    }
  });

  it("refuses a split that says it was a merge", function () {
    const stage = fundedStage();
    const said = stage.saidOf((vault) => {
      vault.split(alice, AMOUNT);
    });
    const merged: TokenEvent = { kind: "merged", holder: alice, amount: AMOUNT };
    stage.expectRefused(
      { rule: "R4", why: "Here must come: split.", expected: { next: "split" }, actual: { ...merged } },
      ...said.slice(0, -1),
      merged,
    );
  });

  it("sees that legs and session tokens no longer add up to N", function () {
    const stage = fundedStage();
    stage.ledger.transfer({ kind: "transfer", token: 2, from: ZeroAddress, to: bob, value: 1n }); // by nobody's leave
    const said = stage.saidOf((vault) => {
      vault.split(alice, AMOUNT);
    });
    stage.expectRefused(
      {
        rule: "R4",
        why: "Leg 2 and session tokens must add up to N.",
        expected: { claims: SUPPLY },
        actual: { claims: SUPPLY + 1n },
      },
      ...said,
    );
  });
});

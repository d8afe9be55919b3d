/** Redemptions (R6): from t2 on, the share of what the vault holds at that moment, rounded down, to whom they name. */
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import fc from "fast-check";

import { assetUnits } from "../../../src/protocol/amounts/units.js";
import type { TokenEvent } from "../../../src/verify/events.js";
import { FIXED } from "../../protocol/support.js";
import { type FlowStage, fundedStage, PURSE, settlingStage } from "../support/flow.js";
import { ONE, SUPPLY, T2 } from "../support/header.js";
import { ALICE, BOB, ORGANISER } from "../support/people.js";

const [alice, bob] = [ALICE.address, BOB.address];

describe("TokenFlow, given a redemption", function () {
  describe("of session tokens", function () {
    it("pays the share of every asset", function () {
      const stage = settlingStage();
      stage.play((vault) => {
        vault.redeem(0, alice, ONE, bob);
      });
      const [first = 0n, second = 0n] = stage.header.terms.quantities;
      expect(stage.ledger.vault(1)).to.equal(first - first / 1_000n);
      expect(stage.ledger.vault(2)).to.equal(second - second / 1_000n);
      expect(stage.ledger.claims(1)).to.equal(SUPPLY - ONE);
    });

    it("pays nothing where the share is less than a unit, and says so", function () {
      const stage = settlingStage();
      const said = stage.saidOf((vault) => {
        vault.redeem(0, alice, 1n, bob);
      });
      expect(said.map((event) => (event.kind === "redeemed" ? event.assets : event.kind))).to.deep.equal([
        "transfer",
        0n,
        0n,
      ]);
      stage.feed(...said);
      stage.flow.requireDone();
    });
  });

  describe("of a leg", function () {
    it("pays its own asset alone", function () {
      const stage = settlingStage();
      stage.play((vault) => {
        vault.redeem(2, alice, ONE, alice);
      });
      const [first = 0n, second = 0n] = stage.header.terms.quantities;
      expect([stage.ledger.vault(1), stage.ledger.vault(2)]).to.deep.equal([first, second - second / 1_000n]);
      expect([stage.ledger.claims(1), stage.ledger.claims(2)]).to.deep.equal([SUPPLY, SUPPLY - ONE]);
    });

    it("pays all that is left to the last claim", function () {
      const stage = settlingStage();
      stage.play((vault) => {
        for (const holder of [stage.header.book, alice, ORGANISER.address]) {
          vault.redeem(0, holder, vault.balance(0, holder), holder);
        }
      });
      stage.play((vault) => {
        for (const holder of [stage.header.book, alice]) vault.redeem(1, holder, vault.balance(1, holder), holder);
      });
      expect(stage.ledger.claims(1)).to.equal(0n);
      expect(stage.ledger.vault(1)).to.equal(0n);
      expect(stage.ledger.vault(2)).to.be.greaterThan(0n);
    });

    it("takes the first leg's, which begins as a merge does", function () {
      const stage = settlingStage();
      stage.play((vault) => {
        vault.redeem(1, alice, ONE, alice);
      });
      expect(stage.ledger.balance(1, alice)).to.equal(PURSE - ONE);
    });
  });

  describe("as to the amount", function () {
    let stage: FlowStage;
    let said: TokenEvent[];
    beforeEach(function () {
      stage = settlingStage({ quantities: [assetUnits(1_000_003n), assetUnits(7n)] });
      said = stage.saidOf((vault) => {
        vault.redeem(0, alice, 3n * ONE, bob);
      });
    });

    it("is balance · amount / claims, rounded down", function () {
      expect(said[1]).to.deep.include({ kind: "redeemed", leg: 1, claims: 3n * ONE, assets: 3_000n }); // of 3 000.009
      stage.feed(...said);
      stage.flow.requireDone();
    });

    it("refuses a unit more or less", function () {
      for (const assets of [2_999n, 3_001n]) {
        const fresh = settlingStage({ quantities: [assetUnits(1_000_003n), assetUnits(7n)] });
        const all = said.with(1, { ...said[1]!, assets } as TokenEvent);
        const values = { expected: { assets: 3_000n }, actual: { assets } };
        fresh.expectRefused({ rule: "R6", ...values }, ...all);
      }
    });

    it("refuses that the asset moves more than was said", function () {
      const all = said.with(2, { ...said[2]!, value: 3_001n } as TokenEvent);
      stage.expectRefused(
        { rule: "R2", expected: { leg: 1, amount: 3_000n }, actual: { leg: 1, amount: 3_001n } },
        ...all,
      );
    });

    it("waits for the rest when it moves less", function () {
      const all = [...said.slice(0, 2), { ...said[2]!, value: 2_999n } as TokenEvent];
      stage.feed(...all);
      stage.expectNotDone({ rule: "R2", expected: { next: "a transfer of asset 1" } });
    });

    it("follows from what the vault holds at that moment, gifts included", function () {
      const fresh = settlingStage({ quantities: [assetUnits(1_000_003n), assetUnits(7n)] });
      fresh.play((vault) => {
        vault.moveAsset(1, bob, fresh.header.session, 500_000n);
      });
      const again = fresh.saidOf((vault) => {
        vault.redeem(0, alice, 3n * ONE, bob);
      });
      expect(again[1]).to.deep.include({ assets: 4_500n });
      fresh.feed(...again);
      fresh.flow.requireDone();
    });

    it("agrees with the rule, whoever redeems how much of what", function () {
      const step = fc.record({
        token: fc.integer({ min: 0, max: 2 }),
        holder: fc.constantFrom(alice, ORGANISER.address),
        part: fc.bigInt({ min: 1n, max: 1_000n }),
        gift: fc.bigInt({ min: 0n, max: 5n }),
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
          const fresh = settlingStage({ quantities: [assetUnits(1_000_003n), assetUnits(7n)] });
          for (const { token, holder, part, gift } of steps) {
            const amount = (fresh.vault.balance(token, holder) * part) / 1_000n;
            if (amount === 0n) continue;
            fresh.play((vault) => {
              if (gift > 0n) vault.moveAsset(2, bob, fresh.header.session, gift);
              vault.redeem(token, holder, amount, bob);
            });
          }
          expect([fresh.ledger.vault(1), fresh.ledger.vault(2)]).to.deep.equal([
            fresh.vault.holds(1),
            fresh.vault.holds(2),
          ]);
        }),
        { ...FIXED, numRuns: 40 },
      );
    });
  });

  describe("as to who, whom and when", function () {
    const redeem = (stage: FlowStage, to = bob): TokenEvent[] =>
      stage.saidOf((vault) => {
        vault.redeem(0, alice, ONE, to);
      });

    it("refuses it a second before t2", function () {
      const stage = fundedStage();
      stage.now = T2 - 1n;
      stage.expectRefused(
        { rule: "R6", why: "Claims are redeemed from t2 on.", expected: { t2: T2 }, actual: { timestamp: T2 - 1n } },
        ...redeem(stage),
      );
    });

    it("refuses the vault and the zero address", function () {
      for (const to of [settlingStage().header.session, ZeroAddress]) {
        const stage = settlingStage();
        stage.expectRefused(
          { rule: "R6", why: "Nothing is redeemed to the vault or to nobody.", actual: { to } },
          ...redeem(stage, to),
        );
      }
    });

    it("refuses another holder, leg or number of claims than were burnt", function () {
      const changes: [change: object, expected: object][] = [
        [{ holder: bob }, { holder: alice }],
        [{ leg: 2 }, { leg: 1 }],
        [{ claims: ONE - 1n }, { claims: ONE }],
      ];
      for (const [change, expected] of changes) {
        const stage = settlingStage();
        const [burnt, said] = redeem(stage);
        stage.expectRefused(
          {
            rule: "R6",
            expected: expected as Readonly<Record<string, unknown>>,
            actual: change as Readonly<Record<string, unknown>>,
          },
          burnt!,
          { ...said!, ...change },
        );
      }
    });

    it("refuses that the second asset goes to somebody else", function () {
      const stage = settlingStage();
      const said = redeem(stage);
      const all = said.with(3, { ...said[3]!, to: alice } as TokenEvent);
      stage.expectRefused({ rule: "R6", expected: { to: bob }, actual: { to: alice } }, ...all);
    });

    it("refuses that an asset goes to another than was named", function () {
      const stage = settlingStage();
      const said = redeem(stage);
      const all = said.with(2, { ...said[2]!, to: alice } as TokenEvent);
      stage.expectRefused(
        {
          rule: "R6",
          why: "A redemption pays whom it names; does the asset take a fee?",
          expected: { to: bob },
          actual: { to: alice },
        },
        ...all,
      );
    });

    it("waits for every asset of a session token", function () {
      const stage = settlingStage();
      stage.feed(...redeem(stage).slice(0, 3));
      stage.expectNotDone({ rule: "R6", expected: { next: "redeemed" } });
    });

    it("refuses that the vault says so, and nothing was burnt", function () {
      const stage = settlingStage();
      const [, said] = redeem(stage);
      stage.expectRefused(
        { rule: "R4", why: "The vault says redeemed, and no token has moved for it.", actual: { ...said! } },
        said!,
      );
    });
  });

  describe("that there is none of", function () {
    it("lets no asset leave the vault (R5)", function () {
      for (const stage of [fundedStage(), settlingStage()]) {
        const { session: from } = stage.header;
        const gone: TokenEvent = { kind: "assetMoved", leg: 1, from, to: alice, value: 1n };
        const why = "An asset leaves the vault without a redemption.";
        stage.expectRefused({ rule: "R5", why, actual: { ...gone } }, gone);
      }
    });
  });

  it("ends that legs and session tokens add up to N: leg and session claims part", function () {
    const stage = settlingStage();
    stage.play((vault) => {
      vault.redeem(1, alice, ONE, alice);
      vault.split(alice, ONE);
      vault.merge(alice, 2n * ONE);
    });
    expect([stage.ledger.claims(1), stage.ledger.claims(2)]).to.deep.equal([SUPPLY - ONE, SUPPLY]);
  });
});

/** The funding of a session (R1, R2): the mint, what the vault says, and each asset of the basket, in this order. */
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import fc from "fast-check";

import type { TokenEvent } from "../../../src/verify/events.js";
import { FIXED } from "../../protocol/support.js";
import { FlowStage } from "../support/flow.js";
import { basketOf, SUPPLY, T1 } from "../support/header.js";
import { ALICE, ORGANISER } from "../support/people.js";

const [organiser, alice] = [ORGANISER.address, ALICE.address];

describe("TokenFlow, given a funding", function () {
  let stage: FlowStage;
  let said: TokenEvent[];
  beforeEach(function () {
    stage = new FlowStage();
    said = stage.saidOf((vault) => {
      vault.fund();
    });
  });

  /** All of it, with one event changed. */
  function altered(index: number, change: object): TokenEvent[] {
    return said.with(index, { ...said[index]!, ...change });
  }

  it("is idle and unfunded before, busy within, idle and funded after", function () {
    const states = [[stage.flow.isIdle, stage.flow.isFunded]];
    for (const event of said) {
      stage.feed(event);
      states.push([stage.flow.isIdle, stage.flow.isFunded]);
    }
    expect(states).to.deep.equal([
      [true, false],
      [false, true],
      [false, true],
      [false, true],
      [true, true],
    ]);
  });

  it("leaves N with the organiser and the basket in the vault", function () {
    stage.feed(...said);
    const { ledger, header } = stage;
    expect(ledger.balance(0, organiser)).to.equal(SUPPLY);
    expect([ledger.vault(1), ledger.vault(2)]).to.deep.equal(header.terms.quantities);
  });

  for (const assets of [1, 5, 16]) {
    it(`takes a basket of ${assets}`, function () {
      const wide = new FlowStage(basketOf(assets));
      wide.play((vault) => {
        vault.fund();
      });
      expect(wide.flow.isFunded).to.equal(true);
    });
  }

  describe("as to who and when (R1)", function () {
    it("refuses a second one", function () {
      stage.feed(...said);
      stage.expectRefused(
        { rule: "R1", why: "A session is funded once.", expected: { funded: false }, actual: { funded: true } },
        said[0]!,
      );
    });

    it("refuses another receiver", function () {
      const values = { expected: { to: organiser }, actual: { to: alice } };
      stage.expectRefused({ rule: "R1", ...values }, ...altered(0, { to: alice }));
    });

    it("refuses another supply than N", function () {
      for (const value of [SUPPLY - 1n, SUPPLY + 1n, 0n]) {
        const fresh = new FlowStage();
        const values = { expected: { value: SUPPLY }, actual: { value } };
        fresh.expectRefused({ rule: "R1", ...values }, { ...said[0]!, value } as TokenEvent);
      }
    });

    it("takes it in the last second before t1, and refuses it at t1", function () {
      stage.now = T1;
      stage.expectRefused(
        { rule: "R1", why: "Funding ends at t1.", expected: { t1: T1 }, actual: { timestamp: T1 } },
        said[0]!,
      );
      const inTime = new FlowStage();
      inTime.now = T1 - 1n;
      inTime.play((vault) => {
        vault.fund();
      });
    });

    it("refuses to hear of another organiser, or of another supply", function () {
      stage.expectRefused(
        { rule: "R1", expected: { organiser }, actual: { organiser: alice } },
        ...altered(1, { organiser: alice }),
      );
      const fresh = new FlowStage();
      const other = { ...said[1]!, supply: 1n } as TokenEvent;
      fresh.expectRefused({ rule: "R1", expected: { supply: SUPPLY }, actual: { supply: 1n } }, said[0]!, other);
    });

    it("refuses anything between the mint and what the vault says of it", function () {
      const gift: TokenEvent = { kind: "transfer", token: 0, from: organiser, to: alice, value: 1n };
      stage.expectRefused(
        { rule: "R1", why: "Here must come: Funded.", expected: { next: "Funded" }, actual: gift },
        said[0]!,
        gift,
      );
    });

    it("refuses that the vault says so, and nothing was minted", function () {
      stage.expectRefused(
        { rule: "R4", why: "The vault says funded, and no token has moved for it.", actual: { ...said[1]! } },
        said[1]!,
      );
    });
  });

  describe("as to the assets (R2)", function () {
    const quantities = [100n * 10n ** 18n, 7_000_000n];

    it("waits for each of them", function () {
      for (const index of [2, 3]) {
        const fresh = new FlowStage();
        fresh.feed(...said.slice(0, index));
        const what = `a transfer of asset ${index - 1}`;
        fresh.expectNotDone({
          rule: "R2",
          why: `Here must come: ${what}.`,
          expected: { next: what },
          actual: { next: "something else" },
        });
      }
    });

    it("refuses more than q", function () {
      for (const [k, quantity] of quantities.entries()) {
        const fresh = new FlowStage();
        const amount = quantity + 1n;
        const all = said.with(2 + k, { ...said[2 + k]!, value: amount } as TokenEvent);
        fresh.expectRefused(
          {
            rule: "R2",
            why: "The asset moves another amount than it was told.",
            expected: { leg: k + 1, amount: quantity },
            actual: { leg: k + 1, amount },
          },
          ...all,
        );
      }
    });

    it("refuses less than q: the rest is waited for", function () {
      stage.feed(...altered(3, { value: quantities[1]! - 1n }));
      stage.expectNotDone({ rule: "R2", expected: { next: "a transfer of asset 2" } });
    });

    it("refuses another payer than the organiser", function () {
      const values = { expected: { from: organiser }, actual: { from: alice } };
      stage.expectRefused({ rule: "R2", ...values }, ...altered(2, { from: alice }));
    });

    it("refuses another receiver than the vault", function () {
      const values = { expected: { to: stage.header.session }, actual: { to: alice } };
      stage.expectRefused({ rule: "R2", ...values }, ...altered(2, { to: alice }));
    });

    it("takes an asset that comes in pieces, however it is cut", function () {
      const cuts = fc.array(fc.bigInt({ min: 0n, max: quantities[1]! }), { maxLength: 6 });
      fc.assert(
        fc.property(cuts, (at) => {
          const edges = [0n, ...[...at].sort((a, b) => (a < b ? -1 : 1)), quantities[1]!];
          const pieces = edges.slice(1).map((edge, index) => edge - edges[index]!);
          const fresh = new FlowStage();
          const moved = pieces.filter((value) => value > 0n).map((value) => ({ ...said[3]!, value }) as TokenEvent);
          fresh.feed(...said.slice(0, 3), ...moved);
          fresh.flow.requireDone();
          expect(fresh.ledger.vault(2)).to.equal(quantities[1]);
        }),
        { ...FIXED, numRuns: 50 },
      );
    });

    it("takes a gift of another asset while one is being called", function () {
      const gift: TokenEvent = { kind: "assetMoved", leg: 2, from: alice, to: stage.header.session, value: 5n };
      stage.feed(...said.slice(0, 2), gift, ...said.slice(2));
      stage.flow.requireDone();
      expect(stage.ledger.vault(2)).to.equal(quantities[1]! + 5n);
    });
  });

  describe("that has not come", function () {
    it("takes gifts of assets to the vault", function () {
      stage.feed({ kind: "assetMoved", leg: 1, from: alice, to: stage.header.session, value: 9n });
      expect(stage.flow.isIdle).to.equal(true);
      expect(stage.ledger.vault(1)).to.equal(9n);
    });

    it("has no tokens that could move (R7)", function () {
      const moved: TokenEvent = { kind: "transfer", token: 0, from: alice, to: organiser, value: 1n };
      const actual = { token: 0, holder: alice, amount: 1n, held: 0n };
      stage.expectRefused({ rule: "R7", actual }, moved);
    });

    it("lets nobody mint legs (R4)", function () {
      const minted: TokenEvent = { kind: "transfer", token: 2, from: ZeroAddress, to: alice, value: 1n };
      const why = "Leg tokens come from splits only.";
      stage.expectRefused({ rule: "R4", why, actual: { ...minted } }, minted);
    });
  });
});

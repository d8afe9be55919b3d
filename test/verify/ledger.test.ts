import { expect } from "chai";
import { ZeroAddress } from "ethers";
import fc from "fast-check";

import { Ledger } from "../../src/verify/ledger.js";
import { FIXED } from "../protocol/support.js";
import { expectViolation } from "./support/expect.js";
import { ALICE, BOB, CAROL } from "./support/people.js";

const ASSETS = 2;
const [alice, bob, carol] = [ALICE.address, BOB.address, CAROL.address];

function moved(token: number, from: string, to: string, value: bigint) {
  return { kind: "transfer" as const, token, from, to, value };
}

describe("Ledger", function () {
  let ledger: Ledger;
  beforeEach(function () {
    ledger = new Ledger(ASSETS);
    ledger.transfer(moved(0, ZeroAddress, alice, 100n));
  });

  describe("of a token", function () {
    it("has nothing at first", function () {
      const empty = new Ledger(ASSETS);
      expect(empty.assets).to.equal(ASSETS);
      expect(empty.transfers).to.equal(0);
      for (const token of [0, 1, 2, 3]) {
        expect([empty.supply(token), empty.balance(token, alice)]).to.deep.equal([0n, 0n]);
      }
    });

    it("mints, moves and burns", function () {
      ledger.transfer(moved(0, alice, bob, 30n));
      ledger.transfer(moved(0, bob, ZeroAddress, 10n));
      expect(ledger.supply(0)).to.equal(90n);
      expect([alice, bob, carol].map((holder) => ledger.balance(0, holder))).to.deep.equal([70n, 20n, 0n]);
      expect(ledger.transfers).to.equal(3);
    });

    it("keeps tokens apart", function () {
      ledger.transfer(moved(2, ZeroAddress, alice, 7n));
      expect([0, 1, 2].map((token) => ledger.supply(token))).to.deep.equal([100n, 0n, 7n]);
      expect([0, 1, 2].map((token) => ledger.balance(token, alice))).to.deep.equal([100n, 0n, 7n]);
    });

    it("lets somebody give all they have, and to themselves", function () {
      ledger.transfer(moved(0, alice, alice, 100n));
      ledger.transfer(moved(0, alice, bob, 100n));
      expect([ledger.balance(0, alice), ledger.balance(0, bob)]).to.deep.equal([0n, 100n]);
    });

    it("keeps a last wei", function () {
      ledger.transfer(moved(0, alice, bob, 99n));
      expect([ledger.balance(0, alice), ledger.balance(0, bob)]).to.deep.equal([1n, 99n]);
      ledger.transfer(moved(0, alice, bob, 1n));
      expect([ledger.balance(0, alice), ledger.balance(0, bob)]).to.deep.equal([0n, 100n]);
    });

    it("lets nobody give a wei more (R7)", function () {
      const actual = { token: 0, holder: alice, amount: 101n, held: 100n };
      expectViolation(
        () => {
          ledger.transfer(moved(0, alice, bob, 101n));
        },
        { rule: "R7", why: "Somebody gives more tokens than they hold.", actual },
      );
      expect(ledger.balance(0, bob)).to.equal(0n);
    });

    it("lets nobody burn what they have not (R7)", function () {
      const actual = { token: 1, holder: alice, amount: 1n, held: 0n };
      expectViolation(
        () => {
          ledger.transfer(moved(1, alice, ZeroAddress, 1n));
        },
        { rule: "R7", actual },
      );
      expect(ledger.supply(1)).to.equal(0n);
    });

    it("adds up claims on an asset: session tokens and the leg's", function () {
      ledger.transfer(moved(1, ZeroAddress, bob, 5n));
      expect([ledger.claims(1), ledger.claims(2)]).to.deep.equal([105n, 100n]);
    });
  });

  describe("of the vault's assets", function () {
    it("counts what comes and goes", function () {
      ledger.moveAsset(2, 50n);
      ledger.moveAsset(2, -20n);
      expect([ledger.vault(1), ledger.vault(2)]).to.deep.equal([0n, 30n]);
    });

    it("lets no more leave than it holds (R5)", function () {
      ledger.moveAsset(1, 50n);
      expectViolation(
        () => {
          ledger.moveAsset(1, -51n);
        },
        {
          rule: "R5",
          why: "More of an asset leaves the vault than it holds.",
          actual: { leg: 1, amount: 51n, held: 50n },
        },
      );
      expect(ledger.vault(1)).to.equal(50n);
    });
  });

  it("agrees with a plain table, whatever moves", function () {
    const holder = fc.constantFrom(alice, bob, carol, ZeroAddress);
    const step = fc.record({
      token: fc.integer({ min: 0, max: ASSETS }),
      from: holder,
      to: holder,
      value: fc.bigInt({ min: 0n, max: 40n }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const own = new Ledger(ASSETS);
        const plain = new Map<string, bigint>();
        const held = (token: number, who: string): bigint => plain.get(`${token} ${who}`) ?? 0n;
        for (const { token, from, to, value } of steps) {
          const isCovered = from === ZeroAddress || held(token, from) >= value;
          if (!isCovered) {
            expectViolation(
              () => {
                own.transfer(moved(token, from, to, value));
              },
              { rule: "R7" },
            );
            return;
          }
          own.transfer(moved(token, from, to, value));
          plain.set(`${token} ${from}`, held(token, from) - value);
          plain.set(`${token} ${to}`, held(token, to) + value);
        }
        for (let token = 0; token <= ASSETS; token += 1) {
          const people = [alice, bob, carol];
          for (const who of people) expect(own.balance(token, who)).to.equal(held(token, who));
          const all = people.reduce((sum, who) => sum + own.balance(token, who), 0n);
          expect(own.supply(token)).to.equal(all);
        }
      }),
      FIXED,
    );
  });
});

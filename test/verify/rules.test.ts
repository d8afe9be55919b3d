/** From what a check threw to the rule, the sentence and the values of the report. */
import { readFileSync } from "node:fs";

import { expect } from "chai";
import { AbiCoder } from "ethers";
import fc from "fast-check";

import { ProtocolError, RuleError, type RuleErrorValues } from "../../src/protocol/amounts/errors.js";
import { Refusal, REFUSAL_ADVICE, type RefusalCode } from "../../src/protocol/market/refusal.js";
import { reasonOf } from "../../src/verify/rules.js";
import { Violation } from "../../src/verify/violation.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { FIXED } from "../protocol/support.js";

const IMPOSSIBLE = "By the rules this does not happen here.";

function impossible(values: RuleErrorValues, cause?: unknown): RuleError {
  return new RuleError("RECORD_IMPOSSIBLE", values, cause);
}

/** Two events as the replay prints them. */
function different(record: object, expected: object): RuleError {
  const text = (value: object): string =>
    JSON.stringify(value, (_, entry: unknown) => (typeof entry === "bigint" ? `${entry}n` : entry));
  return impossible({ record: text(record), expected: text(expected) });
}

describe("reasonOf", function () {
  describe("a violation", function () {
    it("gives its own rule, sentence and values", function () {
      const violation = new Violation("R7", "Too much.", { expected: { a: 1n }, actual: { a: 2n } });
      expect(reasonOf(violation, "transfer")).to.deep.equal({
        rule: "R7",
        why: "Too much.",
        expected: { a: 1n },
        actual: { a: 2n },
      });
    });

    it("leaves out values that there are none of", function () {
      expect(reasonOf(new Violation("log", "None."), undefined)).to.deep.equal({ rule: "log", why: "None." });
    });
  });

  describe("a refusal of the book", function () {
    const codes = Object.keys(REFUSAL_ADVICE) as RefusalCode[]; // of a record by code
    const why = (refusal: Refusal): string => `The book would have refused this: ${refusal.message}`;

    it("can be any error of the contract but the two that nothing accepted could meet", function () {
      const inContract: string[] = [];
      IOrderBook__factory.createInterface().forEachError(({ name }) => inContract.push(name));
      const others = inContract.filter((name) => name.startsWith("Book_") && !codes.includes(name as RefusalCode));
      expect(others).to.deep.equal(["Book_OnlySelf", "Book_OutOfGas"]);
    });

    it("has a rule of docs/protocol.md", function () {
      const text = readFileSync("docs/protocol.md", "utf8");
      const rules = new Set([...text.matchAll(/^\*\*(R\d+) /gm)].map(([, number]) => number));
      expect(rules.size).to.equal(44);
      for (const code of codes) {
        const rule = reasonOf(new Refusal(code, {}), undefined)?.rule;
        expect([...rules], code).to.include(rule);
      }
    });

    it("says what the book would have said, with its values", function () {
      const values = { trader: "0x12", shortfall: 5n, bindingOutcome: 2n };
      const refusal = new Refusal("Book_Uncovered", values);
      expect(reasonOf(refusal, "tradeCreated")).to.deep.equal({ rule: "R13", why: why(refusal), actual: values });
    });

    it("goes by its own rule, whatever the event", function () {
      const cases: [RefusalCode, string][] = [
        ["Book_TraderExists", "R40"],
        ["Book_ReceiverInvalid", "R15"],
        ["Book_DepositsClosed", "R17"],
        ["Book_NotSettling", "R18"],
        ["Book_MarketNotSettled", "R19"],
        ["Book_SignatureInvalid", "R21"],
        ["Book_ChainFull", "R22"],
        ["Book_StaleLink", "R25"],
        ["Book_NonceUsed", "R26"],
        ["Book_NotTrading", "R27"],
        ["Book_DeadlineExpired", "R28"],
        ["Book_TooManyOpenOrders", "R30"],
        ["Book_StillCrossed", "R34"],
        ["Book_OrderStands", "R35"],
        ["Book_NotMarketOwner", "R36"],
        ["Book_TooManyBranches", "R37"],
        ["Book_NoOutcomeLeft", "R38"],
        ["Book_FallbackTooEarly", "R39"],
      ];
      for (const [code, rule] of cases) {
        for (const kind of ["matched", "exited", undefined] as const) {
          expect(reasonOf(new Refusal(code, {}), kind)?.rule, code).to.equal(rule);
        }
      }
    });

    it("is found as the cause of what the replay throws", function () {
      const refusal = new Refusal("Book_ZeroAmount", {});
      const thrown = impossible({ index: 3, record: "{}" }, refusal);
      expect(reasonOf(thrown, "deposited")).to.deep.equal({ rule: "R17", why: why(refusal), actual: {} });
    });
  });

  describe("an event in the place of another", function () {
    const said = { kind: "matched", lots: 30n, makerRootId: 1, priceTicks: 5_000n, takerRootId: 4 };

    it("goes by the rule of the event that is told, and gives both kinds", function () {
      const kinds = [
        ["userCreated", "R40"],
        ["deposited", "R17"],
        ["withdrawn", "R15"],
        ["exited", "R18"],
        ["noncesInvalidated", "R26"],
        ["tradesCancelled", "R43"],
        ["tradeCreated", "R22"],
        ["matched", "R31"],
        ["offset", "R35"],
        ["checkpoint", "R24"],
        ["marketRecorded", "R36"],
        ["fallbackApplied", "R39"],
        ["realised", "R19"],
        ["refreshed", "R19"],
      ] as const;
      for (const [kind, rule] of kinds) {
        expect(reasonOf(different({ kind }, { kind: "other" }), kind)).to.deep.equal({
          rule,
          why: "By the rules something else comes here.",
          expected: { next: "other" },
          actual: { next: kind },
        });
      }
    });

    it("says nothing where nothing was due", function () {
      const thrown = impossible({ record: JSON.stringify({ kind: "matched" }), expected: "nothing" });
      expect(reasonOf(thrown, "matched")).to.deep.include({
        expected: { next: "nothing" },
        actual: { next: "matched" },
      });
    });

    it("goes by the first value that differs, and gives all that do", function () {
      const cases: [change: object, rule: string][] = [
        [{ makerRootId: 2 }, "R30"],
        [{ takerRootId: 5 }, "R31"],
        [{ priceTicks: 4_999n }, "R33"],
        [{ lots: 29n }, "R32"],
        [{ lots: 29n, makerRootId: 2 }, "R32"],
        [{ makerRootId: 2, priceTicks: 4_999n }, "R30"],
      ];
      for (const [change, rule] of cases) {
        const names = Object.keys(change);
        const due = Object.fromEntries(Object.entries(said).filter(([name]) => names.includes(name)));
        expect(reasonOf(different({ ...said, ...change }, said), "matched"), names.join()).to.deep.equal({
          rule,
          why: `By the rules ${names.join(", ")} must differ.`,
          expected: due,
          actual: change,
        });
      }
    });

    it("knows the rules of other events' values", function () {
      const cases = [
        ["offset", "lots", "R32"],
        ["offset", "reason", "R35"],
        ["offset", "tradeRootId", "R35"],
        ["checkpoint", "head", "R23"],
        ["checkpoint", "number", "R24"],
        ["marketRecorded", "link", "R36"],
        ["exited", "claims", "R18"],
        ["deposited", "amount", "R17"],
      ] as const;
      for (const [kind, name, rule] of cases) {
        const reason = reasonOf(different({ kind, [name]: 1n }, { kind, [name]: 2n }), kind);
        expect([reason?.rule, reason?.expected, reason?.actual]).to.deep.equal([rule, { [name]: 2n }, { [name]: 1n }]);
      }
    });

    it("reads amounts back from the text, negative ones and lists too, and leaves other text alone", function () {
      const due = { kind: "exited", claims: [1n, -2n], to: "0x12n" };
      const reason = reasonOf(different({ kind: "exited", claims: [1n, -3n], to: "12" }, due), "exited");
      expect(reason?.expected).to.deep.equal({ claims: [1n, -2n], to: "0x12n" });
      expect(reason?.actual).to.deep.equal({ claims: [1n, -3n], to: "12" });
    });

    it("gives exactly the values that differ, whatever they are", function () {
      const values = fc.record({
        priceTicks: fc.bigInt(),
        lots: fc.bigInt(),
        makerRootId: fc.nat(),
        takerRootId: fc.nat(),
      });
      fc.assert(
        fc.property(values, values, (actual, expected) => {
          const names = Object.keys(expected).filter(
            (name) => actual[name as keyof typeof actual] !== expected[name as keyof typeof actual],
          );
          fc.pre(names.length > 0);
          const thrown = different({ kind: "matched", ...actual }, { kind: "matched", ...expected });
          const reason = reasonOf(thrown, "matched");
          expect(Object.keys(reason?.expected ?? {})).to.deep.equal(names);
          for (const name of names as (keyof typeof actual)[]) {
            expect(reason?.expected?.[name]).to.equal(expected[name]);
            expect(reason?.actual?.[name]).to.equal(actual[name]);
          }
        }),
        FIXED,
      );
    });
  });

  describe("what cannot come at all", function () {
    it("gives the values that the replay gives, and the event's rule", function () {
      expect(reasonOf(impossible({ traderId: 9 }), "realised")).to.deep.equal({
        rule: "R19",
        why: IMPOSSIBLE,
        actual: { traderId: 9 },
      });
      expect(reasonOf(impossible({ traderId: 9 }), undefined)?.rule).to.equal("log");
    });

    it("goes by what stands in the way, if that has a rule of its own", function () {
      for (const kind of ["tradeCreated", "checkpoint", undefined] as const) {
        expect(reasonOf(impossible({ crossed: 2 }), kind)).to.deep.equal({
          rule: "R34",
          why: IMPOSSIBLE,
          actual: { crossed: 2 },
        });
        const unfilled = { tradeRootId: 4, unfilled: 6n };
        expect(reasonOf(impossible(unfilled), kind)).to.deep.equal({ rule: "R28", why: IMPOSSIBLE, actual: unfilled });
      }
    });
  });

  describe("what is no check's", function () {
    it("is a log that cannot be read, before the event is known", function () {
      let unreadable: unknown;
      try {
        AbiCoder.defaultAbiCoder().decode(["uint256"], "0x12");
      } catch (error) {
        unreadable = error;
      }
      const reason = reasonOf(unreadable, undefined);
      expect(reason?.rule).to.equal("log");
      expect(reason?.why).to.match(/^The log cannot be read: .*BUFFER_OVERRUN/s);
      expect(reasonOf(new TypeError("invalid address"), undefined)).to.deep.equal({
        rule: "log",
        why: "The log cannot be read: invalid address",
      });
    });

    it("is so for what the library refuses, whenever", function () {
      const error = new ProtocolError("AMOUNT_OUT_OF_RANGE", "Too large.", { retryable: false });
      for (const kind of ["matched", undefined] as const) {
        expect(reasonOf(error, kind)).to.deep.equal({ rule: "log", why: "The log cannot be read: Too large." });
      }
    });

    it("is a fault of the program afterwards, and no reason", function () {
      expect(reasonOf(new TypeError("undefined is no function"), "matched")).to.equal(undefined);
      expect(reasonOf("a word", undefined)).to.equal(undefined);
      expect(reasonOf(undefined, undefined)).to.equal(undefined);
    });
  });
});

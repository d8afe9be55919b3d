/** A session's terms: said by its first log, proven by its addresses, and possible (R8). */
import { id, ZeroAddress } from "ethers";

import { assetUnits, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { requireCreation } from "../../src/verify/creation.js";
import type { SessionCreated } from "../../src/verify/events.js";
import type { LoggedTerms, LogHeader } from "../../src/verify/log-header.js";
import { expectViolation, type Violated } from "./support/expect.js";
import { basketOf, LOT, makeHeader, SCALE, SETTLE_LIMIT, SUPPLY, T1, T2 } from "./support/header.js";
import { addressOf, ALICE, ORGANISER } from "./support/people.js";
import { creationOf } from "./support/scribe.js";

const NOW = T1 - 500n;

/** Header and log agree; the addresses follow from the terms, unless they are to be those of the usual ones. */
function withTerms(changes: Partial<LoggedTerms>): LogHeader {
  return makeHeader(changes);
}

function check(header: LogHeader, event: SessionCreated = creationOf(header), now = NOW): void {
  requireCreation(header, event, now);
}

function expectRefused(violation: Violated, header: LogHeader, event?: SessionCreated): void {
  expectViolation(() => {
    check(header, event);
  }, violation);
}

describe("requireCreation", function () {
  it("takes the usual terms, of one asset and of sixteen, and open markets", function () {
    check(makeHeader());
    check(makeHeader(basketOf(1)));
    check(makeHeader(basketOf(16)));
    check(makeHeader({ marketCreator: ZeroAddress }));
  });

  it("takes any terms that the factory takes, to the edge", function () {
    check(withTerms({ supply: tokenWei(LOT) }));
    check(withTerms({ supply: tokenWei(2n ** 96n - 1n) }));
    check(withTerms({ chainWindow: 2, maxOpenOrders: 1 }));
    check(withTerms({ chainWindow: 256, maxOpenOrders: 255 }));
    check(withTerms({ maxLots: 1n }));
    check(withTerms({ maxLots: 2n ** 64n - 1n }));
    check(withTerms({ settleLimit: T2 }));
    check(withTerms({ t2: 2n ** 32n - 1n, settleLimit: 2n ** 32n - 1n }));
    check(withTerms({ t2: T1 + 1n }));
    check(withTerms({ basketScale: ticks(1n), basketTickValue: tokenWei(1n) }));
    check(makeHeader(), creationOf(makeHeader()), T1 - 1n);
  });

  describe("when the header names other contracts than the log", function () {
    const names = { session: "session", book: "orderBook", organiser: "organiser" } as const;

    for (const [field, said] of Object.entries(names)) {
      it(`refuses another ${field}`, function () {
        const header = makeHeader();
        const event = creationOf(header);
        const other = { ...header, [field]: ALICE.address };
        expectRefused(
          {
            rule: "R8",
            why: "The header names other contracts than the log of the creation.",
            expected: { [said]: ALICE.address },
            actual: { [said]: event[said] },
          },
          other,
          event,
        );
      });
    }
  });

  describe("when the header has other assets than the log", function () {
    const why = "The header has other assets than the log of the creation.";

    it("refuses another asset, quantity or leg", function () {
      const header = makeHeader();
      const event = creationOf(header);
      const { terms, legs } = header;
      const other = addressOf("other");
      const cases: [header: LogHeader, name: string, expected: unknown[], actual: readonly unknown[]][] = [
        [
          { ...header, terms: { ...terms, assets: [terms.assets[0]!, other] } },
          "assets",
          [terms.assets[0], other],
          terms.assets,
        ],
        [
          { ...header, terms: { ...terms, quantities: [terms.quantities[0]!, assetUnits(1n)] } },
          "quantities",
          [terms.quantities[0], 1n],
          terms.quantities,
        ],
        [{ ...header, legs: [other, legs[1]!] }, "legs", [other, legs[1]], legs],
      ];
      for (const [altered, name, expected, actual] of cases) {
        expectRefused(
          { rule: "R8", why, expected: { [name]: expected.join() }, actual: { [name]: actual.join() } },
          altered,
          event,
        );
      }
    });

    it("refuses the same assets in another order", function () {
      const header = makeHeader();
      const event = creationOf(header);
      const assets = header.terms.assets.toReversed();
      expectRefused(
        { rule: "R8", why, expected: { assets: assets.join() } },
        { ...header, terms: { ...header.terms, assets } },
        event,
      );
    });
  });

  describe("when the header has other terms than the log", function () {
    const why = "The header has other terms than the log of the creation.";
    const changes: [Partial<LoggedTerms>, expected?: object][] = [
      [{ name: "Other" }],
      [{ symbol: "OT" }],
      [{ supply: tokenWei(SUPPLY + 1n) }],
      [{ t1: T1 + 1n }],
      [{ t2: T2 + 1n }],
      [{ policy: ALICE.address }],
      [{ settleLimit: SETTLE_LIMIT + 1n }],
      [{ basketScale: ticks(SCALE + 1n) }],
      [{ basketTickValue: tokenWei(LOT / SCALE + 1n) }],
      [{ chainWindow: 9 }, { chainWindow: 9n }],
      [{ maxOpenOrders: 5 }, { maxOpenOrders: 5n }],
      [{ maxLots: 7n }],
      [{ marketCreator: ZeroAddress }, { openMarkets: true }],
    ];

    for (const [change, expected] of changes) {
      it(`refuses another ${Object.keys(change).join()}`, function () {
        const header = makeHeader();
        const event = creationOf(header);
        const due = (expected ?? change) as Readonly<Record<string, unknown>>;
        const said = Object.fromEntries(Object.keys(due).map((name) => [name, event.params[name]]));
        expectRefused(
          { rule: "R8", why, expected: due, actual: said },
          { ...header, terms: { ...header.terms, ...change } },
          event,
        );
      });
    }

    it("refuses a creator of markets who is neither the organiser nor everybody (R36)", function () {
      const header = makeHeader({ marketCreator: ALICE.address });
      expectRefused(
        {
          rule: "R36",
          why: "The organiser makes markets, or everybody does.",
          expected: { marketCreator: ORGANISER.address },
          actual: { marketCreator: ALICE.address },
        },
        header,
      );
    });
  });

  describe("when the terms are none that the factory takes", function () {
    const [one = "", two = ""] = makeHeader().terms.assets;
    const cases: [what: string, Partial<LoggedTerms>][] = [
      ["assets", basketOf(17)],
      ["assets", { assets: [one, one] }],
      ["quantities", { quantities: [assetUnits(1n), assetUnits(0n)] }],
      ["quantities", { assets: [one, two], quantities: [assetUnits(1n)] }],
      ["window", { t1: NOW }],
      ["window", { t2: T1 }],
      ["window", { settleLimit: T2 - 1n }],
      ["units", { basketScale: ticks(0n) }],
      ["units", { basketTickValue: tokenWei(0n) }],
      ["supply", { supply: tokenWei(LOT - 1n) }],
      ["supply", { supply: tokenWei(2n ** 96n) }],
      ["chainWindow", { chainWindow: 0 }],
      ["chainWindow", { chainWindow: 1 }],
      ["chainWindow", { chainWindow: 257 }],
      ["window", { settleLimit: 2n ** 32n }],
      ["window", { t2: 2n ** 32n, settleLimit: 2n ** 32n }],
      ["maxOpenOrders", { maxOpenOrders: 0 }],
      ["maxOpenOrders", { maxOpenOrders: 256 }],
    ];

    for (const [what, changes] of cases) {
      it(`refuses ${what}: ${describeTerms(changes)}`, function () {
        const header = withTerms(changes);
        expectRefused({ rule: "R8", why: `The factory makes no session with such terms: ${what}.` }, header);
      });
    }

    it("refuses more legs than assets", function () {
      const header = makeHeader();
      const legs = [...header.legs, ALICE.address];
      expectRefused({ rule: "R8", why: "The factory makes no session with such terms: legs." }, { ...header, legs });
    });
  });

  describe("when the addresses do not follow from the terms", function () {
    it("refuses, and says which contract it is of", function () {
      const true_ = makeHeader();
      const cases: [what: string, LogHeader][] = [
        ["session", { ...true_, session: ALICE.address }],
        ["book", { ...true_, book: ALICE.address }],
        ["leg 2", { ...true_, legs: [true_.legs[0]!, ALICE.address] }],
      ];
      for (const [what, header] of cases) {
        expectRefused(
          {
            rule: "R8",
            // With another vault the book's and the legs' code is another too; the vault is told first.
            why: `The terms in the header lead to another address of the ${what}.`,
            actual: { address: ALICE.address },
          },
          header,
        );
      }
    });

    it("refuses other terms in header and log, which agree with each other", function () {
      const { session, book, legs } = makeHeader();
      const header = { ...makeHeader({ symbol: "OT" }), session, book, legs };
      const expected = { address: makeHeader({ symbol: "OT" }).session };
      expectRefused({ rule: "R8", expected, actual: { address: session } }, header);
    });

    it("refuses another salt, factory or implementation", function () {
      const header = makeHeader();
      const { clones } = header;
      const others: LogHeader[] = [
        { ...header, clones: { ...clones, salt: id("other") } },
        { ...header, factory: ALICE.address },
        { ...header, clones: { ...clones, session: ALICE.address } },
        { ...header, clones: { ...clones, orderBook: ALICE.address } },
        { ...header, clones: { ...clones, legToken: ALICE.address } },
      ];
      for (const other of others) {
        expectRefused({ rule: "R8" }, other);
      }
    });

    it("cannot tell where the salt is not known", function () {
      const header = makeHeader();
      check({ ...header, session: ALICE.address, clones: { ...header.clones, salt: undefined } });
    });
  });
});

function describeTerms(terms: Partial<LoggedTerms>): string {
  return Object.entries(terms)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? `of ${value.length}` : String(value)}`)
    .join(", ");
}

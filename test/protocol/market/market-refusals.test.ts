import { expect } from "chai";
import { id, ZeroAddress, ZeroHash } from "ethers";

import { applyFallback, type RecordContext } from "../../../src/protocol/market/market-chain.js";
import { type MarketFields, marketRecord, NO_ROOT_TERMS } from "../../../src/protocol/signing/market-record.js";
import type { RefusalCode, RefusalValues } from "../../../src/protocol/market/refusal.js";
import { createMarketTable, type MarketTable, rootOf } from "../../../src/protocol/market/market-table.js";
import {
  between,
  taken,
  DESCRIPTION,
  EMPTY,
  expectRefusal,
  intervalTable,
  lastOf,
  newBounds,
  newBranch,
  newEvent,
  newInterval,
  OPEN,
  OWNER,
  STRANGER,
  tableOf,
  TERMS,
} from "../markets.js";
import { marketLink } from "../../../src/protocol/signing/typed-data.js";
import { tick } from "../support.js";

/** Applies a good record with something changed, and expects that refusal; the table before stays as it was. */
function refused<Code extends RefusalCode>(
  table: MarketTable,
  record: MarketFields,
  change: Partial<MarketFields> & { readonly context?: Partial<RecordContext> },
  code: Code,
  values: RefusalValues[Code],
): void {
  const { context = {}, ...fields } = change;
  const changed = marketRecord({ ...record, ...fields });
  expectRefusal(() => taken(table, changed, context), code, values);
}

const INTERVAL = newInterval(between(0, 10));
const EVENT = newEvent(3);
const MOST = 2n ** 64n - 1n;

describe("market refusals", () => {
  describe("a new root", () => {
    const newRoot = <Code extends RefusalCode>(
      change: Parameters<typeof refused>[2],
      code: Code,
      values: RefusalValues[Code],
      record = INTERVAL,
    ): void => {
      refused(EMPTY, record, change, code, values);
    };

    it("by somebody who may not make any", () => {
      newRoot({ owner: STRANGER }, "Book_MayNotCreateMarkets", { owner: STRANGER, marketCreator: OWNER });
      const values = { owner: OWNER, marketCreator: ZeroAddress };
      refused(OPEN, INTERVAL, {}, "Book_MayNotCreateMarkets", values);
    });

    it("by another owner, unless the organiser permits it", () => {
      const context = { organiserPermits: true };
      const made = taken(EMPTY, marketRecord({ ...INTERVAL, owner: STRANGER }), context);
      expect(rootOf(made, 2).owner).to.equal(STRANGER);
      const values = { owner: OWNER, marketCreator: ZeroAddress };
      refused(OPEN, INTERVAL, { context }, "Book_MayNotCreateMarkets", values);
    });

    it("with another description than was signed, before anything but its owner is looked at", () => {
      for (const description of ["snow", ""]) {
        const values = { given: id(description), signed: id(DESCRIPTION) };
        newRoot({ context: { description }, marketBranchId: 9 }, "Book_DescriptionMismatch", values);
      }
    });

    it("with bounds upside down", () => {
      newRoot({ marketMin: 11n }, "Book_BoundsReversed", {
        marketRootId: 0n,
        marketBranchId: 1n,
        marketMin: 11n,
        marketMax: 10n,
      });
    });

    it("with a number, though it be the next", () => {
      newRoot({ marketRootId: 2, ...NO_ROOT_TERMS, context: { description: "" } }, "Book_MarketUnknown", {
        marketRootId: 2n,
        marketBranchId: 1n,
      });
    });

    it("that does not begin with branch 1", () => {
      for (const marketBranchId of [0, 2]) {
        const given = { marketRootId: 0n, marketBranchId: BigInt(marketBranchId) };
        newRoot({ marketBranchId }, "Book_MarketNumber", { ...given, expectedBranch: 1n });
      }
    });

    it("with a parent", () => {
      newRoot({ parentBranchId: 1 }, "Book_MarketUnknown", { marketRootId: 0n, marketBranchId: 1n });
    });

    it("over a link that the book does not accept, or by a record that has made a root already", () => {
      const links = { rootMadeBy: () => undefined, accepts: () => false, current: id("newest") };
      const stale = { given: ZeroHash, current: links.current };
      newRoot({ context: { links } }, "Book_StaleLink", stale);
      const made = { link: marketLink(INTERVAL), marketRootId: 7n };
      newRoot({ context: { links: { ...links, rootMadeBy: () => 7 } } }, "Book_RootExists", made);
      newRoot({ marketMin: 11n, context: { links } }, "Book_StaleLink", stale);
      expect(taken(EMPTY, INTERVAL, { links: { ...links, accepts: () => true } }).roots.size).to.equal(2);
    });

    it("once there are as many as there can be", () => {
      const roots = { size: 2 ** 18 - 1, get: () => undefined } as unknown as MarketTable["roots"]; // all that is asked of it
      refused({ ...EMPTY, roots }, INTERVAL, {}, "Book_TooManyRoots", { limit: 2n ** 18n - 1n });
    });

    it("of a kind that is none", () => {
      newRoot({ kind: 3 }, "Book_MarketKindUnknown", { kind: 3n });
      newRoot({ kind: 0 }, "Book_MarketKindUnknown", { kind: 0n });
    });

    it("with a tick value of zero or beyond a uint64", () => {
      const values = { maximum: MOST };
      newRoot({ tickValue: 0n }, "Book_TickValueOutOfRange", { tickValue: 0n, ...values });
      newRoot({ tickValue: 2n ** 64n }, "Book_TickValueOutOfRange", { tickValue: 2n ** 64n, ...values });
    });

    it("not even with the greatest tick value and bounds is a lot too dear", () => {
      const dear = marketRecord({ ...INTERVAL, tickValue: 2n ** 64n - 1n, marketMin: -(2n ** 31n) });
      expect(taken(EMPTY, dear).roots.size).to.equal(2);
    });

    it("that closes now or after t2", () => {
      newRoot({ closesAt: 1_000n }, "Book_ClosesAtOutOfRange", { closesAt: 1_000n, timestamp: 1_000n, t2: 5_000n });
      newRoot({ closesAt: 5_001n }, "Book_ClosesAtOutOfRange", { closesAt: 5_001n, timestamp: 1_000n, t2: 5_000n });
    });

    it("that settles before it closes or after the session's limit", () => {
      const values = { closesAt: 4_000n, settleLimit: 9_000n };
      newRoot({ settleBy: 3_999n }, "Book_SettleByOutOfRange", { settleBy: 3_999n, ...values });
      newRoot({ settleBy: 9_001n }, "Book_SettleByOutOfRange", { settleBy: 9_001n, ...values });
    });

    it("over a single outcome", () => {
      const market = { marketRootId: 0n, marketBranchId: 1n };
      newRoot({ marketMin: 10n }, "Book_NoRoom", { ...market, marketMin: 10n, marketMax: 10n });
      newRoot({ marketMin: -1n }, "Book_NoRoom", { ...market, marketMin: -1n, marketMax: 10n }, EVENT);
      newRoot({ marketMax: 0n }, "Book_NoRoom", { ...market, marketMin: 0n, marketMax: 0n }, EVENT);
    });

    it("with outcomes where there are none, or too few, or too many", () => {
      newRoot({ outcomes: 1 }, "Book_OutcomeCount", { outcomes: 1n, minimum: 0n, maximum: 0n });
      newRoot({ outcomes: 1 }, "Book_OutcomeCount", { outcomes: 1n, minimum: 2n, maximum: 16n }, EVENT);
      newRoot({ outcomes: 17 }, "Book_OutcomeCount", { outcomes: 17n, minimum: 2n, maximum: 16n }, EVENT);
    });

    it("with an impossible fallback", () => {
      const limits = { minimum: 0n, maximum: 10n };
      newRoot({ fallbackOutcome: -1n }, "Book_FallbackOutOfRange", { fallbackOutcome: -1n, ...limits });
      newRoot({ fallbackOutcome: 11n }, "Book_FallbackOutOfRange", { fallbackOutcome: 11n, ...limits });
      for (const fallbackOutcome of [0n, 4n]) {
        const values = { fallbackOutcome, minimum: 1n, maximum: 3n };
        newRoot({ fallbackOutcome }, "Book_FallbackOutOfRange", values, EVENT);
      }
    });
  });

  describe("a record on an existing root", () => {
    const table = intervalTable(between(0, 10), [between(2, 8)]);
    const bounds = newBounds(table, 2, 2, between(3, 7));

    it("by another owner, or on the basket", () => {
      const values = { marketRootId: 2n, given: STRANGER, owner: OWNER };
      refused(table, bounds, { owner: STRANGER }, "Book_NotMarketOwner", values);
      const basket = { ...bounds, marketRootId: 1, previousLink: ZeroHash };
      refused(table, basket, {}, "Book_NotMarketOwner", { marketRootId: 1n, given: OWNER, owner: ZeroAddress });
    });

    it("out of chain: a record of another root, or an old one", () => {
      const given = lastOf(intervalTable(between(0, 10), []), 2).previousLink;
      const values = { given, expected: bounds.previousLink };
      refused(table, bounds, { previousLink: given }, "Book_MarketOutOfChain", values);
    });

    it("when the root is settled, by record or fallback", () => {
      const settled = taken(table, newBounds(table, 2, 1, between(5, 5)));
      refused(settled, newBounds(settled, 2, 1, between(5, 5)), {}, "Book_MarketSettled", { marketRootId: 2n });
      const fallen = applyFallback(table, 2, 6_000n);
      refused(fallen, newBranch(fallen, 2, between(4, 5)), {}, "Book_MarketSettled", { marketRootId: 2n });
    });

    it("that repeats any of the root's terms, or a parent", () => {
      const terms = { outcomes: 1, tickValue: 1n, closesAt: 1n, settleBy: 1n, fallbackOutcome: 1n };
      for (const field of Object.keys(terms) as (keyof typeof terms)[]) {
        refused(table, bounds, { [field]: terms[field] }, "Book_RootTermsRepeated", { marketRootId: 2n });
      }
      refused(table, bounds, { descriptionHash: id("") }, "Book_RootTermsRepeated", { marketRootId: 2n });
      refused(table, bounds, { parentBranchId: 1 }, "Book_RootTermsRepeated", { marketRootId: 2n });
      const again = { kind: 2, descriptionHash: id(DESCRIPTION) };
      refused(table, bounds, again, "Book_RootTermsRepeated", { marketRootId: 2n });
    });

    it("with a text that it did not sign", () => {
      const values = { given: id(DESCRIPTION), signed: ZeroHash };
      refused(table, bounds, { context: { description: DESCRIPTION } }, "Book_DescriptionMismatch", values);
    });

    it("with bounds upside down, even by another owner", () => {
      const values = { marketRootId: 2n, marketBranchId: 2n, marketMin: 8n, marketMax: 7n };
      refused(table, bounds, { marketMin: 8n, owner: STRANGER }, "Book_BoundsReversed", values);
    });

    it("for a sub-market of another number than the next, or under no parent", () => {
      const sub = newBranch(table, 2, between(2, 4));
      const values = { marketRootId: 2n, marketBranchId: 4n, expectedBranch: 3n };
      refused(table, sub, { marketBranchId: 4 }, "Book_MarketNumber", values);
      refused(table, sub, { marketBranchId: 0 }, "Book_MarketNumber", { ...values, marketBranchId: 0n });
      for (const parentBranchId of [0, 3]) {
        const unknown = { marketRootId: 2n, marketBranchId: BigInt(parentBranchId) };
        refused(table, sub, { parentBranchId }, "Book_MarketUnknown", unknown);
      }
    });

    it("for a sub-market without room: in its parent, or by what is known already", () => {
      const values = { marketRootId: 2n, marketBranchId: 3n };
      const beyond = newBranch(table, 2, between(8, 9), 2);
      refused(table, beyond, {}, "Book_NoRoom", { ...values, marketMin: 8n, marketMax: 8n });
      const known = taken(table, newBounds(table, 2, 1, between(5, 10)));
      const below = newBranch(known, 2, between(2, 5));
      refused(known, below, {}, "Book_NoRoom", { ...values, marketMin: 2n, marketMax: 5n });
    });

    it("for a 33rd branch, before its number is looked at", () => {
      const full = intervalTable(
        between(0, 10),
        Array.from({ length: 31 }, () => between(2, 8)),
      );
      refused(full, newBranch(full, 2, between(2, 8)), { marketBranchId: 99 }, "Book_TooManyBranches", {
        marketRootId: 2n,
        limit: 32n,
      });
    });
  });

  describe("a record on an event", () => {
    const table = tableOf(() => newEvent(3));

    it("for a sub-market", () => {
      const record = { ...NO_ROOT_TERMS, ...newBounds(table, 2, 4, between(0, 1)), parentBranchId: 1 };
      refused(table, record, {}, "Book_NoSubMarkets", { marketRootId: 2n });
    });

    it("that leaves no outcome", () => {
      const two = [1, 2].reduce((t, leg) => taken(t, newBounds(t, 2, leg, between(0, 4))), table);
      const values = { marketRootId: 2n, marketBranchId: 3n, marketMin: -7n, marketMax: 1n };
      refused(two, newBounds(two, 2, 3, between(-7, 1)), {}, "Book_NoOutcomeLeft", values);
      const lifted = taken(table, newBounds(table, 2, 1, between(6, 10)));
      const many = { marketRootId: 2n, marketBranchId: 2n, marketMin: 5n, marketMax: 10n };
      refused(lifted, newBounds(lifted, 2, 2, between(5, 10)), {}, "Book_NoOutcomeLeft", many);
    });
  });

  describe("a fallback", () => {
    const table = intervalTable(between(0, 10), []);
    it("of no market, or of the basket", () => {
      for (const root of [1, 3]) {
        const values = { marketRootId: BigInt(root), marketBranchId: 1n };
        expectRefusal(() => applyFallback(table, root, 9_999n), "Book_MarketUnknown", values);
      }
    });
    it("before its time", () => {
      const values = { marketRootId: 2n, settleBy: 6_000n, timestamp: 5_999n };
      expectRefusal(() => applyFallback(table, 2, 5_999n), "Book_FallbackTooEarly", values);
    });
    it("of a settled root", () => {
      const settled = applyFallback(table, 2, 6_000n);
      expectRefusal(() => applyFallback(settled, 2, 6_000n), "Book_MarketSettled", { marketRootId: 2n });
    });
  });

  it("the creator may be written in any case", () => {
    const table = createMarketTable({ ...TERMS, marketCreator: OWNER.toLowerCase() });
    expect(taken(table, INTERVAL).roots.size).to.equal(2);
    expect(taken(table, marketRecord({ ...INTERVAL, fallbackOutcome: tick(4) })).roots.size).to.equal(2);
  });
});

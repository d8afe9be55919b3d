import { expect } from "chai";
import { id } from "ethers";

import { applyFallback } from "../../../src/protocol/market/market-chain.js";
import type { MarketRecord } from "../../../src/protocol/signing/market-record.js";
import { type MarketEntry, replayMarkets } from "../../../src/protocol/book/market-replay.js";
import type { MarketTable } from "../../../src/protocol/market/market-table.js";
import { marketLink } from "../../../src/protocol/signing/typed-data.js";
import {
  between,
  taken,
  DESCRIPTION,
  EMPTY,
  expectRefusal,
  newBounds,
  newBranch,
  newEvent,
  newInterval,
  NOW,
  type Step,
  TERMS,
} from "../markets.js";
import { expectRuleError } from "../support.js";

function entryOf(record: MarketRecord): MarketEntry & { readonly kind: "record" } {
  const link = marketLink(record);
  const description = record.kind === 0 ? "" : DESCRIPTION;
  return { kind: "record", record, link, description, timestamp: NOW, ownerRegistered: false };
}

const STEPS: readonly Step[] = [
  (t) => newInterval(t, between(0, 10)),
  (t) => newBranch(t, 2, between(2, 4)),
  (t) => newEvent(t, 3),
  (t) => newBounds(t, 2, 2, between(3, 4)),
  (t) => newBounds(t, 3, 2, between(0, 0)),
];

/** A history, and the table that its owner saw at its end. */
function history(): { readonly entries: MarketEntry[]; readonly table: MarketTable } {
  const entries: MarketEntry[] = [];
  let table = EMPTY;
  for (const step of STEPS) {
    const record = step(table);
    entries.push(entryOf(record));
    table = taken(table, record);
  }
  entries.push({ kind: "fallback", marketRootId: 2, fallbackOutcome: 0n, timestamp: 6_000n });
  return { entries, table: applyFallback(table, 2, 6_000n) };
}

describe("replayMarkets", () => {
  const { entries, table } = history();

  it("no entries: the basket root alone", () => {
    expect(replayMarkets(TERMS, [])).to.deep.equal(EMPTY);
  });

  it("leads to the very table that the records led to", () => {
    expect(replayMarkets(TERMS, entries)).to.deep.equal(table);
  });

  it("takes a link in any case, and refuses one that is not the record's", () => {
    const [first] = entries as [MarketEntry & { kind: "record" }];
    const shouted = `0x${first.link.slice(2).toUpperCase()}`;
    expect(replayMarkets(TERMS, [{ ...first, link: shouted }]).rootTip).to.equal(first.link);
    expectRuleError(() => replayMarkets(TERMS, [{ ...first, link: id("other") }]), "RECORD_IMPOSSIBLE", {
      what: "link",
      marketRootId: 2,
      recorded: id("other"),
      replayed: first.link,
    });
  });

  it("refuses a fallback other than the one that was declared", () => {
    const changed = entries.map((entry) => (entry.kind === "fallback" ? { ...entry, fallbackOutcome: 5n } : entry));
    expectRuleError(() => replayMarkets(TERMS, changed), "RECORD_IMPOSSIBLE", {
      what: "fallbackOutcome",
      marketRootId: 2,
      recorded: 5n,
      replayed: 0n,
    });
  });

  it("refuses what the book would have refused: an entry left out, turned round or too early", () => {
    const links = entries.map((entry) => (entry.kind === "record" ? entry.link : ""));
    expectRefusal(() => replayMarkets(TERMS, entries.toSpliced(1, 1)), "Book_MarketOutOfChain", {
      given: links[1]!,
      expected: links[0]!,
    });
    expectRefusal(() => replayMarkets(TERMS, [...entries].reverse()), "Book_MarketUnknown", {
      marketRootId: 2n,
      marketBranchId: 1n,
    });
    const early = entries.map((entry) => ({ ...entry, timestamp: 10n }));
    const values = { marketRootId: 2n, settleBy: 6_000n, timestamp: 10n };
    expectRefusal(() => replayMarkets(TERMS, early), "Book_FallbackTooEarly", values);
  });
});

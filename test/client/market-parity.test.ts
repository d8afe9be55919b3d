import { expect } from "chai";
import fc from "fast-check";

import { asClientError, ClientError, type ErrorArgs } from "../../src/bindings/errors.js";
import { NO_SIGNATURE, submitRecord } from "../../src/bindings/market-records.js";
import { readMarketTable } from "../../src/client/market-views.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { applyMarketRecord } from "../../src/protocol/market/market-chain.js";
import {
  boundsRecord,
  branchRecord,
  eventRecord,
  intervalRecord,
  type RecordPlace,
  type RootPlace,
} from "../../src/protocol/market/market-drafts.js";
import { type MarketRecord, marketRecord, NEW_ROOT } from "../../src/protocol/signing/market-record.js";
import { Refusal } from "../../src/protocol/market/refusal.js";
import { branchCount, type MarketTable, rootOf } from "../../src/protocol/market/market-table.js";
import { between, RAIN_TEXT, rootTerms, tick } from "./market-support.js";
import { networkHelpers, openTwo, type TestSigner } from "./support.js";

/** What somebody might try; numbers are bent to the table as it stands, so that most records nearly fit. */
interface Attempt {
  readonly what: "interval" | "event" | "branch" | "bounds";
  readonly root: number;
  readonly branch: number;
  readonly range: readonly [number, number];
  readonly flaw: (record: MarketRecord) => Partial<MarketRecord>;
}

const FLAWS: readonly Attempt["flaw"][] = [
  ({ marketRootId }) => ({ marketRootId: marketRootId === NEW_ROOT ? 99 : marketRootId + 1 }),
  ({ marketBranchId }) => ({ marketBranchId: marketBranchId + 1 }),
  () => ({ parentBranchId: 40 }),
  ({ marketMax }) => ({ marketMin: tick(marketMax + 1n) }),
  ({ kind }) => ({ kind: kind + 1 }),
  ({ outcomes }) => ({ outcomes: outcomes + 16 }),
  ({ tickValue }) => ({ tickValue: tickValue === 0n ? 1n : 2n ** 70n }),
  ({ closesAt }) => ({ closesAt: closesAt === 0n ? 1n : closesAt + 10n ** 7n }),
  ({ settleBy }) => ({ settleBy: settleBy === 0n ? 1n : 2n ** 40n - 1n }),
  () => ({ fallbackOutcome: 10_000n }),
  () => ({ descriptionHash: `0x${"01".repeat(32)}` }),
  () => ({ previousLink: `0x${"02".repeat(32)}` }),
  () => ({ owner: "0x0000000000000000000000000000000000000003" }),
];

const anyAttempt: fc.Arbitrary<Attempt> = fc.record({
  what: fc.constantFrom("interval", "event", "branch", "branch", "bounds", "bounds", "bounds"),
  root: fc.nat(),
  branch: fc.nat(),
  range: fc.tuple(fc.integer({ min: -2, max: 12 }), fc.integer({ min: -2, max: 12 })),
  flaw: fc.oneof(
    { weight: 3, arbitrary: fc.constant(() => ({})) },
    { weight: 1, arbitrary: fc.constantFrom(...FLAWS) },
  ),
});

/** @param link the newest of the book */
function recordFor(
  handle: SessionHandle,
  table: MarketTable,
  [owner, link]: [string, string],
  attempt: Attempt,
): MarketRecord {
  const { what, root, branch, range, flaw } = attempt;
  const bounds = between(Math.min(...range), Math.max(...range));
  const next: RootPlace = { owner, previousLink: link };
  const marketRootId = (root % table.roots.size) + 1;
  const last = rootOf(table, marketRootId);
  const place: RecordPlace = { owner, marketRootId, previousLink: last.tip };
  const count = branchCount(last);
  const terms = rootTerms({ handle });
  const draft = (): MarketRecord => {
    switch (what) {
      case "interval":
        return intervalRecord(next, { ...terms, bounds, fallbackOutcome: bounds.lower });
      case "event":
        return eventRecord(next, { ...terms, outcomes: (branch % 4) + 1, scale: tick(range[0]), fallbackOutcome: 1 });
      case "branch":
        return branchRecord(place, {
          marketBranchId: count + 1,
          parentBranchId: (branch % count) + 1,
          strikes: bounds,
        });
      case "bounds":
        return boundsRecord(place, (branch % count) + 1, bounds);
    }
  };
  const record = draft();
  return marketRecord({ ...record, ...flaw(record) });
}

/** What the book says to a record: nothing if it takes it. */
async function tell(handle: SessionHandle, sender: TestSigner, record: MarketRecord): Promise<ClientError | undefined> {
  const description = record.marketRootId === NEW_ROOT ? RAIN_TEXT : "";
  try {
    await submitRecord(handle, sender, { record, signature: NO_SIGNATURE, description });
    return undefined;
  } catch (error) {
    const refused = asClientError(error);
    if (refused instanceof ClientError) return refused;
    throw refused;
  }
}

/** Refusals as code and values; the book's time is that of an estimate, so times are not compared. */
const told = (code: string, values: ErrorArgs): { readonly code: string; readonly values: ErrorArgs } => ({
  code,
  values: "timestamp" in values ? { ...values, timestamp: undefined } : values,
});

describe("the market table of the library and of the book", function () {
  it("take and refuse the same records with the same words, and come to the same state", async function () {
    const { handle, organiser } = await networkHelpers.loadFixture(openTwo);
    let table = await readMarketTable(handle);
    const codes = new Map<string, number>();
    for (const attempt of fc.sample(anyAttempt, { numRuns: 220, seed: 20_080_115 })) {
      const { link: current } = await handle.book.chainState();
      const record = recordFor(handle, table, [organiser.address, current], attempt);
      const answer = await tell(handle, organiser, record);
      if (answer?.code === "Book_SignatureInvalid") continue; // the library takes who speaks for granted
      const timestamp = BigInt(await networkHelpers.time.latest());
      let refusal: Refusal | undefined;
      try {
        const description = record.marketRootId === NEW_ROOT ? RAIN_TEXT : "";
        const links = { rootMadeBy: () => undefined, accepts: (link: string) => link === current, current };
        table = applyMarketRecord(table, record, { timestamp, description, links });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusal = error;
      }
      const [own, book] = [
        refusal && told(refusal.code, { ...refusal.values }),
        answer && told(answer.code, answer.args),
      ];
      expect(own).to.deep.equal(book);
      codes.set(book?.code ?? "taken", (codes.get(book?.code ?? "taken") ?? 0) + 1);
    }
    expect(await readMarketTable(handle)).to.deep.equal(table);
    expect(codes.get("taken")).to.be.greaterThan(60);
    expect(codes.size, [...codes].join(" ")).to.be.greaterThan(12);
  });
});

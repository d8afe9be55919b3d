/** A block that cannot be read leaves nothing behind: what follows is as if it had never come. */
import { expect } from "chai";

import type { ChainRecord } from "../../src/bindings/records.js";
import type { Projector } from "../../src/history/projector.js";
import type { BlockRows } from "../../src/history/rows.js";
import { RuleError } from "../../src/protocol/amounts/errors.js";
import { between, newInterval } from "../protocol/markets.js";
import { ALICE, BOB, type Deed, deposit, HandChain, place, project, record, SILVER, takeOut } from "./by-hand.js";

const FIRST: readonly Deed[] = [deposit(ALICE, 100n), deposit(BOB, 100n), place(ALICE, 5_500n, 10n)];
/** Something of everything, and more than the block after it touches. */
const SECOND: readonly Deed[] = [
  place(BOB, 5_400n, -4n),
  place(BOB, 7_000n, -1n, SILVER),
  record(() => newInterval(between(0, 10))),
  takeOut(ALICE, 1),
];
const THIRD: readonly Deed[] = [place(ALICE, 4_000n, 2n, SILVER), deposit(ALICE, 1n)];

/** What is read of the first block and of another one after it, on a chain on which the second block never came. */
function undisturbed(): { readonly projector: Projector; readonly after: (projector: Projector) => BlockRows } {
  const chain = new HandChain();
  const [first, third] = [chain.block(FIRST), chain.block(THIRD)];
  const projector = chain.projector();
  project(projector, first);
  return { projector, after: (one) => project(one, third) };
}

/** Records of the second block, as they were logged. */
function secondRecords(): ChainRecord[] {
  const chain = new HandChain();
  chain.block(FIRST);
  return [...chain.block(SECOND).records];
}

const HEADER = { number: 101, hash: `0x${"0b".repeat(32)}`, timestamp: 1_500n };

interface BadBlock {
  readonly why: string;
  readonly header?: typeof HEADER;
  readonly records: readonly ChainRecord[];
  readonly says: RegExp;
}

const RECORDS = secondRecords();
const lastOf = (kind: ChainRecord["kind"]): number => RECORDS.findLastIndex((one) => one.kind === kind);
const withKind = <Kind extends ChainRecord["kind"]>(
  kind: Kind,
  change: Partial<Extract<ChainRecord, { kind: Kind }>>,
): ChainRecord[] => RECORDS.with(lastOf(kind), { ...RECORDS[lastOf(kind)]!, ...change });

const BAD: readonly BadBlock[] = [
  {
    why: "ends in the middle of a call",
    records: RECORDS.slice(0, -1),
    says: /^the records of the block end in the middle of a call$/,
  },
  {
    why: "ends with another head than the book's",
    records: withKind("checkpoint", { head: HEADER.hash }),
    says: /RECORD_IMPOSSIBLE/,
  },
  {
    why: "takes out an order that is not there",
    records: withKind("offset", { tradeRootId: 77 }),
    says: /^the offset of log \d+ names order 77, which is not there$/,
  },
  {
    why: "fills an order that is not there",
    records: withKind("matched", { makerRootId: 78 }),
    says: /^the matched of log 1 names order 78, which is not there$/,
  },
  {
    why: "lacks the record that another one needs",
    records: RECORDS.filter(({ kind }) => kind !== "matched"),
    says: /RECORD_IMPOSSIBLE/,
  },
  {
    why: "does not come after the newest, though its records are good",
    header: { ...HEADER, number: 100 },
    records: RECORDS,
    says: /^block 100 does not come after block 100$/,
  },
];

describe("given a projector at a block", () => {
  it("takes the block with all that the bad ones below have", () => {
    const { rows } = undisturbed().projector.apply(HEADER, RECORDS);
    const counts = Object.entries(rows).map(([kind, list]: [string, readonly unknown[]]) => [kind, list.length]);
    expect(Object.fromEntries(counts)).to.deep.equal({
      orders: 2,
      fills: 1,
      offsets: 1,
      bounds: 1,
      allocations: 2,
      markets: 3,
      weights: 1,
      records: 6,
      accounts: 0,
      checkpoints: 4,
    });
  });

  for (const { why, header = HEADER, records, says } of BAD) {
    describe(`when a block comes that ${why}`, () => {
      it("refuses it, and stands where it stood", () => {
        const { projector } = undisturbed();
        const { tip } = projector;
        expect(() => projector.apply(header, records)).to.throw(says);
        expect(projector.tip).to.equal(tip);
      });

      it("has the same rows of the next block as if it had never come", () => {
        const [calm, shaken] = [undisturbed(), undisturbed()];
        for (let times = 0; times < 2; times += 1) {
          expect(() => shaken.projector.apply(header, records)).to.throw(says);
        }
        const rows = shaken.after(shaken.projector);
        expect(rows).to.deep.equal(calm.after(calm.projector));
        expect(rows.rows.markets.map(({ marketBranchId, volume }) => [marketBranchId, volume])).to.deep.equal([
          [2, 0n],
        ]);
        expect(rows.rows.allocations.map(({ trader }) => trader)).to.deep.equal([ALICE]);
      });

      it("takes the same block once it comes as it was logged", () => {
        const [calm, shaken] = [undisturbed(), undisturbed()];
        expect(() => shaken.projector.apply(header, records)).to.throw(says);
        expect(shaken.projector.apply(HEADER, RECORDS)).to.deep.equal(calm.projector.apply(HEADER, RECORDS));
      });
    });
  }

  it("keeps the reason why a record is impossible", () => {
    const { projector } = undisturbed();
    let thrown: unknown;
    try {
      projector.apply(HEADER, withKind("matched", { priceTicks: 5_400n as never })); // a price that no order has
    } catch (error) {
      thrown = error;
    }
    expect(thrown).to.be.instanceOf(RuleError);
    expect((thrown as RuleError).code).to.equal("RECORD_IMPOSSIBLE"); // as just expected
  });

  it("has no tip before the first block, and forgets that it ever had one", () => {
    const chain = new HandChain();
    const projector = chain.projector();
    expect(projector.tip).to.equal(undefined);
    const first = chain.block(FIRST);
    const rows = project(projector, first);
    const { number, hash, timestamp, head } = rows;
    expect(projector.tip).to.deep.equal({ number, hash, timestamp, head });
    expect(projector.takeOff(99)).to.equal(false); // nothing is left to stand on: whoever asks begins anew
    expect(projector.takeOff(100)).to.equal(true);
    expect(projector.tip?.number).to.equal(100);
  });
});

/** Where records stand: in blocks that were searched, one after the other, calls in whole. */
import { expectBroken, expectHolds } from "../support/expect.js";
import { FIRST_BLOCK } from "../support/header.js";
import { ALICE, BOB } from "../support/people.js";
import { withRecord, withRecords } from "../support/records.js";
import { trade, trading } from "../support/stories.js";
import { type LogRecord, sealed, type SessionLog } from "../../../src/verify/session-log.js";

const NO_BLOCK = "The record is of no block that was searched.";
const NOT_AFTER = "The record does not come after the one before it.";

function placeOf({ blockNumber, logIndex, timestamp }: LogRecord) {
  return { blockNumber, logIndex, timestamp };
}

describe("verifySession, as to a record's place", function () {
  let log: SessionLog;
  /** The second record of a call: the deposit's transfer. */
  let second: number;
  /** The first record of the next call. */
  let next: number;
  before(function () {
    const scribe = trading();
    trade(scribe, [ALICE, BOB], 5_000n, 10n);
    log = scribe.log();
    next = scribe.indexOf("userCreated");
    second = scribe.indexOf("deposited", -2) + 1;
  });

  async function expectMisplaced(altered: SessionLog, at: number): Promise<void> {
    const [before, record] = [altered.records[at - 1]!, altered.records[at]!];
    const { blockNumber, logIndex, timestamp } = placeOf(before);
    const expected = { after: JSON.stringify({ blockNumber, logIndex, timestamp }) };
    await expectBroken(altered, { rule: "log", at, why: NOT_AFTER, expected, actual: placeOf(record) });
  }

  it("holds as it was told", async function () {
    await expectHolds(log);
  });

  describe("among the blocks that were searched", function () {
    it("holds at the first and at the last of them", async function () {
      const { header, records } = log;
      const toBlock = records.at(-1)!.blockNumber;
      await expectHolds(sealed({ ...header, toBlock }, records));
    });

    it("refuses a record before the first", async function () {
      const header = { ...log.header, fromBlock: FIRST_BLOCK + 1 };
      const expected = { fromBlock: FIRST_BLOCK + 1, toBlock: header.toBlock };
      const actual = { blockNumber: FIRST_BLOCK };
      await expectBroken(sealed(header, log.records), { rule: "log", at: 0, why: NO_BLOCK, expected, actual });
    });

    it("refuses a record after the last", async function () {
      const { blockNumber } = log.records.at(-1)!;
      const toBlock = blockNumber - 1;
      const at = log.records.findIndex((record) => record.blockNumber === blockNumber);
      const expected = { fromBlock: FIRST_BLOCK, toBlock };
      await expectBroken(sealed({ ...log.header, toBlock }, log.records), {
        rule: "log",
        at,
        why: NO_BLOCK,
        expected,
        actual: { blockNumber },
      });
    });
  });

  describe("within a block", function () {
    it("refuses the index of the record before it, or a lower one", async function () {
      await expectMisplaced(
        withRecord(log, second, () => ({ logIndex: 0 })),
        second,
      );
      const { logIndex } = log.records[second]!;
      await expectMisplaced(
        withRecord(log, second, () => ({ logIndex: logIndex - 1 })),
        second,
      );
    });

    it("holds where indices are left out, for other contracts log too", async function () {
      await expectHolds(withRecords(log, (record) => ({ ...record, logIndex: record.logIndex * 7 + 3 })));
    });

    it("refuses another time", async function () {
      for (const shift of [-1, 1]) {
        const altered = withRecord(log, second, ({ timestamp }) => ({ timestamp: timestamp + shift }));
        await expectMisplaced(altered, second);
      }
    });

    it("holds when it has two calls", async function () {
      const { blockNumber, timestamp } = log.records[next - 1]!;
      const call = log.records[next]!.transactionHash;
      const altered = withRecords(log, (record) => {
        if (record.transactionHash !== call) return record;
        return { ...record, blockNumber, timestamp, logIndex: record.logIndex + 1_000 };
      });
      await expectHolds(altered);
    });
  });

  describe("from block to block", function () {
    it("refuses a block before that of the record before it", async function () {
      const { blockNumber } = log.records[next - 1]!;
      await expectMisplaced(
        withRecord(log, next, () => ({ blockNumber: blockNumber - 1, logIndex: 9_999 })),
        next,
      );
    });

    it("refuses a time before that of the block before it", async function () {
      const { timestamp } = log.records[next - 1]!;
      const call = log.records[next]!.transactionHash;
      const altered = withRecords(log, (record) =>
        record.transactionHash === call ? { ...record, timestamp: timestamp - 1 } : record,
      );
      await expectMisplaced(altered, next);
    });

    it("holds when two blocks have one time", async function () {
      const { timestamp } = log.records[next - 1]!;
      const call = log.records[next]!.transactionHash;
      const altered = withRecords(log, (record) =>
        record.transactionHash === call ? { ...record, timestamp } : record,
      );
      await expectHolds(altered);
    });

    it("refuses a transaction that goes on in the next block", async function () {
      const { transactionHash } = log.records[next - 1]!;
      await expectMisplaced(
        withRecord(log, next, () => ({ transactionHash })),
        next,
      );
    });
  });
});

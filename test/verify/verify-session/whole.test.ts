/** A log as a whole: where it begins, where it ends, how it is gone through, and what is said of it. */
import { expect } from "chai";

import { fastCrypto } from "../../../src/bindings/fast-crypto.js";
import { SessionLogError } from "../../../src/verify/errors.js";
import { type LogRecord, sealed, type SessionLog, type SessionLogStream } from "../../../src/verify/session-log.js";
import type { Progress } from "../../../src/verify/report.js";
import { CHECKED } from "../../../src/verify/statements.js";
import { verifySession } from "../../../src/verify/verify-session.js";
import { allocation } from "../../../src/protocol/value/allocations.js";
import { expectBroken, expectHolds, judge } from "../support/expect.js";
import { LOT, SUPPLY } from "../support/header.js";
import { ALICE, BOB, WALLET } from "../support/people.js";
import { upTo, withRecord } from "../support/records.js";
import { creationOf, Scribe } from "../support/scribe.js";
import { eventful, funded, STAKE, trade, trading } from "../support/stories.js";

async function* each(records: readonly LogRecord[]): AsyncGenerator<LogRecord> {
  for (const record of records) yield await Promise.resolve(record);
}

describe("verifySession, as to where a log begins (R8)", function () {
  it("refuses one without any record", async function () {
    const { header } = funded();
    const why = "A session's log begins with its creation.";
    await expectBroken(sealed(header, []), { rule: "R8", at: undefined, why });
  });

  it("refuses anything before the creation", async function () {
    const scribe = funded();
    scribe.drop(0);
    const values = { expected: { source: "factory" }, actual: { source: "tokens" } };
    await expectBroken(scribe.log(), { rule: "R8", at: 0, kind: "transfer", ...values });
  });

  it("refuses a second creation", async function () {
    const scribe = funded();
    scribe.tell(creationOf(scribe.header));
    const at = scribe.indexOf("sessionCreated");
    const values = { expected: { isFirst: true }, actual: { isFirst: false } };
    await expectBroken(scribe.log(), { rule: "R8", at, kind: "sessionCreated", ...values });
  });

  it("holds for a creation alone", async function () {
    const { counts, traders, tokens } = await expectHolds(new Scribe().log());
    expect(counts.records).to.equal(1);
    expect(traders).to.deep.equal([]);
    expect(tokens.supplies).to.deep.equal([0n, 0n, 0n]);
  });
});

describe("verifySession, as to where a log ends", function () {
  it("holds after any call, for more may have come, and not within one", async function () {
    const scribe = trading();
    const registered = new Set([0, 1, 2].map((nth) => scribe.indexOf("userCreated", nth))); // each could stand alone
    trade(scribe, [ALICE, BOB], 5_000n, 100n);
    const log = scribe.log();
    for (const [index, { transactionHash }] of log.records.entries()) {
      const isEnd = log.records[index + 1]?.transactionHash !== transactionHash || registered.has(index);
      const { holds } = await judge(upTo(log, index + 1));
      expect(holds, `up to record ${index}`).to.equal(isEnd);
    }
  });

  it("refuses another checksum than that of what it holds", async function () {
    const log = funded().log();
    const sha256 = "0".repeat(64);
    await expectBroken(
      { ...log, checksum: sha256 },
      {
        rule: "log",
        at: undefined,
        why: "The log was altered or damaged after it was written.",
        expected: { sha256: log.checksum },
        actual: { sha256 },
      },
    );
  });

  it("tells what does not hold before it tells that the checksum is another", async function () {
    const scribe = trading();
    trade(scribe, [ALICE, BOB], 5_000n, 100n);
    const at = scribe.amend("matched", () => ({ makerRootId: 2 }));
    const { failure } = await judge({ ...scribe.log(), checksum: "0".repeat(64) });
    expect(failure?.index).to.equal(at);
  });
});

describe("verifySession, as to what no wallet signs", function () {
  const why = "There is nothing here that a wallet signs.";

  it("refuses that a wallet was asked about it", async function () {
    const scribe = trading();
    trade(scribe, [ALICE, BOB], 5_000n, 100n);
    for (const kind of ["sessionCreated", "transfer", "deposited", "matched", "checkpoint"] as const) {
      const at = scribe.indexOf(kind, 0);
      const altered = withRecord(scribe.log(), at, () => ({ byWallet: true }));
      await expectBroken(altered, { rule: "log", at, kind, why });
    }
  });
});

describe("verifySession, as to what it says", function () {
  let log: SessionLog;
  before(function () {
    log = eventful().log();
  });

  it("counts what it saw", async function () {
    const { counts } = await expectHolds(log);
    expect(counts).to.deep.include({
      records: log.records.length,
      orders: 8,
      fills: 3,
      evictions: 0,
      offsets: 1,
      checkpoints: 12,
      marketRecords: 3,
      tokenTransfers: 5, // the mint, and four deposits
      signaturesRecovered: 10,
      walletsAsked: 0,
      walletsAssumed: 1,
      ownerCalls: 0,
      organiserCalls: 0,
    });
    expect(counts.collateralChecks).to.be.at.least(counts.collateralByWholeMatrix);
  });

  it("gives each trader's claims, allocation and open orders", async function () {
    const { traders } = await expectHolds(log);
    const wallet = traders[3]!;
    expect(wallet).to.deep.include({ traderId: 4, trader: WALLET.address, openOrders: 1, exited: [0n, 0n] });
    expect(wallet.claims).to.deep.equal([STAKE, STAKE]);
    expect(wallet.allocation).to.deep.equal(allocation(wallet.claims, log.header.terms));
    // Alice sold 100 lots of leg 1 at half, and bought 10 of the race's second at 40 of 100 ticks.
    const paid = 10n * 40n * LOT;
    expect(traders[0]!.claims).to.deep.equal([STAKE - 50n * LOT - paid, STAKE + 50n * LOT - paid]);
  });

  it("gives tokens, header, checksum and what was checked", async function () {
    const report = await expectHolds(log);
    const { header, checksum } = log;
    expect(report.tokens.heldByBook).to.deep.equal([4n * STAKE, 0n, 0n]);
    expect(report.tokens.supplies).to.deep.equal([SUPPLY, 0n, 0n]);
    expect(report.tokens.vault).to.deep.equal(header.terms.quantities);
    const { session, chainId, fromBlock, toBlock } = header;
    expect(report).to.deep.include({ session, chainId, fromBlock, toBlock, checksum, checked: CHECKED });
  });

  it("is of everything before the failing record, where something fails", async function () {
    const scribe = eventful();
    const at = scribe.amend("matched", () => ({ priceTicks: 1n as never }), 1);
    const { counts, holds } = await judge(scribe.log());
    expect([holds, counts.records, counts.fills, counts.orders]).to.deep.equal([false, at, 1, 4]);
  });

  it("is the same from a stream, with plain and with fast ways, and with a cache", async function () {
    const plain = await verifySession(log);
    const stream: SessionLogStream = { header: log.header, records: each(log.records), checksum: () => log.checksum };
    expect(await verifySession(stream, { crypto: await fastCrypto() })).to.deep.equal(plain);
  });
});

describe("verifySession, as to its progress", function () {
  const told = async (log: SessionLog | SessionLogStream): Promise<Progress[]> => {
    const all: Progress[] = [];
    await verifySession(log, { onProgress: (progress) => all.push(progress) });
    return all;
  };

  it("is told every thousand records, and at the end", async function () {
    const scribe = funded();
    for (let given = 0; given < 1_996; given += 1) scribe.give(ALICE.address, 1n);
    const log = scribe.log();
    expect(log.records.length).to.equal(2_001); // creation, and four of the funding
    expect(await told(log)).to.deep.equal(
      [1_000, 2_000, 2_001].map((done) => ({ phase: "verifying", done, total: 2_001 })),
    );
  });

  it("is told by time instead, if it is said how often", async function () {
    const log = funded().log();
    const all: Progress[] = [];
    await verifySession(log, { onProgress: (progress) => all.push(progress), progressMs: 0 });
    expect(all.map(({ done }) => done)).to.deep.equal([1, 2, 3, 4, 5, 5]); // after each record, and at the end
  });

  it("says nothing of a total that nobody knows", async function () {
    const { header, records, checksum } = funded().log();
    const stream = { header, records: each(records), checksum: () => checksum };
    expect(await told(stream)).to.deep.equal([{ phase: "verifying", done: 5, total: undefined }]);
  });

  it("ends where something fails", async function () {
    const scribe = funded();
    scribe.drop(scribe.indexOf("funded"));
    scribe.give(ALICE.address, 1n);
    const all = await told(scribe.log());
    expect(all.map(({ done }) => done)).to.deep.equal([2]);
  });
});

describe("verifySession, given a stream that is none", function () {
  it("passes on what the stream says", async function () {
    const { header, records } = funded().log();
    async function* broken(): AsyncGenerator<LogRecord> {
      yield* each(records.slice(0, 2));
      throw new SessionLogError("LOG_TRUNCATED", { line: 4 });
    }
    const stream = { header, records: broken(), checksum: () => "" };
    const error = await verifySession(stream).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SessionLogError);
    expect((error as SessionLogError).code).to.equal("LOG_TRUNCATED"); // as was just seen
  });

  it("asks for no more once something has failed", async function () {
    const scribe = funded();
    scribe.drop(0);
    const { header, records } = scribe.log();
    let asked = 0;
    async function* counted(): AsyncGenerator<LogRecord> {
      for (const record of records) {
        asked += 1;
        yield await Promise.resolve(record);
      }
    }
    const { holds } = await judge({ header, records: counted(), checksum: () => "" });
    expect([holds, asked]).to.deep.equal([false, 1]);
  });
});

describe("verifySession, as to being stopped", function () {
  const reasonOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((reason: unknown) => reason);

  it("throws the reason, whenever it comes", async function () {
    const log = funded().log();
    for (const stopAt of [0, 1, 4]) {
      const stop = new AbortController();
      const reason = new Error(`enough after ${stopAt}`);
      if (stopAt === 0) stop.abort(reason);
      const onProgress = ({ done }: Progress): void => {
        if (done === stopAt) stop.abort(reason);
      };
      const options = { onProgress, progressMs: 0, signal: stop.signal };
      expect(await reasonOf(verifySession(log, options))).to.equal(reason);
    }
  });

  it("takes no more records from a stream then", async function () {
    const { header, records, checksum } = funded().log();
    const stop = new AbortController();
    let taken = 0;
    async function* some(): AsyncGenerator<LogRecord> {
      for await (const record of each(records)) {
        taken += 1;
        if (taken === 2) stop.abort();
        yield record;
      }
    }
    const stream: SessionLogStream = { header, records: some(), checksum: () => checksum };
    expect(await reasonOf(verifySession(stream, { signal: stop.signal }))).to.have.property("name", "AbortError");
    expect(taken).to.equal(2);
  });

  it("changes nothing if it does not come", async function () {
    const log = funded().log();
    const { signal } = new AbortController();
    expect(await verifySession(log, { signal, progressMs: 0 })).to.deep.equal(await verifySession(log));
  });
});

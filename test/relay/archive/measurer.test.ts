/** What a relay measures is what `session measure` says of the same log. */
import { expect } from "chai";

import { wholeDocument } from "../../../src/measures/document.js";
import type { MeteredMaker } from "../../../src/measures/maker-meter.js";
import { referenceRow } from "../../../src/measures/reference.js";
import { measureSession, type SessionInput } from "../../../src/measures/session.js";
import { notYetOf } from "../../../src/relay/archive/archive.js";
import { createMeasurer, type Measurer, type MeasurerDependencies } from "../../../src/relay/archive/measurer.js";
import { createThreads } from "../../../src/relay/archive/threads.js";
import { createReader } from "../../../src/verify/events.js";
import { bookTermsOf } from "../../../src/verify/log-header.js";
import type { SessionLog } from "../../../src/verify/session-log.js";
import { busySession, endSession } from "../../dataset/support/busy.js";
import { expectRefused } from "../paper/expect.js";
import { emptyStore, keep } from "./kept.js";

const MAKERS: readonly MeteredMaker[] = [
  { trader: busySession({ calls: 0 }).people[0]!.address, marketRootId: 1, liquidity: 1_000n, prior: [] },
];

/** The judge: the log as a whole, in this thread. */
function expected({ header, records }: SessionLog, beside: Pick<SessionInput, "reference" | "maxAge"> = {}) {
  const read = createReader(header);
  const logged = records.flatMap((record) => {
    const said = read(record);
    return said.source === "book" ? [{ event: said.event, timestamp: BigInt(record.timestamp) }] : [];
  });
  const until = BigInt(records.at(-1)!.timestamp);
  const measures = measureSession({ terms: bookTermsOf(header), logged, until, makers: MAKERS, ...beside });
  return wholeDocument(measures, MAKERS);
}

describe("given a log that is kept, and a thread that measures it", () => {
  const measurers: Measurer[] = [];
  const threads = createThreads(2);
  const measurer = (
    dependencies: Omit<MeasurerDependencies, "makers" | "threads"> & Partial<Pick<MeasurerDependencies, "threads">>,
  ): Measurer => {
    const made = createMeasurer({ makers: MAKERS, threads, ...dependencies });
    measurers.push(made);
    return made;
  };
  after(() => Promise.all(measurers.map((one) => one.close())));

  it("has the figures of the whole log, and goes on as it grows", async () => {
    const log = endSession(busySession({ calls: 150, seed: 3n })).log();
    const cut = Math.floor(log.records.length / 2);
    const at = log.records.findIndex(
      ({ blockNumber }, k) => k > cut && blockNumber !== log.records[k - 1]!.blockNumber,
    );
    const store = await emptyStore();
    await keep(store, { header: log.header, records: log.records.slice(0, at) });
    const { number, hash, timestamp } = (await store.tip())!;
    const one = measurer({ store });
    const first = await one.measure();
    expect(first.measures).to.deep.equal(expected({ ...log, records: log.records.slice(0, at) }));
    expect(first.measures.fills).to.be.greaterThan(10);
    expect(first.block).to.deep.equal({ number, hash, timestamp });
    const grown = await emptyStore();
    await keep(grown, log);
    const other = measurer({ store: grown });
    const last = (await other.measure()).measures;
    expect(last).to.deep.equal(expected(log));
    expect([last.isOver, last.forecasts!.count > 0, last.makers[0]!.nats !== null]).to.deep.equal([true, true, true]);
  });

  it("beside prices from elsewhere has foresight, volatility and true weights; and the same as before without them", async () => {
    const log = endSession(busySession({ calls: 150, seed: 3n })).log();
    const store = await emptyStore();
    await keep(store, log);
    const { t1, t2, quantities } = log.header.terms;
    const rows = Array.from({ length: 60 }, (_, k) => ({
      timestamp: t1 + ((t2 - t1) * BigInt(k)) / 59n,
      prices: quantities.map((__, leg) => 10n ** 20n + BigInt((k * (leg + 3) * 7_919) % 1_013) * 10n ** 17n),
    }));
    const one = measurer({ store });
    const [alone, beside, again] = await Promise.all([one.measure(), one.measure({ rows, maxAge: 5n }), one.measure()]);
    const reference = rows.map(({ timestamp, prices }) => referenceRow(timestamp, quantities, prices));
    expect(beside.measures).to.deep.equal(expected(log, { reference, maxAge: 5n }));
    const { foresight, volatility, finalWeights } = beside.measures;
    expect(foresight.length).to.equal(quantities.length * 3);
    expect(foresight.some(({ line }) => line !== null)).to.equal(true);
    expect(volatility.length).to.equal(quantities.length);
    expect(volatility.every(({ ratio, implied, reference: true_ }) => ratio === implied / true_)).to.equal(true);
    expect(finalWeights?.from).to.equal("reference");
    expect([alone.measures.foresight.every(({ line }) => line === null), alone.measures.volatility]).to.deep.equal([
      true,
      [],
    ]);
    expect(alone.measures).to.deep.equal(expected(log));
    expect(again).to.equal(alone);
  });

  it("hears so many questions with prices at once, and asks the others to come again", async () => {
    const store = await emptyStore();
    const log = busySession({ calls: 5 }).scribe.log();
    await keep(store, log);
    const { t1, quantities } = log.header.terms;
    const elsewhere = { rows: [{ timestamp: t1, prices: quantities.map(() => 1n) }], maxAge: 5n };
    const one = measurer({ store });
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => one.measure(elsewhere)));
    expect(asked.map(({ status }) => status)).to.deep.equal([
      ...Array<string>(4).fill("fulfilled"),
      "rejected",
      "rejected",
    ]);
    expect((await one.measure(elsewhere)).measures.volatility).to.deep.equal([]);
  });

  it("is fed what is new, and measured again, once what was told is some seconds old", async () => {
    const log = busySession({ calls: 40, seed: 4n }).scribe.log();
    const whole = await emptyStore();
    await keep(whole, log);
    const tip = (await whole.tip())!;
    const asked: number[] = [];
    let parts = 2;
    const store = {
      tip: () => Promise.resolve({ ...tip, parts, hash: `0x${parts}` }),
      part: (part: number) => {
        asked.push(part);
        return whole.part(part);
      },
    };
    const one = measurer({ store });
    const first = await one.measure();
    parts = tip.parts;
    expect(await one.measure(), "what was told just now").to.equal(first);
    expect(asked).to.deep.equal([1, 2]);
  });

  it("makes room for another session where as many threads as may be rest, and begins anew when it is asked again", async () => {
    const few = createThreads(1);
    const stores = await Promise.all([emptyStore(), emptyStore()]);
    for (const [k, store] of stores.entries()) await keep(store, busySession({ calls: 10 + k }).scribe.log());
    const [one, other] = stores.map((store) => measurer({ store, threads: few }));
    const first = await one!.measure();
    await other!.measure();
    const again = measurer({ store: stores[0], threads: few });
    expect((await again.measure()).measures).to.deep.equal(first.measures);
  });

  it("measures a session that was traded nowhere", async () => {
    const log = busySession({ calls: 0 }).scribe.log();
    const store = await emptyStore();
    await keep(store, log);
    const { measures } = await measurer({ store }).measure();
    expect([measures.fills, measures.information, measures.impact]).to.deep.equal([0, [], []]);
    expect(measures.forecasts).to.equal(null);
  });

  it("says that there is no log yet, that one is too long, and that it was forgotten meanwhile", async () => {
    const store = await emptyStore();
    await expectRefused(measurer({ store }).measure(), "RELAY_NOT_READY");
    const notYet = () => notYetOf(100, 36);
    await expectRefused(measurer({ store, notYet }).measure(), "RELAY_LOG_WAITS", {
      ...{ firstBlock: 100, finalBlock: 36, missing: 64 },
    });
    expect(notYetOf(100, 100).code).to.equal("RELAY_NOT_READY");
    expect(notYetOf(19, -1).values).to.deep.include({ missing: 20 });
    await keep(store, busySession({ calls: 5 }).scribe.log());
    const { records } = (await store.tip())!;
    await expectRefused(measurer({ store, mostRecords: 3 }).measure(), "RELAY_LOG_LONG", { records, limit: 3 });
    const gone = { tip: () => store.tip(), part: () => Promise.resolve(undefined) };
    await expectRefused(measurer({ store: gone }).measure(), "RELAY_READING_AGAIN");
  });

  it("is not waited for longer than one can wait, and what it finds is told to who asks next", async () => {
    const store = await emptyStore();
    await keep(store, busySession({ calls: 20 }).scribe.log());
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = { tip: () => store.tip(), part: (part: number) => held.then(() => store.part(part)) };
    const one = measurer({ store: slow, patienceMs: 1 });
    await expectRefused(one.measure(), "RELAY_NOT_READY");
    release();
    const patient = measurer({ store });
    const { measures } = await patient.measure();
    for (;;) {
      const told = await one.measure().catch(() => undefined);
      if (told === undefined) continue;
      expect(told.measures).to.deep.equal(measures);
      return;
    }
  });

  it("whose lines say what no book writes fails, and begins anew the next time", async () => {
    const store = await emptyStore();
    await keep(store, busySession({ calls: 5 }).scribe.log());
    let isBad = true;
    const other = {
      tip: () => store.tip(),
      part: (part: number) => (isBad ? Promise.resolve("{}\n") : store.part(part)),
    };
    const one = measurer({ store: other });
    const failed = await one.measure().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failed).to.be.instanceOf(Error);
    isBad = false;
    expect((await one.measure()).measures.checkpoints > 0n).to.equal(true);
  });
});

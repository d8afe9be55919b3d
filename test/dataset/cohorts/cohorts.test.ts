/** The cohort edition: its sums, its bins, and that no row is of fewer than five traders. */
import { expect } from "chai";

import { Activity, type Deeds, HOUR, lambdaOf } from "../../../src/dataset/cohorts/activity.js";
import { buildCohorts, type Labels } from "../../../src/dataset/cohorts/build.js";
import { cohortsOf } from "../../../src/dataset/cohorts/merge.js";
import { clipped, noisy } from "../../../src/dataset/cohorts/noise.js";
import { busySession } from "../support/busy.js";
import { MemoryFolder, rowsOf } from "../support/folders.js";

const DEEDS: Deeds = { events: 1n, orders: 1n, trades: 0n, signedLots: 0n, lots: 0n };

function table(folder: MemoryFolder, name: string): Record<string, string>[] {
  const [head, ...rows] = folder
    .text(name)
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return rows.map((cells) => Object.fromEntries(cells.map((cell, k) => [head![k]!, cell])));
}

describe("dataset: cohorts of a bin", () => {
  const cohorts = (sizes: Readonly<Record<string, number>>): string[] => {
    const labels = Object.entries(sizes).flatMap(([name, size]) => new Array<string>(size).fill(name));
    const traders = new Map(labels.map((_, k) => [k, DEEDS]));
    return cohortsOf({ traders }, (trader) => labels[trader]!).map(({ name, traders: own }) => `${name} ${own.length}`);
  };

  it("are those that have five active traders", () => {
    expect(cohorts({ a: 5, b: 7 })).to.deep.equal(["a 5", "b 7"]);
  });

  it("are merged if they have fewer, and take the smallest of the others along until they have five", () => {
    expect(cohorts({ a: 2, b: 3, c: 9 })).to.deep.equal(["c 9", "other 5"]);
    expect(cohorts({ a: 2, b: 6, c: 9 })).to.deep.equal(["c 9", "other 8"]);
    expect(cohorts({ a: 1, b: 6 })).to.deep.equal(["other 7"]);
    expect(cohorts({ a: 2, b: 2 })).to.deep.equal(["other 4"]); // such a bin is not shown
  });
});

describe("dataset: bins", () => {
  const event = (trader: number, hour: number, action = "A") =>
    ({
      root_id: 1,
      branch_id: 1,
      action,
      side: "B",
      lots: 3n,
      order_id: 1n,
      trader,
      ts_event: BigInt(hour) * HOUR,
    }) as const;

  it("have an hour, a hundred events and five traders, and the last one takes what is left", () => {
    const activity = new Activity();
    for (let k = 0; k < 250; k += 1) activity.take(event(k % 6, k < 100 ? 0 : 1 + Math.floor(k / 100)));
    const [[...bins]] = activity.bins().bins as [[...ReturnType<Activity["bins"]>["bins"][number]]];
    expect(bins.map(({ events }) => events)).to.deep.equal([100n, 150n]);
    expect(bins[1]!.traders.get(1)!.events).to.equal(25n);
  });

  it("are none of a market with fewer than five traders", () => {
    const activity = new Activity();
    for (let k = 0; k < 400; k += 1) activity.take(event(k % 4, k));
    expect(activity.bins()).to.deep.equal({ bins: [], withheld: 1 });
  });

  it("have the slope of least squares as an exact ratio", () => {
    // Moves of 2, 4 and 7 half ticks on flows of 1, 2 and 3 lots: slope 2.5 half ticks, 1.25 ticks a lot.
    const pairs = [
      [1n, 2n],
      [2n, 4n],
      [3n, 7n],
    ] as const;
    const sums = { n: 3n, x: 0n, y: 0n, xx: 0n, xy: 0n };
    for (const [x, y] of pairs) {
      sums.x += x;
      sums.y += y;
      sums.xx += x * x;
      sums.xy += x * y;
    }
    const { numerator, denominator } = lambdaOf({
      ...sums,
      books: 0n,
      quoted: 0n,
      spread: 0n,
      displayed: 0n,
      covered: 0n,
    });
    expect(Number(numerator) / Number(denominator)).to.equal(1.25);
  });
});

describe("dataset: the cohort edition", () => {
  const { scribe, people } = busySession({ traders: 12, calls: 300, seed: 11n });
  const log = scribe.log();
  const labels: Labels = new Map(people.slice(0, 6).map(({ address }) => [address, "first"]));
  const build = async (options: Partial<Parameters<typeof buildCohorts>[2]> = {}) => {
    const folder = new MemoryFolder();
    const facts = await buildCohorts(log, folder, {
      labels,
      noise: undefined,
      uniform: () => 0.5,
      version: "1.2.3",
      ...options,
    });
    return { folder, facts };
  };

  it("adds up to the rows of the open edition, and shows nobody alone", async () => {
    const { folder, facts } = await build();
    const flows = table(folder, "flows.csv");
    expect(flows.length).to.equal(facts.flows).and.to.be.greaterThan(3);
    for (const { traders } of flows) expect(Number(traders)).to.be.at.least(5);
    const { events } = rowsOf(log);
    const shown = new Set(flows.map(({ root_id, branch_id }) => `${root_id!}.${branch_id!}`));
    for (const market of shown) {
      const own = events.filter((row) => row.order_id !== null && `${row.root_id}.${row.branch_id}` === market);
      const rows = flows.filter(({ root_id, branch_id }) => `${root_id!}.${branch_id!}` === market);
      const sum = (name: string): bigint => rows.reduce((total, row) => total + BigInt(row[name]!), 0n);
      const signed = (row: (typeof own)[number]): bigint => (row.side === "B" ? row.lots! : -row.lots!);
      const taken = own.filter(({ action }) => action === "T");
      expect(sum("events")).to.equal(BigInt(own.length));
      expect(sum("trades")).to.equal(BigInt(taken.length));
      expect(sum("signed_lots")).to.equal(taken.reduce((total, row) => total + signed(row), 0n));
      expect(sum("lots")).to.equal(2n * taken.reduce((total, { lots }) => total + lots!, 0n));
    }
  });

  it("has no name, address or number of anybody", async () => {
    const { folder } = await build();
    for (const name of folder.names.filter((one) => one.endsWith(".csv"))) {
      const text = folder.text(name).toLowerCase();
      for (const { address } of people) expect(text).to.not.include(address.toLowerCase().slice(2));
      expect(text.split("\n")[0]).to.not.match(/\b(trader|order_id|link|tx|seq)\b/);
    }
  });

  it("is the same twice without noise, and not with it", async () => {
    const [one, two] = [await build(), await build()];
    expect(one.folder.text("SHA256SUMS")).to.equal(two.folder.text("SHA256SUMS"));
    let state = 0.1;
    const uniform = (): number => (state = (state * 9_301.7 + 0.211_327) % 1);
    const noise = { epsilon: 0.5, clipEvents: 50n, clipLots: 1_000n };
    const [three, four] = [await build({ noise, uniform }), await build({ noise, uniform })];
    expect(three.folder.text("flows.csv")).to.not.equal(four.folder.text("flows.csv"));
    expect(three.folder.text("bins.csv")).to.equal(one.folder.text("bins.csv"));
    expect(JSON.parse(three.folder.text("manifest.json"))).to.deep.include({
      noise: { epsilon: 0.5, clip_events: "50", clip_lots: "1000" },
    });
  });
});

describe("dataset: noise", () => {
  const noise = { epsilon: 1, clipEvents: 4n, clipLots: 10n };
  const sums = { traders: 5n, events: 100n, orders: 60n, trades: 20n, signedLots: -30n, lots: 300n };

  it("cuts what one trader counts", () => {
    const deeds = { events: 9n, orders: 3n, trades: 5n, signedLots: -90n, lots: 200n };
    expect(clipped(deeds, noise)).to.deep.equal({ events: 4n, orders: 3n, trades: 4n, signedLots: -10n, lots: 10n });
  });

  it("is as wide as one trader's part: a standard deviation of √2 times the cut over epsilon", () => {
    let seed = 12_345;
    const uniform = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const drawn = Array.from({ length: 4_000 }, () => Number(noisy(sums, noise, uniform).lots - sums.lots));
    const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
    const deviation = Math.sqrt(drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / drawn.length);
    expect(mean).to.be.within(-1, 1);
    expect(deviation).to.be.within(13, 15.5); // √2 · 10
  });
});

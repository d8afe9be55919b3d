/** The attacks: on pseudonyms they find everybody, whatever the key; on cohorts what they can, and with noise no more than chance. */
import { expect } from "chai";

import { assign } from "../../../src/dataset/attack/assignment.js";
import { attackCohorts, attackPseudonyms, pseudonymous } from "../../../src/dataset/attack/attack.js";
import type { Deed, SeriesBy } from "../../../src/dataset/attack/flow.js";
import { readCohorts, readOpen, seriesOfTraders } from "../../../src/dataset/attack/read-editions.js";
import { commonLength } from "../../../src/dataset/attack/subsequence.js";
import { resultOf } from "../../../src/dataset/attack/verdict.js";
import { buildCohorts, type Labels } from "../../../src/dataset/cohorts/build.js";
import type { Noise } from "../../../src/dataset/cohorts/noise.js";
import { createRandom } from "../../../stage/rng.js";
import { busySession } from "../support/busy.js";
import { built, MemoryFolder } from "../support/folders.js";

const KEY = new Uint8Array(32).fill(7);
const bufferOf = (folder: MemoryFolder, name: string): ArrayBuffer => new Uint8Array(folder.bytes(name)).buffer;

describe("dataset: parts of the attacks", () => {
  it("the best assignment is that of all permutations", () => {
    const random = createRandom(1n, "assignments");
    for (let size = 1; size <= 6; size += 1) {
      const costs = Array.from({ length: size }, () => Array.from({ length: size + 1 }, () => random.integer(-20, 20)));
      const cost = (columns: readonly number[]): number =>
        columns.reduce((sum, column, row) => sum + costs[row]![column]!, 0);
      const found = assign(costs);
      expect(new Set(found).size).to.equal(size);
      expect(cost(found)).to.equal(Math.min(...placings(size, size + 1).map(cost)));
    }
  });

  it("the longest sequence in common may have gaps", () => {
    expect(commonLength("A B C B D A B".split(" "), "B D C A B A".split(" "))).to.equal(4);
    expect(commonLength([], ["A"])).to.equal(0);
  });

  it("a result is chance up to twice its standard deviation", () => {
    // 100 traders at a chance of 0.1: 0.1 + 2 · 0.03.
    expect([16, 17].map((found) => resultOf("rows", 100, found, 0.1).isChance)).to.deep.equal([true, false]);
    expect(resultOf("rows", 0, 0, 1).isChance).to.equal(true);
  });

  it("pseudonyms are of a key, and in no order that tells", () => {
    const deed: Deed = { rootId: 1, branchId: 1, action: "A", side: "B", price: 1, lots: 1n };
    const open = new Map(["a", "b", "c", "d"].map((name) => [name, [deed]]));
    const [one, two] = [KEY, new Uint8Array(32).fill(8)].map((key) => pseudonymous(open, key));
    expect([...one!.hidden.keys()])
      .to.deep.equal([...one!.hidden.keys()].sort())
      .and.to.not.deep.equal([...two!.hidden.keys()]);
    expect([...one!.hidden.keys()].every((name) => /^[0-9a-f]{16}$/.test(name))).to.equal(true);
  });
});

/** All ways to give each of some rows a column of its own. */
function placings(rows: number, columns: number): number[][] {
  if (rows === 0) return [[]];
  return placings(rows - 1, columns).flatMap((placed) =>
    Array.from({ length: columns }, (_, column) => column)
      .filter((column) => !placed.includes(column))
      .map((column) => [...placed, column]),
  );
}

describe("dataset: attacks on a session", function () {
  const { scribe, people } = busySession({ traders: 12, calls: 300, seed: 21n });
  const log = scribe.log();
  const labels: Labels = new Map(people.map(({ address }, k) => [address, k % 2 === 0 ? "even" : "odd"]));

  const editions = async (noise: Noise | undefined, own: Labels = labels) => {
    const random = createRandom(9n, "noise");
    const uniform = (): number => random.integer(0, 999_999) / 1_000_000;
    const [{ folder }, cohorts] = [await built(log), new MemoryFolder()];
    await buildCohorts(log, cohorts, { labels: own, noise, uniform, version: "1.2.3" });
    const open = await readOpen(bufferOf(folder, "events.parquet"), bufferOf(folder, "traders.parquet"));
    return {
      open,
      cohorts: await readCohorts(bufferOf(cohorts, "flows.parquet"), open),
      series: seriesOfTraders(open),
    };
  };
  const truthOf = (series: SeriesBy<string>, own: Labels = labels) =>
    new Map([...series.keys()].map((address) => [address, own.get(address) ?? "all"]));

  it("find everybody among orders under pseudonyms, and so there is no such file", async () => {
    const { open } = await editions(undefined);
    expect(open.deeds.size).to.equal(12);
    for (const { found, traders, isChance } of attackPseudonyms(open.deeds, KEY)) {
      expect(found / traders).to.be.greaterThan(0.95);
      expect(isChance).to.equal(false);
    }
  });

  it("find nothing where all are one cohort", async () => {
    const { cohorts, series } = await editions(undefined, new Map());
    expect([...cohorts.keys()]).to.deep.equal(["all"]);
    for (const { chance, isChance } of attackCohorts(cohorts, series, truthOf(series, new Map()))) {
      expect([chance, isChance]).to.deep.equal([1, true]);
    }
  });

  it("tell labels apart by sums that are exact, as the tool says: noise is for that", async () => {
    // The sums of one cohort are those of its members: with the numbers of each member in hand a solver needs no luck.
    const { cohorts, series } = await editions(undefined);
    const truth = truthOf(series);
    const addresses = [...series.keys()];
    const target = [...cohorts.get("even")!.flat()];
    const members = addresses.filter((address) => truth.get(address) === "even");
    const sum = members.reduce(
      (total, address) => total.map((one, k) => one + series.get(address)!.flat()[k]!),
      target.map(() => 0n),
    );
    expect(sum).to.deep.equal(target); // whoever tries all subsets finds them
  });

  it("find no more than chance under noise", async () => {
    const { cohorts, series } = await editions({ epsilon: 0.2, clipEvents: 20n, clipLots: 1_000n });
    for (const result of attackCohorts(cohorts, series, truthOf(series))) {
      expect(result.isChance, JSON.stringify(result)).to.equal(true);
      expect(result.chance).to.equal(0.5);
    }
  });
});

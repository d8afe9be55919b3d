import { expect } from "chai";

import { holds } from "../../../lab/session/proof.js";
import { BRANCH_NAMES, ROOT, STRIPS } from "../../../lab/rainfall/contract.js";
import { renderDocument } from "../../../lab/rainfall/document.js";
import { loadMonth } from "../../../lab/rainfall/forecast.js";
import { parseOptions } from "../../../lab/rainfall/options.js";
import { renderResult, renderStep } from "../../../lab/rainfall/report.js";
import { type RainRun, runRainfall } from "../../../lab/rainfall/simulation.js";
import { clamp } from "../../../src/protocol/market/bounds.js";
import { lots, ticks, tokenWei } from "../../../src/protocol/amounts/units.js";
import { parseDay } from "../../../lab/weather/days.js";
import { expectSoundSteps, itHoldsTo, keeping, positionsOf, proveAgain } from "../weather/support.js";

const SILENT = { phase: () => undefined, step: () => undefined };

async function run(words: string): Promise<RainRun> {
  const request = parseOptions(words.split(" "));
  if (request.kind !== "run") throw new Error("help was asked for");
  return runRainfall(request.options, loadMonth(undefined, request.options.month), SILENT);
}

/** Seattle, but with so much rain on the first three days of the month that the market's greatest outcome is reached. */
async function runMonsoon(words: string): Promise<RainRun> {
  const request = parseOptions(words.split(" "));
  if (request.kind !== "run") throw new Error("help was asked for");
  const seattle = loadMonth(undefined, request.options.month);
  const wet = ["2015-11-01", "2015-11-02", "2015-11-03"].map((text) => [parseDay(text)!, ticks(1_200n)] as const);
  return runRainfall(request.options, { ...seattle, rain: new Map([...seattle.rain, ...wet]) }, SILENT);
}

describe("rainfall study", () => {
  const keep = keeping(run);

  describe("of a month that is settled before it is over", () => {
    const keepMonsoon = keeping(runMonsoon);

    it("proves itself by the positions as they were before they became cash", async () => {
      const monsoon = await keepMonsoon("--month 2015-11 --every 15 --traders 4 --seed 3");
      expect(monsoon.steps.map(({ bounds }) => [bounds.lower, bounds.upper])).to.deep.equal([
        [0n, 3_000n],
        [3_000n, 3_000n],
        [3_000n, 3_000n],
      ]);
      expect(Object.entries(monsoon.proof).filter(([, { ok }]) => !ok)).to.deep.equal([]);
      expect(monsoon.proof.lotsSumToZero.figures.some(({ bought }) => bought > 0n)).to.equal(true);
    });
  });

  const WORDS = "--month 2015-11 --every 15 --traders 6 --seed 3";
  let rain: RainRun;
  before(async () => {
    rain = await keep(WORDS);
  });

  itHoldsTo(() => rain, { again: (seed) => keep(WORDS.replace("--seed 3", `--seed ${seed}`)), renderDocument });

  it("keeps its collateral in order at every step", () => {
    expectSoundSteps(rain.steps);
    expect(rain.steps.some(({ collateral }) => collateral.joint < collateral.separate)).to.equal(true);
  });

  it("makes a root and 31 sub-markets, each strip above 30 mm under the contract that pays from there on", async () => {
    const { book } = rain.stage.handle;
    const [lower, upper] = await book.spansOf(2);
    expect([...lower].slice(2)).to.deep.equal(STRIPS.map((strip) => strip.lower));
    expect([...upper].slice(2)).to.deep.equal(STRIPS.map((strip) => strip.upper));
    expect(rain.contract.map(({ record }) => record.parentBranchId)).to.deep.equal([
      0,
      1,
      ...STRIPS.map((strip) => (strip.lower < 300n ? 1 : 2)),
    ]);
  });

  it("hears of the rain as it falls: the lower bound rises, and the upper one only in the end", () => {
    const bounds = rain.steps.map(({ bounds: { lower, upper } }) => [lower, upper]);
    expect(bounds).to.deep.equal([
      [0n, 3000n],
      [1670n, 3000n], // after fifteen days
      [2126n, 2126n],
    ]);
    expect(rain.total).to.equal(2126n);
    const branches = rain.steps.flatMap(({ said }) => said.map(({ record }) => record.marketBranchId));
    expect(branches).to.deep.equal([19, 1]); // the strip 160-170, and the root
  });

  it("frees collateral with the first piece of news", () => {
    expect(rain.steps[1]!.freed > 0n).to.equal(true);
  });

  it("has everybody trade, and compositions among them", () => {
    const traders = rain.ledger.records().filter(({ kind }) => kind === "tradeCreated");
    expect(traders.length).to.be.greaterThan(100);
    const deals = rain.steps.flatMap((step) => step.deals);
    const kinds = new Set(deals.map(({ name }) => name.split(" ")[0]));
    for (const kind of ["forward", "per", "call"]) expect(kinds).to.include(kind);
    expect(deals.some(({ intents }) => intents.length > 1)).to.equal(true);
  });

  it("tells of all of it in words", () => {
    const text = [...rain.steps.map(renderStep), renderResult(rain)].join("\n");
    for (const part of [
      "the owner: at least 167 mm",
      "separate + orders",
      "Compositions",
      "P&L",
      "Everything holds.",
    ]) {
      expect(text).to.include(part);
    }
    expect(text).to.not.include("FAILED");
  });

  it("settles a month without rain at zero, after no news at all", async () => {
    const dry = await keep("--month 2012-08 --every 31 --traders 2");
    expect(holds(dry.proof)).to.equal(true);
    expect(dry.steps.map(({ said }) => said.length)).to.deep.equal([0, 1]);
    expect(dry.total).to.equal(0n);
  });

  describe("proof", () => {
    const paidAt = (total: bigint) => (branch: number) =>
      clamp(
        ticks(total),
        branch === 1 ? ROOT : branch === 2 ? { lower: ticks(300n), upper: ROOT.upper } : STRIPS[branch - 3]!,
      );
    const again = (paid = paidAt(2126n), changes: Parameters<typeof proveAgain>[2] = {}) =>
      proveAgain(rain, paid, changes);

    it("holds again", async () => {
      expect(holds(await again())).to.equal(true);
    });

    it("fails if the outcome was another", async () => {
      const { payoffsMatch } = await again(paidAt(2125n));
      expect(payoffsMatch.ok).to.equal(false);
    });

    it("fails if somebody holds a lot more", async () => {
      const positions = await positionsOf(rain);
      const [name, held] = [...positions][0]!;
      positions.set(name, held.with(4, lots(held[4]! + 1n)));
      const { lotsSumToZero } = await again(undefined, { positions });
      expect(lotsSumToZero.ok).to.equal(false);
      expect(lotsSumToZero.figures[4]).to.include({ market: BRANCH_NAMES[4], sum: 1n });
    });

    it("fails if a market record is missing from the logs", async () => {
      const records = rain.ledger.records();
      const last = records.findLastIndex(({ kind }) => kind === "marketRecorded");
      const ledger = { ...rain.ledger, records: () => records.toSpliced(last, 1) };
      const { marketsMatchLogs } = await again(undefined, { ledger });
      expect(marketsMatchLogs.ok).to.equal(false);
    });

    it("fails if the book's collateral differs from the recomputed one", async () => {
      const [first, ...others] = rain.steps;
      const [trader, ...rest] = first!.collateral.traders;
      const wrong = { ...trader!, slackOnChain: tokenWei(1n) };
      const steps = [{ ...first!, collateral: { ...first!.collateral, traders: [wrong, ...rest] } }, ...others];
      const { collateralMatches } = await again(undefined, { steps });
      expect(collateralMatches.ok).to.equal(false);
      expect(collateralMatches.figures.differing).to.deep.equal(["2015-11-01 trader 01"]);
    });
  });
});

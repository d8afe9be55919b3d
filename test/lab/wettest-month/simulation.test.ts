import { expect } from "chai";

import { holds } from "../../../lab/session/proof.js";
import { loadYear } from "../../../lab/wettest-month/beliefs.js";
import { SCALE } from "../../../lab/wettest-month/contract.js";
import { renderDocument } from "../../../lab/wettest-month/document.js";
import { parseOptions } from "../../../lab/wettest-month/options.js";
import { renderResult, renderStep } from "../../../lab/wettest-month/report.js";
import { runWettestMonth, type YearRun } from "../../../lab/wettest-month/simulation.js";
import { parseRain, type RainHistory } from "../../../lab/weather/weather-file.js";
import { expectSoundSteps, itHoldsTo, keeping, proveAgain } from "../weather/support.js";

const SILENT = { phase: () => undefined, step: () => undefined };

async function run(words: string, own?: RainHistory): Promise<YearRun> {
  const request = parseOptions(words.split(" "));
  if (request.kind !== "run") throw new Error("help was asked for");
  return runWettestMonth(request.options, own ?? loadYear(undefined, request.options.year), SILENT);
}

describe("wettest-month study", () => {
  const keep = keeping(run);

  const WORDS = "--year 2015 --traders 3 --seed 3";
  let year: YearRun;
  before(async () => {
    year = await keep(WORDS);
  });

  itHoldsTo(() => year, { again: (seed) => keep(WORDS.replace("--seed 3", `--seed ${seed}`)), renderDocument });

  it("keeps its collateral in order at every step, and needs less of it jointly", () => {
    expectSoundSteps(year.steps);
    for (const { collateral, batches } of year.steps) {
      if (batches.length > 0) expect(collateral.withOrders.joint < collateral.withOrders.separate).to.equal(true);
    }
  });

  it("eliminates months as soon as they are beaten, and is settled by that alone", async () => {
    const out = year.steps.map(({ said }) => said.map(({ record }) => record.marketBranchId));
    // January falls to February, which leads until November; December beats that.
    expect(out).to.deep.equal([[], [], [1], [3], [4], [5], [6], [7], [8], [9], [10], [2], [11]]);
    expect(year.winner).to.equal(12);
    for (const { record } of year.steps.flatMap(({ said }) => said)) expect(record.marketMax).to.equal(0n);
    const { settled } = await year.stage.handle.book.rootOf(2);
    expect(settled).to.equal(true);
    expect(year.steps.at(-1)!.open.filter(Boolean)).to.have.length(1);
  });

  it("delivers both assets in the same parts, as nobody traded the basket", () => {
    for (const { claims } of year.settlement.outcomes) expect(claims[0]).to.equal(claims[1]);
  });

  it("tells of all of it in words", () => {
    const text = [...year.steps.map(renderStep), renderResult(year)].join("\n");
    for (const part of ["January cannot win any more", "wettest", "separate + orders", "P&L", "Everything holds."]) {
      expect(text).to.include(part);
    }
    expect(text).to.not.include("FAILED");
  });

  it("lets the earlier of equal months win: a year of the same rain every month goes to January", async () => {
    const months = Array.from({ length: 24 }, (_, index) => [2020 + Math.floor(index / 12), (index % 12) + 1] as const);
    const lines = months.flatMap(([of, month]) =>
      Array.from({ length: new Date(Date.UTC(of, month, 0)).getUTCDate() }, (_, day) => {
        const date = [of, String(month).padStart(2, "0"), String(day + 1).padStart(2, "0")].join("-");
        return `${date},${day === 0 ? 5 : 0}`;
      }),
    );
    const same = parseRain(["date,precipitation", ...lines].join("\n"), "same.csv");
    const tied = await keep("--year 2021 --traders 2", same);
    expect(holds(tied.proof)).to.equal(true);
    expect(tied.winner).to.equal(1);
  });

  it("fails its proof if another month had won", async () => {
    const proof = await proveAgain(year, (outcome) => (outcome === 11 ? SCALE : 0n));
    expect(proof.payoffsMatch.ok).to.equal(false);
    expect(proof.lotsSumToZero.ok).to.equal(true);
  });
});

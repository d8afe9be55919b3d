import { expect } from "chai";

import { readPriceLines } from "../../src/risk/price-history.js";

const SKIP = "skip";

/** One price for each date, and what is read of them. */
function read(dates: readonly string[], onGap: Parameters<typeof readPriceLines>[2] = SKIP) {
  const lines = dates.map((date, k) => ({ line: k + 2, date, prices: [String(k + 1)] }));
  return readPriceLines(lines, ["AU"], onGap);
}

describe("a history of prices", function () {
  it("has days, or times of any zone, one after the other", function () {
    const dates = ["2026-11-29", "2026-11-30T09:30:00+02:00", "2026-11-30 09:30", "2026-11-30 05:00:00-05:00"];
    const { observations, problems } = read([...dates, "2026-11-30T10:00:00.5Z"]);
    expect(problems).to.deep.equal([]);
    expect(observations.map(({ name }) => name).slice(0, 4)).to.deep.equal(dates);
  });

  it("refuses what no calendar has, and whatever is no date, line by line", function () {
    const wrong = [
      "2026-02-30",
      "2026-13-01",
      "2026-11-31",
      "2026-1-1",
      "30.11.2026",
      "2026-11-30 soon",
      "2026-11-30T24:00Z",
    ];
    const { observations, problems } = read(wrong);
    expect(observations).to.deep.equal([]);
    expect(problems).to.deep.equal(wrong.map((date, k) => `line ${k + 2}, date: ${date} is none, such as 2026-11-30`));
  });

  it("refuses dates that do not rise, by when they were and not by how they are written", function () {
    const { problems } = read(["2026-11-30T10:00:00+02:00", "2026-11-30T09:00:00Z", "2026-11-30T09:30:00+01:00"]);
    expect(problems).to.deep.equal([
      "line 4, date: 2026-11-30T09:30:00+01:00 does not come after 2026-11-30T09:00:00Z",
    ]);
  });

  it("leaves out lines with a gap, or says so; a price of zero, below it, or beyond its field is none", function () {
    const at = (date: string, ...prices: string[]) => ({ line: Number(date.slice(-2)), date, prices });
    const lines = [at("2026-11-02", "1", ""), at("2026-11-03", "2", "5")];
    expect(readPriceLines(lines, ["AU", "AG"], SKIP).observations).to.have.lengthOf(1);
    expect(readPriceLines(lines, ["AU", "AG"], { said: "no price" }).problems).to.deep.equal(["line 2, AG: no price"]);
    const bad = [
      at("2026-11-02", "0"),
      at("2026-11-03", "-1"),
      at("2026-11-04", "1e3"),
      at("2026-11-05", "9".repeat(40)),
    ];
    const { observations, problems } = readPriceLines(bad, ["AU"], SKIP);
    expect(observations).to.deep.equal([]);
    expect(problems.map((problem) => problem.slice(0, 11))).to.deep.equal(
      [2, 3, 4, 5].map((line) => `line ${line}, AU:`),
    );
  });
});

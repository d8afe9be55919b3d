/** What the page's stress test says beside its table, held against the table itself. */
import { expect } from "chai";

import { crowdingIn, historyIn, rarity, stakesIn, reversedIn } from "../../../../app/views/risk/stakes.js";
import { riskTable } from "../../../../app/views/risk/model.js";
import { add, equals, type Fraction, fraction, negate, sum } from "../../../../src/protocol/amounts/fraction.js";
import { inKnownUnit } from "../../../../src/protocol/value/stress-units.js";
import { approximate } from "../../../../src/risk/exposure.js";
import { normalTail } from "../../../../src/risk/normal.js";
import { gainAt } from "../../../../src/risk/told-move.js";
import { RiskError } from "../../../../src/risk/errors.js";
import { assets, count, ground, input } from "./ground.js";

const stakes = stakesIn(input, ground);
const moving = { ...input.moving!, volatilities: assets.map(() => "2") };
const minus = (a: Fraction, b: Fraction): Fraction => add(a, negate(b));

describe("stakesIn", () => {
  it("is what each gains or loses today by the table, summed over its assets", () => {
    const asItIs = { ...input, ranges: assets.map(() => undefined) };
    const { table, names, scale } = riskTable(asItIs, ground);
    expect([...stakes.exposed.map(({ name }) => name), ...stakes.unexposed].sort()).to.deep.equal([...names].sort());
    for (const { name, exposure } of stakes.exposed) {
      const gain = inKnownUnit(table.rows[0]!.profits[names.indexOf(name)]!, scale);
      expect(equals(sum(exposure), gain), name).to.equal(true);
    }
  });
});

describe("reversedIn", () => {
  it("finds moves whose gain is that of the table at the same shocks, less today's", () => {
    const { found } = reversedIn(stakes, moving)!;
    expect(found.length).to.be.above(1);
    for (const { name, worst, exposure } of found) {
      const move = worst!;
      const gain = gainAt(exposure, move);
      expect(move.isPossible).to.equal(true);
      const percent = move.shocks.map((shock) => `${Number(shock / 10n ** 12n) / 10_000}`);
      const at = (texts: readonly (string | undefined)[]): Fraction => {
        const ranges = texts.map((text) =>
          text === undefined ? undefined : { from: text, to: `${Number(text) + 1}`, steps: "2" },
        );
        const { table, names, scale } = riskTable({ ...input, ranges }, ground);
        return inKnownUnit(table.rows[0]!.profits[names.indexOf(name)]!, scale);
      };
      expect(equals(gain, minus(at(percent), at(assets.map(() => undefined)))), name).to.equal(true);
      expect(gain.numerator < 0n).to.equal(true);
    }
  });

  it("finds the likeliest loss, and the corner of a box; each is what it says", () => {
    const box = assets.map((_, k) => String(10 + k));
    const { found, asked } = reversedIn(stakes, { ...moving, loss: "7", box })!;
    expect([asked.loss, asked.box]).to.deep.equal([7, box.map((text) => Number(text) / 100)]);
    for (const { exposure, floats, deviation, likeliest, box: corner } of found) {
      expect(likeliest!.sigmas).to.be.closeTo(7 / deviation!, 1e-9 / deviation!);
      expect(likeliest!.tail).to.equal(normalTail(likeliest!.sigmas));
      expect(approximate(gainAt(exposure, likeliest!.move))).to.be.closeTo(
        -7,
        1e-6 * floats.reduce((all, d) => all + Math.abs(d), 0),
      );
      floats.forEach((d, k) => {
        expect(corner!.shocks[k]).to.equal(BigInt(-Math.sign(d) * (10 + k)) * 10n ** 16n);
      });
    }
    const alone = reversedIn(stakes, { ...moving, volatilities: assets.map(() => ""), box })!;
    expect([alone.along, alone.whole, alone.found[0]!.worst]).to.deep.equal([[], undefined, undefined]);
    expect(alone.found.map((one) => one.box)).to.deep.equal(found.map((one) => one.box));
  });

  it("tells how losses grow as correlations break down, and what one move makes change hands", () => {
    const { along, whole, found } = reversedIn(stakes, moving)!;
    along.forEach(({ breakdowns }, k) => {
      expect(breakdowns.map(({ to }) => to)).to.deep.equal(["none", "all 0.9", "opposite"]);
      for (const { losses } of breakdowns) expect(losses[0]).to.be.closeTo(3 * found[k]!.deviation!, 1e-9);
    });
    const { move, redistributed, part, atMost } = whole!;
    const gains = found.map(({ exposure }) => approximate(gainAt(exposure, move)));
    expect(approximate(redistributed)).to.be.closeTo(gains.reduce((all, gain) => all + Math.abs(gain), 0) / 2, 1e-9);
    expect(approximate(part!)).to.be.closeTo(approximate(redistributed) / approximate(stakes.worth), 1e-12);
    expect(approximate(redistributed)).to.be.at.most(atMost * (1 + 1e-6));
  });

  it("in parts of the basket has stakes that sum to nothing", () => {
    const relative = stakesIn({ ...input, moving: { ...moving, relative: true } }, ground);
    for (const { exposure } of relative.exposed) expect(sum(exposure).numerator).to.equal(0n);
    expect(relative.exposed.some(({ exposure }) => exposure.some(({ numerator }) => numerator !== 0n))).to.equal(true);
  });

  it("is nothing while something is missing, has no move where nothing moves, and says how rare a move is", () => {
    expect(reversedIn(stakes, input.moving!)).to.equal(undefined);
    const still = reversedIn(stakes, { ...moving, volatilities: assets.map(() => "0") })!;
    expect(still.found.map(({ worst }) => worst)).to.deep.equal(stakes.exposed.map(() => undefined));
    expect(() => reversedIn(stakes, { ...moving, sigmas: "0" })).to.throw(RiskError, "PARAMETER_INVALID");
    expect([rarity(1), rarity(3)]).to.deep.equal([6, 741]);
  });
});

describe("historyIn", () => {
  const symbols = assets.map(({ symbol }) => symbol);
  const header = ["date", ...symbols].join(",");
  const line = (date: string, price: (k: number) => number | string): string => [date, ...symbols.map((_, k) => price(k))].join(","); // prettier-ignore
  const text = [
    header,
    line("2026-01-01", () => 100),
    line("2026-01-02", (k) => 110 + k),
    line("2026-01-03", () => 99),
  ].join("\r\n");

  it("has windows with exact returns, of columns by symbol or number, whatever the line ends", () => {
    const { windows, problems } = historyIn(`\uFEFF${text}`, symbols, 1);
    expect(problems).to.deep.equal([]);
    expect(windows.map(({ from, to }) => [from, to])).to.deep.equal([
      ["2026-01-01", "2026-01-02"],
      ["2026-01-02", "2026-01-03"],
    ]);
    expect(equals(windows[0]!.returns[0]!, fraction(1n, 10n))).to.equal(true);
    const numbered = text.replace(header, ["date", ...symbols.map((_, k) => k + 1)].join(","));
    expect(historyIn(numbered, symbols, 1).windows).to.deep.equal(windows);
  });

  it("leaves out days with gaps, and says what else is wrong", () => {
    const gap = [
      header,
      line("2026-01-01", () => 1),
      line("2026-01-02", (k) => (k === 0 ? "" : 1)),
      line("2026-01-03", () => 1),
    ];
    expect(historyIn(gap.join("\n"), symbols, 1).windows).to.have.length(1);
    expect(historyIn("", symbols, 1).problems).to.have.length(count + 1);
    expect(historyIn("date,A1", symbols, 1).problems).to.include(`no column ${symbols[1]}`);
    const backwards = [header, line("2026-01-02", () => 1), line("2026-01-01", () => 0)].join("\n");
    expect(historyIn(backwards, symbols, 1).problems[0]).to.equal(
      "line 3, date: 2026-01-01 does not come after 2026-01-02",
    );
    expect(historyIn(`${header}\n2026-01-01`, symbols, 1).problems).to.deep.equal([
      `line 2: 1 cells under ${count + 1} columns`,
    ]);
    const twice = `${header},1\n${line("2026-01-01", () => 1)},2\n`;
    expect(historyIn(twice, symbols, 1).problems).to.deep.equal([`1 is the same asset as ${symbols[0]}`]);
    const never = [header, line("2026-02-30", () => 1), line("2026-03-01", () => 2)].join("\n");
    expect(historyIn(never, symbols, 1).problems).to.deep.equal([
      "line 2, date: 2026-02-30 is none, such as 2026-11-30",
    ]);
    expect(() => historyIn(text, symbols, 3)).to.throw(RiskError, "OBSERVATIONS_TOO_FEW");
    expect(() => historyIn(text, symbols, NaN)).to.throw(RiskError, "PARAMETER_INVALID");
  });
});

describe("crowdingIn", () => {
  it("counts all of the basket: shares of each asset are between one over the holders and the largest", () => {
    const { assets: found, overlap } = crowdingIn(input, ground, stakes);
    expect(found).to.have.length(count);
    for (const { holders, herfindahl, largest, topThree } of found) {
      expect(herfindahl.numerator * BigInt(holders) >= herfindahl.denominator).to.equal(true);
      expect(herfindahl.numerator * largest.denominator <= largest.numerator * herfindahl.denominator).to.equal(true);
      expect(topThree.numerator <= topThree.denominator).to.equal(true);
    }
    expect(overlap.views).to.equal(stakes.exposed.length);
    expect(overlap.likeness! >= -(10n ** 18n) && overlap.likeness! <= 10n ** 18n).to.equal(true);
  });
});

import { expect } from "chai";

import { beyondLimit } from "../../../../app/views/risk/limit.js";
import { riskTable } from "../../../../app/views/risk/model.js";
import { NOTHING_PRETENDED, pretended } from "../../../../app/views/risk/what-if.js";
import { RuleError } from "../../../../src/protocol/amounts/errors.js";
import { compare, fraction, type Fraction } from "../../../../src/protocol/amounts/fraction.js";
import { decimalText } from "../../../../app/ui/numbers.js";
import { ground, holdings, input } from "./ground.js";

const risk = riskTable(input, ground);
const DIGITS = 18;

/** What somebody loses at most, by all rows. */
function lossOf({ table, scale }: typeof risk, holder: number): Fraction {
  return table.rows
    .map(({ profits }) => profits[holder]!)
    .map(({ numerator, denominator }) => fraction(0n - numerator, denominator * scale))
    .reduce((a, b) => (compare(a, b) >= 0 ? a : b));
}

/** Of a loss above zero, cut at the last digit that can be typed, and the next one above. */
function around({ numerator, denominator }: Fraction): readonly [below: string, above: string] {
  const cut = (numerator * 10n ** BigInt(DIGITS)) / denominator;
  return [decimalText(cut - 1n, DIGITS), decimalText(cut + 1n, DIGITS)];
}

describe("a limit on losses", function () {
  const losses = risk.names.map((_, holder) => lossOf(risk, holder));
  const losers = risk.names.filter((_, holder) => losses[holder]!.numerator > 0n);

  it("names everybody who loses more in any scenario, and in which most", function () {
    expect(losers.length).to.be.greaterThan(2);
    const found = beyondLimit("0", risk, undefined);
    expect(found.map(({ name }) => name)).to.deep.equal(losers);
    for (const { name, now, then } of found) {
      const holder = risk.names.indexOf(name);
      expect(compare(now.loss, losses[holder]!), name).to.equal(0);
      expect([now.isBeyond, then]).to.deep.equal([true, undefined]);
      const { profits } = risk.table.rows.find((row) => row.name === now.scenario)!;
      expect(compare(profits[holder]!, risk.table.worstProfits[holder]!.value)).to.equal(0);
    }
  });

  it("is exact to the last digit", function () {
    for (const name of losers) {
      const [below, above] = around(losses[risk.names.indexOf(name)]!);
      const names = (limit: string) => beyondLimit(limit, risk, undefined).map((one) => one.name);
      expect(names(below), below).to.include(name);
      expect(names(above), above).to.not.include(name);
    }
  });

  it("has both, what is and what would be, where a trade is pretended", function () {
    const [buyer, seller] = holdings.traders as [string, string];
    const trade = { ...NOTHING_PRETENDED, buyer, seller, market: "1.1", price: "1", lots: "3000" };
    const then = pretended(trade, input, ground)!;
    const after = riskTable(then.input, then.ground);
    const wanted = lossOf(after, 1);
    expect(compare(wanted, losses[1]!)).to.be.greaterThan(0); // sold what is worth all of the basket for a hundredth of it
    const [limit] = around(wanted);
    const found = beyondLimit(limit, risk, after).find(({ name }) => name === seller)!;
    expect([found.now.isBeyond, found.then!.isBeyond]).to.deep.equal([false, true]);
    expect([compare(found.now.loss, losses[1]!), compare(found.then!.loss, wanted)]).to.deep.equal([0, 0]);
    expect(beyondLimit(limit, risk, undefined).map(({ name }) => name)).to.not.include(seller);
  });

  it("is refused if it is none", function () {
    for (const text of ["x", "1e3", " "]) expect(() => beyondLimit(text, risk, undefined)).to.throw(RuleError);
  });
});

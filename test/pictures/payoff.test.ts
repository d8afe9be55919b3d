import { expect } from "chai";

import {
  outcomeAxis,
  outcomePayoffs,
  type PayoffData,
  payoffPicture,
  type PayoffPoint,
} from "../../src/pictures/payoff.js";
import { expectSound, ofKind, textsOf, titlesOf, told } from "./sound.js";

const at = (outcome: number, pays: number): PayoffPoint => ({ outcome: told(outcome, " mm"), pays: told(pays) });
/** A short call at 80: nothing up to the strike, then ever less. */
const SHORT: PayoffData = {
  title: "Payoff",
  outcomeUnit: "mm",
  payUnit: "MTL",
  now: [at(0, 2), at(80, 2), at(160, -2)],
  possible: { lower: told(40, " mm"), upper: told(160, " mm") },
  binding: at(160, -2),
  strikes: [told(80, " mm")],
};

describe("a picture of a payoff", function () {
  it("is straight between the corners, over the whole span", function () {
    const picture = payoffPicture(SHORT);
    expectSound(picture);
    const [line] = ofKind(picture, "path").filter(({ tone }) => tone === "own");
    // 0 to 160 mm lie between 80 and 620; 2 to -2 between 44 and 300.
    expect(line!.d).to.equal("M80.00 44.00L350.00 44.00L620.00 300.00");
  });

  it("hatches what cannot come true, and only that", function () {
    const hatched = titlesOf(payoffPicture(SHORT).marks).filter((title) => title.endsWith("impossible"));
    expect(hatched).to.deep.equal(["below 40 mm: impossible"]);
    const open = payoffPicture({ ...SHORT, possible: { lower: told(0), upper: told(160) } });
    expect(ofKind(open, "path").filter(({ tone }) => tone === "impossible")).to.have.length(0);
  });

  it("marks the binding outcome in words and with a sign, and strikes as rules", function () {
    const picture = payoffPicture(SHORT);
    expect(textsOf(picture)).to.include.members(["▼", "binds: 160 mm"]);
    expect(titlesOf(picture.marks)).to.include.members(["strike 80 mm", "binding outcome 160 mm: -2"]);
  });

  it("has the position with an order as a dashed line", function () {
    const picture = payoffPicture({ ...SHORT, withOrder: [at(0, 1), at(160, 1)] });
    expectSound(picture);
    const dashed = ofKind(picture, "path").filter(({ dashed: isDashed }) => isDashed);
    expect(dashed.map(({ title, d }) => [title, d])).to.deep.equal([["with the order", "M80.00 108.00L620.00 108.00"]]);
    expect(picture.table.rows).to.deep.equal([
      ["0 mm", "2", "1", "impossible"],
      ["80 mm", "2", "", ""],
      ["160 mm", "-2", "1", "binds"],
    ]);
  });

  it("says the same in words", function () {
    expect(payoffPicture({ ...SHORT, withOrder: [at(0, 1), at(160, 3)] }).caption).to.equal(
      "Least: -2 at 160 mm. Greatest: 2 at 0 mm. With the order: Least: 1 at 0 mm. Greatest: 3 at 160 mm. " +
        "Outcomes from 40 mm to 160 mm are possible. Now: 160 mm binds with -2.",
    );
    expect(payoffPicture({ ...SHORT, binding: undefined }).caption).to.include("Now: nothing binds.");
  });

  it("marks where it would bind with the order, apart from where it binds now", function () {
    const picture = payoffPicture({ ...SHORT, withOrder: [at(0, 1), at(160, -3)], bindingWithOrder: at(160, -3) });
    expectSound(picture);
    expect(textsOf(picture)).to.include.members(["▼", "▽", "then: 160 mm"]);
    expect(picture.caption).to.match(/With the order: 160 mm binds with -3\.$/);
    expect(picture.table.rows.at(-1)).to.deep.equal(["160 mm", "-2", "-3", "binds, binds with the order"]);
    const [row] = outcomePayoffs("Payoff", [
      { name: "June", now: told(4), withOrder: told(2), isPossible: true, isBinding: false, bindsThen: true },
    ]).table.rows;
    expect(row).to.deep.equal(["June", "4", "2", "binds with the order"]);
  });

  it("tells where outcomes lie in it", function () {
    const axis = outcomeAxis(SHORT);
    expect(axis).to.deep.include({ left: 80, right: 620, low: 0, high: 160 });
    expect(outcomeAxis({ now: [], withOrder: [at(-5, 0), at(5, 0)] })).to.deep.include({ low: -5, high: 5 });
  });

  it("can be of nothing, of one outcome, of nothing but zeros and of huge numbers", function () {
    const empty = payoffPicture({ ...SHORT, now: [], binding: undefined, strikes: [] });
    expectSound(empty);
    expect(empty.caption).to.equal("No position.");
    for (const now of [[at(5, 1)], [at(0, 0), at(1, 0)], [at(-1e308, -1e308), at(1e308, 1e308)]]) {
      expectSound(payoffPicture({ ...SHORT, now, binding: now[0] }));
    }
  });
});

describe("a picture of payoffs by outcome", function () {
  const outcomes = [
    { name: "June", now: told(4), withOrder: told(2), isPossible: true, isBinding: false },
    { name: "July", now: told(-4), isPossible: true, isBinding: true },
    { name: "May", now: told(1), isPossible: false, isBinding: false },
  ];

  it("has bars to both sides of nothing, and hatches what is impossible", function () {
    const picture = outcomePayoffs("Payoff", outcomes);
    expectSound(picture);
    expect(ofKind(picture, "rect").map(({ x, width, tone }) => [x, width, tone])).to.deep.equal([
      [285, 135, "gain"], // room for two amounts beside them
      [285, 67.5, "gain"], // with the order
      [150, 135, "loss"],
    ]);
    expect(titlesOf(picture.marks)).to.include.members(["May: impossible", "with the order: 2"]);
    expect(textsOf(picture)).to.include.members(["▼ July", "4 → 2", "-4", "impossible"]);
  });

  it("says the same in words, and as a table", function () {
    const { caption, table } = outcomePayoffs("Payoff", outcomes);
    expect(caption).to.equal(
      "Least: -4 for July. Greatest: 4 for June. With the order: Least: 2 for June. Greatest: 2 for June. " +
        "2 of 3 outcomes are possible. Now: July binds with -4.",
    );
    expect(table.rows).to.deep.equal([
      ["June", "4", "2", ""],
      ["July", "-4", "", "binds"],
      ["May", "1", "", "impossible"],
    ]);
  });

  it("can be of nothing, of all equal and of huge numbers", function () {
    expectSound(outcomePayoffs("Payoff", []));
    for (const value of [0, 3, -1e308]) {
      const some = ["a", "b"].map((name) => ({ name, now: told(value), isPossible: true, isBinding: false }));
      expectSound(outcomePayoffs("Payoff", some));
    }
  });
});

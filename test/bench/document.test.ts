/** What programs get from the benchmark. */
import { expect } from "chai";

import { figuresOf } from "../../bench/document.js";
import { meetsAim, type PartResult, type Row } from "../../bench/part.js";

const row = (id: string, rest: Partial<Row> = {}): Row => ({ id, what: `did ${id}`, value: 10, unit: "gas", ...rest });
const part = (...rows: Row[]): PartResult => ({ rows, pictures: [], notes: [] });

describe("Figures of the benchmark", () => {
  it("stand under their names, with what was done, and the aim beside them", () => {
    expect(figuresOf({ gas: part(row("pair", { aim: 12 }), row("deposit", { firstUse: 30 })) })).to.deep.equal({
      gas: {
        pair: { value: 10, unit: "gas", what: "did pair", aim: 12, meetsAim: true },
        deposit: { value: 10, unit: "gas", what: "did deposit", firstUse: 30 },
      },
    });
  });

  it("of one kind in several sizes stand together, by size", () => {
    const figures = figuresOf({ gas: part(row("check 2"), row("check 32"), row("redeem a leg")) });
    expect(Object.keys(figures.gas ?? {})).to.have.members(["check", "redeem a leg"]);
    expect(Object.keys(figures.gas?.["check"] ?? {})).to.deep.equal(["2", "32"]);
  });

  describe("given an aim", () => {
    it("meet it at or below, where less is better", () => {
      expect(meetsAim(row("a", { value: 10, aim: 10 }))).to.equal(true);
      expect(meetsAim(row("a", { value: 11, aim: 10 }))).to.equal(false);
    });

    it("meet it at or above, where more is better", () => {
      expect(meetsAim(row("a", { value: 10, aim: 10, atLeast: true }))).to.equal(true);
      expect(meetsAim(row("a", { value: 9, aim: 10, atLeast: true }))).to.equal(false);
    });

    it("say nothing without one", () => {
      expect(meetsAim(row("a"))).to.equal(undefined);
    });
  });
});

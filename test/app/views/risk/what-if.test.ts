import { expect } from "chai";

import { holdingsIn } from "../../../../app/data/mirror/holders.js";
import { type RiskGround, type RiskInput, riskTable } from "../../../../app/views/risk/model.js";
import {
  hasTrade,
  NOTHING_PRETENDED,
  pretended,
  readWhatIf,
  type WhatIf,
  writeWhatIf,
} from "../../../../app/views/risk/what-if.js";
import { createProjector } from "../../../../src/history/projector.js";
import type { RuleError } from "../../../../src/protocol/amounts/errors.js";
import { equals } from "../../../../src/protocol/amounts/fraction.js";
import type { AssetUnits, TokenWei } from "../../../../src/protocol/amounts/units.js";
import { blocksOf, eventfulRun, projectAll } from "../../../history/support.js";

const run = eventfulRun(11, 160);
const blocks = blocksOf(run.logged);
const projector = createProjector(run.stage.terms, 1_000);
projectAll(projector, blocks);
const holdings = holdingsIn(
  projector.state,
  blocks.flatMap(({ records }) => records),
  7,
);
const assets = Array.from({ length: projector.state.terms.assets }, (_, k) => ({ symbol: `A${k + 1}`, decimals: 18 }));
const most = holdings.pool.reduce((a, b) => (a > b ? a : b));
const ground: RiskGround = {
  ...{ holdings, assets, roots: [] },
  basket: { quantities: assets.map(() => 1_000_003n as AssetUnits), supply: (most * 3n) as TokenWei },
};
const input: RiskInput = {
  prices: assets.map((_, k) => `${100 + k}`),
  ranges: assets.map(() => undefined),
  numeraire: "price",
  baseline: "deposits",
  outcomes: new Map(),
};
const [buyer, seller] = holdings.traders as [string, string];
const trade: WhatIf = { ...NOTHING_PRETENDED, buyer, seller, market: "1.1", price: "50", lots: "3", limit: "20" };

describe("a trade that is pretended", function () {
  it("changes what its two sides have by as much, one up and one down, and nobody else", function () {
    const then = pretended(trade, input, ground)!;
    const [before] = riskTable(input, ground).table.rows;
    const [after] = riskTable(then.input, then.ground).table.rows;
    expect(after!.profitTotal.numerator, "the row still sums to zero").to.equal(0n);
    const changed = after!.profits.flatMap((profit, k) => (equals(profit, before!.profits[k]!) ? [] : [k]));
    expect(changed).to.deep.equal([0, 1]);
    expect(holdings.accounts, "and nothing of it stays").to.deep.equal(
      holdingsIn(
        projector.state,
        blocks.flatMap(({ records }) => records),
        7,
      ).accounts,
    );
  });

  it("is none while it is still being typed", function () {
    expect(pretended(NOTHING_PRETENDED, input, ground)).to.equal(undefined);
    expect(hasTrade({ ...trade, lots: "" })).to.equal(false);
    expect(pretended({ ...trade, lots: "" }, input, ground)).to.equal(undefined);
  });

  it("is refused if it is none", function () {
    const refused = (part: Partial<WhatIf>): string | undefined => {
      try {
        pretended({ ...trade, ...part }, input, ground);
        return undefined;
      } catch (error) {
        return (error as RuleError).code;
      }
    };
    expect(refused({ seller: buyer })).to.equal("SHAPE_MISMATCH");
    expect(refused({ buyer: `0x${"99".repeat(20)}` })).to.equal("SHAPE_MISMATCH");
    expect(refused({ lots: "0" })).to.equal("AMOUNT_OUT_OF_RANGE");
    expect(refused({ lots: "-2" })).to.equal("AMOUNT_OUT_OF_RANGE");
    expect(refused({ price: "x" })).to.equal("AMOUNT_MALFORMED");
    expect(refused({ market: "99.1" })).to.equal("Book_MarketUnknown");
    expect(refused({ market: "" })).to.equal(undefined);
  });
});

describe("an outcome that is pretended", function () {
  it("stands in the place of what was typed", function () {
    const then = pretended({ ...NOTHING_PRETENDED, outcomes: new Map([[2, "7"]]) }, { ...input, outcomes: new Map([[2, "5"], [3, "1"]]) }, ground)!; // prettier-ignore
    expect([...then.input.outcomes]).to.deep.equal([
      [2, "7"],
      [3, "1"],
    ]);
    expect(then.ground).to.equal(ground);
  });
});

describe("what is pretended, in an address", function () {
  it("is read back as it was written", function () {
    const params = new URLSearchParams();
    const both: WhatIf = { ...trade, outcomes: new Map([[2, "83"]]) };
    writeWhatIf(both, params);
    expect(readWhatIf(new URLSearchParams(params.toString()))).to.deep.equal(both);
    expect(readWhatIf(new URLSearchParams(`wb=${"x".repeat(999)}&wrootx=1&wroot3=`))).to.deep.equal({
      ...NOTHING_PRETENDED,
      buyer: "x".repeat(44),
    });
  });
});

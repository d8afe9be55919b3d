import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { ask, tell } from "../../support.js";
import { MOVING, type Shown, useFolder } from "./ground.js";

interface Whole {
  readonly redistribution: {
    readonly returns: readonly { readonly part: string }[];
    readonly atLeast: Shown;
    readonly atMost: number;
    readonly partOfBasket: Shown | null;
  };
  readonly crowding: readonly {
    readonly asset: string;
    readonly holders: number;
    readonly herfindahl: Shown;
    readonly effective: Shown | null;
    readonly topThree: Shown;
    readonly largest: Shown;
    readonly largestHolder: string | null;
  }[];
  readonly overlap: { readonly stakes: number; readonly cosineAtto: string | null };
}

describe("session stress session", function () {
  const folder = useFolder();

  it("between two is what one loses in its worst move", async function () {
    const { redistribution } = await ask<Whole>(
      {},
      "stress",
      "session",
      ...folder().holdings,
      ...MOVING,
      "--digits",
      "6",
    );
    expect(redistribution.atMost).to.be.closeTo(64.080028, 1e-6);
    expect(redistribution.atLeast.rounded).to.equal("64.080050"); // of the move as it is printed
    expect(redistribution.returns.map(({ part }) => part.replace("-", ""))).to.deep.equal(["0.245786", "0.263343"]);
    expect(redistribution.partOfBasket!.rounded).to.equal("0.063133"); // of 1015
  });

  it("tells in how few hands each asset is, and how alike stakes are", async function () {
    const file = await folder().write("few.csv", "holder,AU,AG\na,5,1\nb,3,1\nc,2,1\n");
    const few = ["--allocations", file, "--prices", "AU=1,AG=1"];
    const { crowding, overlap } = await ask<Whole>({}, "stress", "session", ...few, ...MOVING);
    const [gold, silver] = crowding;
    expect(gold).to.deep.include({ asset: "AU", holders: 3, largestHolder: "a" });
    expect([gold!.herfindahl.rounded, gold!.effective!.rounded]).to.deep.equal(["0.380000", "2.63"]);
    expect([gold!.topThree.rounded, gold!.largest.rounded]).to.deep.equal(["1.000000", "0.500000"]);
    expect(silver!.effective!.rounded).to.equal("3.00");
    // 5 − 3⅓ against −⅓ and −1⅓: all in gold, so pairs are −1, −1 and 1
    expect(overlap).to.deep.equal({ stakes: 3, cosineAtto: "-333333333333333333" });
  });

  it("draws shares and concentration", async function () {
    const svg = join(folder().path, "shares.svg");
    expect(await tell({}, "stress", "session", ...folder().holdings, ...MOVING, "--svg", svg)).to.contain(
      `Picture: ${svg}`,
    );
    const drawn = await readFile(svg, "utf8");
    expect(drawn).to.contain("AU: largest share 0.6383, Herfindahl 0.4749");
  });

  it("of a single holder has nothing to redistribute", async function () {
    const file = await folder().write("one.csv", "holder,AU,AG\na,5,1\n");
    const one = ["stress", "session", "--allocations", file, "--prices", "AU=1,AG=1", ...MOVING];
    const { redistribution, overlap, crowding } = await ask<Whole>({}, ...one);
    expect([redistribution.atLeast.rounded, redistribution.atMost]).to.deep.equal(["0.00", 0]);
    expect(overlap).to.deep.equal({ stakes: 0, cosineAtto: null });
    expect(crowding[0]!.effective!.rounded).to.equal("1.00");
    expect(await tell({}, ...one)).to.contain("fewer than two have something at stake");
  });
});

import { expect } from "chai";

import { ask, expectTold, session, tell } from "../../support.js";
import { useFolder } from "./ground.js";

interface Broken {
  readonly steps: readonly number[];
  readonly holders: readonly {
    readonly name: string;
    readonly breakdowns: readonly { readonly to: string; readonly losses: readonly (number | null)[] }[];
  }[];
}

describe("session stress correlation", function () {
  const folder = useFolder();

  const words = (rho: string): string[] => ["stress", "correlation", ...folder().holdings, "--sigmas", "1", "--volatility", "AU=20%,AG=15%", "--correlation", `AU/AG=${rho}`]; // prettier-ignore

  it("tells losses as correlations go to none, all alike, and the opposite", async function () {
    const { steps, holders } = await ask<Broken>({}, ...words("0.5"));
    expect(steps).to.deep.equal([0, 0.5, 1]);
    expect(holders.map(({ name }) => name)).to.deep.equal(["Ann", "Bob"]);
    const [none, alike, opposite] = holders[0]!.breakdowns;
    expect([none!.to, alike!.to, opposite!.to]).to.deep.equal(["none", "all 0.9", "opposite"]);
    expect(none!.losses[0]).to.be.closeTo(21.360009, 1e-6);
    expect(none!.losses[2]).to.be.closeTo(30.103986, 1e-6);
    expect(alike!.losses[2]).to.be.closeTo(9.810708, 1e-6);
    expect(opposite!.losses[2]).to.be.closeTo(36.8273, 1e-6);
  });

  it("tells people the same", async function () {
    expect(await tell({}, ...words("0.9"))).to.match(/Ann +none +9\.810708 +22\.388613 +30\.103986/);
  });

  it("refuses a correlation of all that is none", async function () {
    await expectTold(session({}, ...words("0.5"), "--all", "1.2", "--json"), 2, "ARGUMENT_INVALID");
  });
});

/** A supply of zero or below went as far as ethers, which refused it in its own words with status 1. */
import { expect } from "chai";

import { expectTold, problemsOf, session } from "../cli/support.js";
import { as } from "../cli/support.js";
import { openWorld } from "../cli/world.js";

describe("a supply on the command line", function () {
  it("is above zero", async function () {
    const { env, organiser, assets } = await openWorld();
    for (const supply of ["-5", "0", "-0.000000000000000001"]) {
      const words = ["--asset", `${assets[0]}=1`, "--name", "n", "--symbol", "s", "--t1", "+1h", "--t2", "+2h"];
      const run = session(as(env, organiser), "create", ...words, "--supply", supply, "--dry-run", "--json");
      const [problem, ...others] = problemsOf(await expectTold(run, 2, "SETTINGS_INVALID"));
      expect(problem).to.match(/^--supply: .*above zero/);
      expect(others).to.deep.equal([]);
    }
  });
});

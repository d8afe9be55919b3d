/**
 * A session was asked of an address without a contract: the transaction was sent, cost its gas and did nothing; a dry run spoke of
 * data that could not be decoded.
 */
import { expect } from "chai";

import { createSession } from "../../src/client/organiser.js";
import { as, expectTold, session } from "../cli/support.js";
import { HOUR, openWorld, termsOf } from "../cli/world.js";
import { expectClientError } from "../client/support.js";

describe("a factory that is none", function () {
  it("is found out before anything is sent", async function () {
    const { env, organiser, carol, assets, handle } = await openWorld();
    const nonce = await organiser.getNonce();
    const terms = termsOf(assets, handle.t1 + HOUR);
    const values = { address: carol.address, chainId: 31_337n };
    await expectClientError(createSession(carol.address, organiser, terms), "Client_NotAFactory", values);
    const words = [
      "create",
      "--asset",
      `${assets[0]}=1`,
      "--supply",
      "1",
      "--name",
      "n",
      "--symbol",
      "s",
      "--t1",
      "+1h",
    ];
    for (const mode of [["--dry-run"], []]) {
      const run = session(
        as(env, organiser),
        ...[...words, "--t2", "+2h", "--factory", carol.address, ...mode, "--json"],
      );
      await expectTold(run, 2, "Client_NotAFactory", { address: carol.address, chainId: "31337" });
    }
    expect(await organiser.getNonce()).to.equal(nonce);
  });
});

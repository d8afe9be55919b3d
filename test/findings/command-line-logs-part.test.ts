/** Logs that could not be put where they were wanted stayed beside it, as NAME.part: a file that looks like one, and is none. */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { expectTold, session } from "../cli/support.js";
import { openWorld } from "../cli/world.js";

describe("logs that cannot be saved", function () {
  it("leave nothing behind", async function () {
    const { env, folder } = await openWorld();
    const taken = join(folder, "session.log");
    await mkdir(taken);
    await expectTold(session(env, "logs", "--out", taken, "--json"), 2, "FILE_UNWRITABLE", { file: taken });
    expect(await readdir(folder)).to.deep.equal(["session.log"]);
  });
});

/**
 * Holdings that the first row of a JSON file did not name were left out, and so was a baseline of an asset that is none: the
 * stress test then was of a smaller basket, and said nothing.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { holdersInFile } from "../../src/cli/input/holders-file.js";
import { silentContext } from "../cli/context.js";
import { expectCliError } from "../cli/support.js";

describe("holdings in a file", function () {
  let cwd: string;

  before(async function () {
    cwd = await mkdtemp(join(tmpdir(), "session-holdings-"));
  });

  after(async function () {
    await rm(cwd, { recursive: true });
  });

  async function refused(content: string, ...problems: string[]): Promise<void> {
    await writeFile(join(cwd, "held"), content);
    expectCliError(() => holdersInFile(silentContext({ cwd }), "held"), "FILE_INVALID", { file: "held", problems });
  }

  it("are refused if a row names an asset that the first does not", async function () {
    const rows = [
      { holder: "ann", AU: "1" },
      { holder: "bob", AU: "1", AG: "5" },
    ];
    await refused(JSON.stringify(rows), "line 2: AG stands in no row before");
    await refused(JSON.stringify([rows[0], { ...rows[0], "base:AU": 1 }]), "line 2: base:AU stands in no row before");
  });

  it("are refused if there is a baseline of an asset that nobody holds", async function () {
    await refused("holder,AU,base:AU,base:AG\nann,1,1,7\n", "base:AG: there is no column AG");
  });
});

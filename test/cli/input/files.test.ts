import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { readJson, readText, writeText } from "../../../src/cli/input/files.js";
import { expectCliError } from "../support.js";

describe("files that the user names", function () {
  let cwd: string;

  before(async function () {
    cwd = await mkdtemp(join(tmpdir(), "session-files-"));
    await mkdir(join(cwd, "inside"));
    await writeFile(join(cwd, "inside", "a.txt"), "größe\n");
  });

  after(async function () {
    await rm(cwd, { recursive: true });
  });

  it("are looked for where the command was called, unless they begin at the root", function () {
    expect(readText({ cwd }, "inside/a.txt")).to.equal("größe\n");
    expect(readText({ cwd: join(cwd, "inside") }, "a.txt")).to.equal("größe\n");
    expect(readText({ cwd: join(cwd, "inside") }, "../inside/a.txt")).to.equal("größe\n");
    expect(readText({ cwd: tmpdir() }, join(cwd, "inside", "a.txt"))).to.equal("größe\n");
  });

  it("cannot be read if they are not there, or folders: named as they were given, with the reason", function () {
    const { values } = expectCliError(() => readText({ cwd }, "b.txt"), "FILE_UNREADABLE", { file: "b.txt" });
    expect(values["reason"]).to.contain("ENOENT");
    const folder = expectCliError(() => readText({ cwd }, "inside"), "FILE_UNREADABLE", { file: "inside" });
    expect(folder.values["reason"]).to.contain("EISDIR");
    expectCliError(() => readText({ cwd }, ""), "FILE_UNREADABLE", { file: "" });
  });

  it("are written as they are, over what was there", async function () {
    writeText({ cwd }, "inside/out.svg", "<svg/>\n");
    writeText({ cwd }, "inside/out.svg", "new");
    expect(await readFile(join(cwd, "inside", "out.svg"), "utf8")).to.equal("new");
  });

  it("cannot be written into a folder that is not there, or as one", function () {
    const missing = expectCliError(() => {
      writeText({ cwd }, "outside/out.svg", "x");
    }, "FILE_UNWRITABLE");
    expect(missing.values).to.deep.include({ file: "outside/out.svg" });
    expect(missing.advice).to.contain("folder that exists");
    expectCliError(
      () => {
        writeText({ cwd }, "inside", "x");
      },
      "FILE_UNWRITABLE",
      { file: "inside" },
    );
  });

  it("are JSON, or are said not to be, with the parser's reason", async function () {
    await writeFile(join(cwd, "good.json"), '{"a": ["1", null]}');
    expect(readJson({ cwd }, "good.json")).to.deep.equal({ a: ["1", null] });
    for (const content of ["", "{", "{'a': 1}", "[1,]", "undefined"]) {
      await writeFile(join(cwd, "bad.json"), content);
      const { values } = expectCliError(() => readJson({ cwd }, "bad.json"), "FILE_INVALID", { file: "bad.json" });
      expect((values["problems"] as string[])[0]).to.match(/JSON/);
    }
    expectCliError(() => readJson({ cwd }, "none.json"), "FILE_UNREADABLE");
  });
});

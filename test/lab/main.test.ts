import { spawnSync } from "node:child_process";

import { expect } from "chai";

import { listStudies, STUDIES } from "../../lab/table.js";
import { startStudy } from "./start-study.js";

describe("the studies' one command", () => {
  it("lists every study in a line with --help", () => {
    const { status, stdout, stderr } = startStudy("--help", []);
    expect([status, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.include(listStudies());
    const laboratories = ["kyle", "glosten-milgrom", "nats", "curation", "design", "pairs"];
    const sessions = ["stocks", "rainfall", "wettest-month", "maker"];
    expect(Object.keys(STUDIES)).to.deep.equal([...sessions, ...laboratories, "lifecycle", "live"]);
  });

  it("exits with 2 on a name that is none, and lists them on stderr alone", () => {
    for (const name of ["snow", "toString"]) {
      const { status, stdout, stderr } = startStudy(name, ["--json"]);
      expect([status, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.include(`no study ${name}`).and.to.include(listStudies());
    }
  });

  it("exits with 2 without a name, and lists them on stderr alone", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx/esm", "lab/main.ts"], {
      encoding: "utf8",
    });
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.include(listStudies());
  });
});

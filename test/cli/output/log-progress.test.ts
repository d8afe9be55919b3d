import { expect } from "chai";

import { logProgress } from "../../../src/cli/output/log-progress.js";
import type { Progress } from "../../../src/verify/report.js";

describe("how far a log has got", function () {
  function said(...steps: readonly Progress[]): string[] {
    const lines: string[] = [];
    const tell = logProgress({ progress: (line) => lines.push(line) });
    steps.forEach(tell);
    return lines;
  }

  const reading = (done: number, total?: number): Progress => ({ phase: "reading", done, total });
  const verifying = (done: number, total?: number): Progress => ({ phase: "verifying", done, total });

  it("is said once for every tenth that is done", function () {
    expect(said(reading(1, 100), reading(5, 100), reading(10, 100), reading(19, 100), reading(100, 100))).to.deep.equal(
      ["Reading logs: 0% of the blocks", "Reading logs: 10% of the blocks", "Reading logs: 100% of the blocks"],
    );
  });

  it("is said in blocks and records while nobody knows how many there are", function () {
    expect(said(reading(64), reading(128), verifying(7))).to.deep.equal([
      "Reading logs: 64 blocks",
      "Reading logs: 128 blocks",
      "Verifying: 7 records",
    ]);
  });

  it("is said anew in the next phase", function () {
    expect(said(reading(2, 2), verifying(0, 40), verifying(4, 40))).to.deep.equal([
      "Reading logs: 100% of the blocks",
      "Verifying: 0% of 40 records",
      "Verifying: 10% of 40 records",
    ]);
  });

  it("divides by nothing where there is nothing", function () {
    expect(said(verifying(0, 0))).to.deep.equal(["Verifying: 0 records"]);
  });

  it("is at most eleven lines a phase, however many steps there are", function () {
    const steps = Array.from({ length: 5_000 }, (_, done) => verifying(done + 1, 5_000));
    expect(said(...steps)).to.have.length(11);
  });
});

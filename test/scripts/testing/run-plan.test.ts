import { expect } from "chai";

import { runPlan, summaryOf } from "../../../scripts/testing/run-plan.js";
import type { Plan, Step } from "../../../scripts/testing/steps.js";

const step = (name: string, counts: Step["counts"], program: string): Step => ({
  ...{ name, counts },
  command: [process.execPath, "-e", program],
});
const check = (name: string, program = ""): Step => step(name, "check", program);
/** A suite that ends so after it has sent its numbers. */
const suite = (
  name: string,
  passed: number,
  failed: number,
  { ending = "", failures = [] }: { readonly ending?: string; readonly failures?: readonly string[] } = {},
): Step =>
  step(
    name,
    "tests",
    `process.send({ passed: ${passed}, failed: ${failed}, skipped: 0, failures: ${JSON.stringify(failures)} }, () => { ${ending} process.exit(0); });`,
  );

describe("a run of a plan", () => {
  let said: string[];
  beforeEach(() => {
    said = [];
  });
  const run = (built: readonly Step[], others: Partial<Plan> = {}): Promise<number> =>
    runPlan({ independent: [], build: check("build"), compile: [], typed: [], built, ...others }, (line: string) =>
      said.push(line),
    );
  const told = (name: string): string => said.find((line) => line.includes(`] ${name}`)) ?? "nothing";

  it("adds up what all lanes have passed, and ends well", async () => {
    const suites = Array.from({ length: 7 }, (_, index) => suite(`suite ${index}`, 10 + index, 0));
    expect(await run([...suites, check("types")], { independent: [check("format")] })).to.equal(0);
    expect(said.at(-1)).to.equal("94 passed, 0 failed");
    for (const { name } of suites) expect(told(name)).to.match(/^\[ok\]/);
  });

  it("fails with a test, a check, or a suite that breaks off, whichever lane it is in", async () => {
    const good = suite("good", 1, 0);
    const bad = [
      suite("red", 3, 2),
      check("style", "process.exit(1)"),
      suite("broken off", 4, 0, { ending: "process.kill(process.pid, 'SIGKILL');" }),
      step("silent", "tests", ""),
      suite("empty", 0, 0),
    ];
    for (const one of bad) {
      for (const steps of [
        [one, good],
        [good, one],
      ]) {
        expect(await run(steps), one.name).to.equal(1);
        expect(told(one.name)).to.match(/^\[FAILED\]/);
      }
    }
  });

  it("tells at its end, whichever lane it was in, what has failed", async () => {
    const failures = ["a book › keeps its order\n  Error: 3 before 2"];
    const [red, style] = [suite("red", 3, 1, { failures }), check("style", "console.log('line 7'); process.exit(1)")];
    for (const built of [
      [red, suite("good", 1, 0)],
      [suite("good", 1, 0), red],
    ]) {
      said = [];
      await run(built, { independent: [style] }); // what runs beside the build is captured
      expect(said.at(-1)).to.equal("5 passed, 2 failed");
      const end = said.slice(said.findIndex((line) => line.startsWith("\n[FAILED]"))).join("\n");
      expect(end).to.match(/\n\[FAILED\] red: .*\n {2}a book › keeps its order\n {4}Error: 3 before 2\n/);
      expect(end).to.match(/\n\[FAILED\] style: exit status 1.*\n {2}line 7\n/);
      expect(end).to.not.include("good");
    }
  });

  it("runs nothing that needs a build that has failed, and fails", async () => {
    const independent = [check("format")];
    const [typed, compile] = [[check("lint")], [check("build of tests")]];
    const broken = check("build", "process.exit(1)");
    expect(await run([suite("unbuilt", 1, 0)], { independent, typed, compile, build: broken })).to.equal(1);
    expect(said.at(-1)).to.equal("1 passed, 1 failed");
    for (const name of ["lint", "build of tests", "unbuilt"]) expect(told(name)).to.equal("nothing");
  });

  it("runs what needs types alone if only the build of tests has failed", async () => {
    const compile = [check("build of tests", "process.exit(1)")];
    expect(await run([suite("unbuilt", 1, 0)], { typed: [check("lint")], compile })).to.equal(1);
    expect(said.at(-1)).to.equal("2 passed, 1 failed");
    expect(told("lint")).to.match(/^\[ok\]/);
    expect(told("unbuilt")).to.equal("nothing");
  });

  it("counts a step without a result as one that failed", () => {
    const done = { name: "a", passed: 5, failed: 0, note: "", seconds: 1, captured: "", failures: [] };
    expect(summaryOf([done], 2)).to.deep.equal({ line: "5 passed, 1 failed", status: 1 });
  });
});

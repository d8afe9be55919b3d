import { expect } from "chai";

import { filesOf, suitesWith } from "../../../scripts/testing/files.js";
import { type Plan, plannedSteps, type Suite, USUAL_SUITES } from "../../../scripts/testing/steps.js";

const FILE = "test/node/bloom.test.ts";

describe("the steps of npm test", () => {
  const namesIn = ({ independent, compile, typed, built }: Plan): string[] =>
    [...independent, ...compile, ...typed, ...built].map(({ name }) => name);
  const planned = (suites: readonly Suite[], named: readonly string[] = []): Plan =>
    plannedSteps(new Set(suites), { named, words: [] });

  it("are, of a file that is named, that file alone: no check, no other suite", () => {
    expect(suitesWith([FILE])).to.deep.equal(["mocha"]);
    expect(filesOf("mocha", [FILE])).to.deep.equal([FILE]);
    const plan = planned(suitesWith([FILE]), [FILE]);
    expect(namesIn(plan)).to.deep.equal(["mocha tests"]);
    expect(plan.built[0]!.command.slice(-2)).to.deep.equal(["mocha", FILE]);
  });

  it("are, of a folder, the suites that have something in it", () => {
    expect(suitesWith(["test/relay/store"])).to.deep.equal(["mocha", "relay"]);
    expect(suitesWith(["test/nowhere"])).to.deep.equal([]);
  });

  it("are, of nothing that is named, every check and every suite but the long one of the page", () => {
    const names = namesIn(planned(USUAL_SUITES));
    expect(names).to.include.members([
      "format",
      "solhint",
      "eslint",
      "types",
      "relay tests",
      "solidity tests",
      "package",
    ]);
    expect(names).to.not.include("page tests");
  });

  it("look at what has changed since the last run alone, when they lint; at everything where CI is set", async () => {
    const cached = (plan: Plan): string[] =>
      [...plan.independent, ...plan.typed].filter(({ command }) => command.includes("--cache")).map(({ name }) => name);
    const given = process.env["CI"];
    try {
      for (const [ci, wanted] of [
        [undefined, ["format", "eslint"]],
        ["true", []],
      ] as const) {
        if (ci === undefined) delete process.env["CI"];
        else process.env["CI"] = ci;
        const { plannedSteps: fresh } = (await import(`../../../scripts/testing/steps.js?ci=${ci ?? ""}`)) as {
          readonly plannedSteps: typeof plannedSteps;
        };
        expect(cached(fresh(new Set(["lint"]), { named: [], words: [] }))).to.deep.equal(wanted);
      }
    } finally {
      if (given === undefined) delete process.env["CI"];
      else process.env["CI"] = given;
    }
  });
});

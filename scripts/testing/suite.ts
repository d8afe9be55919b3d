/** Runs the Solidity, the mocha or the relay suite on what is compiled, and sends its numbers to the parent process. */
import { parseArgs } from "node:util";

import hre from "hardhat";
import type { Result } from "hardhat/types/utils";
import Mocha from "mocha";

import { filesOf, TEST_SUITES } from "./files.js";
import { compareFloatsAsFloats } from "./floats.js";
import { drawFrom } from "./seed.js";
import type { SuiteSummary } from "./summary.js";

interface SuiteOptions {
  readonly files: string[];
  readonly grep: { readonly grep?: string };
  readonly testProfile: { readonly testProfile?: string };
}

interface SolidityResults {
  readonly suiteResults: readonly {
    readonly id: { readonly name: string };
    readonly testResults: readonly { readonly name: string; readonly status: string; readonly reason?: string }[];
  }[];
}

const NONE: SuiteSummary = { passed: 0, failed: 0, skipped: 0, failures: [] };
/** Lines of a failed test's message that are kept: a difference of two long values has many. */
const MESSAGE_LINES = 12;

async function runSolidity({ files, grep, testProfile }: SuiteOptions): Promise<SuiteSummary> {
  const testFiles = filesOf("solidity", files);
  if (testFiles.length === 0) return NONE;
  // Hardhat does not type what its tasks return. The summary in it is only filled when its `test` task asks for it.
  const result = (await hre.tasks
    .getTask(["test", "solidity"])
    .run({ noCompile: true, testFiles, ...grep, ...testProfile })) as Result<SolidityResults, SolidityResults>;
  const { suiteResults } = result.success ? result.value : result.error;
  const results = suiteResults.flatMap(({ id, testResults }) =>
    testResults.map(({ name, status, reason = "" }) => ({ status, told: failureOf(`${id.name} › ${name}`, reason) })),
  );
  const count = (wanted: string): number => results.filter(({ status }) => status === wanted).length;
  const failed = count("Failure");
  return {
    passed: count("Success"),
    failed: failed === 0 && !result.success ? 1 : failed, // a run that broke off names no failed test
    skipped: count("Skipped"),
    failures: results.filter(({ status }) => status === "Failure").map(({ told }) => told),
  };
}

/** Hardhat's own summary counts a skipped test as passed: mocha's events do not. */
async function runMocha(testFiles: string[], { grep }: SuiteOptions): Promise<SuiteSummary> {
  if (testFiles.length === 0) return NONE;
  const counted = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  class CountingReporter extends Mocha.reporters.Spec {
    public constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      super(runner, options);
      runner.on("pass", () => (counted.passed += 1));
      runner.on("fail", (test, error: unknown) => {
        counted.failed += 1;
        failures.push(failureOf(test.titlePath().join(" › "), String(error)));
      });
      runner.on("pending", () => (counted.skipped += 1));
    }
  }
  hre.config.test.mocha.reporter = CountingReporter;
  await compareFloatsAsFloats(hre);
  await hre.tasks.getTask(["test", "mocha"]).run({ noCompile: true, testFiles, ...grep });
  return { ...counted, failures };
}

function failureOf(name: string, message: string): string {
  return [name, ...message.split("\n").slice(0, MESSAGE_LINES)].join("\n  ");
}

function run(name: string | undefined, options: SuiteOptions): Promise<SuiteSummary> {
  const suite = TEST_SUITES.find((known) => known === name);
  if (suite === undefined) throw new Error(`no suite ${name ?? ""}: there are ${TEST_SUITES.join(", ")}`);
  return suite === "solidity" ? runSolidity(options) : runMocha(filesOf(suite, options.files), options);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      grep: { type: "string" },
      "test-profile": { type: "string" },
      seed: { type: "string" },
      deployed: { type: "boolean" },
    },
  });
  // Read by test/contracts/support/Built.sol. What Hardhat compiles and runs was settled when it was imported.
  if (values.deployed === true) process.env["SESSION_PROFILE"] = "production";
  const [suite, ...files] = positionals;
  drawFrom(values.seed === undefined ? undefined : Number(values.seed), hre.config.test.solidity.profiles);
  const options: SuiteOptions = {
    files,
    grep: values.grep === undefined ? {} : { grep: values.grep },
    testProfile: values["test-profile"] === undefined ? {} : { testProfile: values["test-profile"] },
  };
  const summary = await run(suite, options);
  const status = summary.failed > 0 ? 1 : 0;
  if (process.send === undefined) process.exit(status);
  process.send(summary, () => process.exit(status)); // open connections must not keep the suite alive
}

await main();

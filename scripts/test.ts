/**
 * `npm test`: every check and every suite, one summary line. `--only solidity,mocha,relay,lint,types,package` runs a part;
 * named files or folders run alone, without the checks.
 */
import { Command, InvalidArgumentError } from "commander";

import { canStartPostgres, startPostgres } from "../stage/postgres.js";
import { suitesWith } from "./testing/files.js";
import { describeResult, runStep, type StepResult } from "./testing/run-step.js";
import { plannedSteps, type Step, type Suite, SUITES } from "./testing/steps.js";

function parseOnly(text: string): Suite[] {
  return text.split(",").map((name) => {
    const suite = SUITES.find((known) => known === name);
    if (suite === undefined) throw new InvalidArgumentError(`"${name}" is none of ${SUITES.join(", ")}.`);
    return suite;
  });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed >= 2 ** 31) throw new InvalidArgumentError("It is a whole number below 2147483648.");
  return seed;
}

function parseCommandLine(): { suites: ReadonlySet<Suite>; suiteArgs: string[] } {
  const program = new Command("test")
    .option("--only <suites>", `run only these parts, of ${SUITES.join(",")}`, parseOnly)
    .option("--grep <pattern>", "run only the tests whose name matches (Solidity, mocha and relay)")
    .option("--test-profile <name>", "profile of the Solidity tests: default, nightly or coverage")
    .option("--deployed", "let Solidity tests create the contracts of the production build, which must be there")
    .option(
      "--seed <number>",
      "draw other cases in the tests that have no seed of their own: properties, Solidity's fuzz tests and campaigns",
      parseSeed,
    )
    .argument("[files...]", "run only these test files, or those of these folders")
    .parse();
  const options = program.opts<{
    only?: Suite[];
    grep?: string;
    testProfile?: string;
    seed?: number;
    deployed?: true;
  }>();
  const suiteArgs = [...program.args];
  if (options.grep !== undefined) suiteArgs.push(`--grep=${options.grep}`);
  if (options.testProfile !== undefined) suiteArgs.push(`--test-profile=${options.testProfile}`);
  if (options.deployed === true) suiteArgs.push("--deployed");
  if (options.seed !== undefined) suiteArgs.push(`--seed=${options.seed}`);
  const suites = options.only ?? (program.args.length > 0 ? suitesWith(program.args) : SUITES);
  if (suites.length === 0) program.error(`no test in ${program.args.join(", ")}`, { exitCode: 2 });
  return { suites: new Set(suites), suiteArgs };
}

/** Runs background steps one after the other; their results wait until the foreground has printed its own. */
function startLane(steps: readonly Step[], done: StepResult[]): Promise<void> {
  return steps.reduce(
    (before, step) =>
      before.then(async () => {
        done.push(await runStep(step, "captured"));
      }),
    Promise.resolve(),
  );
}

/** Gives the relay's tests one server for all, if one is installed and none is named; else each starts what it needs, or skips. */
async function withPostgres(isWanted: boolean, work: () => Promise<number>): Promise<number> {
  if (!isWanted || process.env["DATABASE_URL"] !== undefined || !canStartPostgres()) return work();
  const server = await startPostgres();
  process.env["DATABASE_URL"] = server.url;
  try {
    return await work();
  } finally {
    await server.stop();
  }
}

async function runAll(suites: ReadonlySet<Suite>, suiteArgs: readonly string[]): Promise<number> {
  const plan = plannedSteps(suites, suiteArgs);
  const finished: StepResult[] = [];
  const waiting: StepResult[] = [];

  const report = (): void => {
    for (const result of waiting.splice(0)) {
      const text = result.captured.trim();
      if (text !== "") console.log(text);
      console.log(describeResult(result));
      finished.push(result);
    }
  };
  const runForeground = async (step: Step): Promise<boolean> => {
    const result = await runStep(step, "streamed");
    waiting.unshift(result);
    report();
    return result.failed === 0;
  };

  const independent = startLane(plan.independent, waiting);
  const built = await runForeground(plan.build);
  const background = built ? independent.then(() => startLane(plan.background, waiting)) : independent;
  if (built) {
    for (const step of plan.foreground) await runForeground(step);
  } else {
    console.log("The build failed: what depends on it was not run.");
  }
  await background;
  report();

  const passed = finished.reduce((sum, result) => sum + result.passed, 0);
  const failed = finished.reduce((sum, result) => sum + result.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

const { suites, suiteArgs } = parseCommandLine();
process.exitCode = await withPostgres(suites.has("relay"), () => runAll(suites, suiteArgs));

/**
 * `npm test`: every check and every suite, one summary line. `--only solidity,mocha,relay,lint,types,package` runs a part;
 * named files or folders run alone, without the checks.
 */
import { Command, InvalidArgumentError } from "commander";

import { canStartPostgres, startPostgres } from "../stage/postgres.js";
import { suitesWith } from "./testing/files.js";
import { runPlan } from "./testing/run-plan.js";
import { type Choice, plannedSteps, type Suite, SUITES, USUAL_SUITES } from "./testing/steps.js";

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

function parseCommandLine(): { suites: ReadonlySet<Suite>; choice: Choice } {
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
  const words: string[] = [];
  if (options.grep !== undefined) words.push(`--grep=${options.grep}`);
  if (options.testProfile !== undefined) words.push(`--test-profile=${options.testProfile}`);
  if (options.deployed === true) words.push("--deployed");
  if (options.seed !== undefined) words.push(`--seed=${options.seed}`);
  const suites = options.only ?? (program.args.length > 0 ? suitesWith(program.args) : USUAL_SUITES);
  if (suites.length === 0) program.error(`no test in ${program.args.join(", ")}`, { exitCode: 2 });
  return { suites: new Set(suites), choice: { named: program.args, words } };
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

const { suites, choice } = parseCommandLine();
process.exitCode = await withPostgres(suites.has("relay"), () => runPlan(plannedSteps(suites, choice)));

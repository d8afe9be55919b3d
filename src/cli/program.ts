/** The program `session`: its commands, and one run of it. */
import { Command } from "commander";
import { Mnemonic } from "ethers";

import type { CliContext, CliEnvironment } from "./context.js";
import { archiveCommand } from "./commands/archive.js";
import { bookCommand } from "./commands/book.js";
import { cancelCommand } from "./commands/cancel.js";
import { collateralCommand } from "./commands/collateral.js";
import { completeCommand, completionCommand } from "./commands/completion.js";
import { createCommand } from "./commands/create.js";
import { deployCommand } from "./commands/deploy.js";
import { datasetCommand } from "./commands/dataset.js";
import { clockCommand } from "./commands/clock.js";
import { demoCommand } from "./commands/demo.js";
import { depositCommand } from "./commands/deposit.js";
import { exitCommand } from "./commands/exit.js";
import { fillsCommand } from "./commands/fills.js";
import { fundCommand } from "./commands/fund.js";
import { keyCommand } from "./commands/key.js";
import { logsCommand } from "./commands/logs.js";
import { makerCommand } from "./commands/maker.js";
import { marketCommand } from "./commands/market.js";
import { marketsCommand } from "./commands/markets.js";
import { measureCommand } from "./commands/measure.js";
import { monitorCommand } from "./commands/monitor.js";
import { oracleCommand } from "./commands/oracle.js";
import { ordersCommand } from "./commands/orders.js";
import { pageCommand } from "./commands/page.js";
import { policyCommand } from "./commands/policy.js";
import { positionsCommand } from "./commands/positions.js";
import { redeemCommand } from "./commands/redeem.js";
import { relayCommand } from "./commands/relay.js";
import { saleCommand } from "./commands/sale.js";
import { realiseCommand, refreshCommand } from "./commands/settle.js";
import { rollCommand } from "./commands/roll.js";
import { fixingCommand } from "./commands/settlement/fixing.js";
import { keepCommand } from "./commands/settlement/keep.js";
import { settlerCommand } from "./commands/settlement/settler.js";
import { windowCommand } from "./commands/settlement/window.js";
import { scoreCommand } from "./commands/score.js";
import { showCommand } from "./commands/show.js";
import { mergeCommand, splitCommand } from "./commands/split.js";
import { stressCommand } from "./commands/stress.js";
import { submitCommand } from "./commands/submit.js";
import { tradeCommand } from "./commands/trade.js";
import { transferCommand } from "./commands/transfer.js";
import { useCommand } from "./commands/use.js";
import { verifyCommand } from "./commands/verify.js";
import { withdrawCommand } from "./commands/withdraw.js";
import { CliError } from "./cli-error.js";
import { EXIT, type ExitStatus, explain } from "./errors.js";
import { currentProfile } from "./input/profile.js";
import { splitOnce } from "./input/parse.js";
import { createReaderUnits } from "./output/reader-units.js";
import { legible } from "./output/text.js";
import { JSON_FLAG, printJson } from "./output/json.js";
import { packageVersion } from "./version.js";

const COMMANDS = [
  demoCommand,
  clockCommand,
  useCommand,
  deployCommand,
  createCommand,
  fundCommand,
  showCommand,
  marketsCommand,
  marketCommand,
  makerCommand,
  policyCommand,
  saleCommand,
  bookCommand,
  depositCommand,
  withdrawCommand,
  transferCommand,
  splitCommand,
  mergeCommand,
  tradeCommand,
  submitCommand,
  cancelCommand,
  ordersCommand,
  fillsCommand,
  positionsCommand,
  collateralCommand,
  refreshCommand,
  realiseCommand,
  exitCommand,
  redeemCommand,
  rollCommand,
  fixingCommand,
  windowCommand,
  settlerCommand,
  keepCommand,
  oracleCommand,
  keyCommand,
  verifyCommand,
  logsCommand,
  datasetCommand,
  stressCommand,
  scoreCommand,
  measureCommand,
  monitorCommand,
  relayCommand,
  archiveCommand,
  pageCommand,
  completionCommand,
];

/** Assembles the program; nothing runs yet. */
export function createProgram(context: CliContext): Command {
  const program = new Command("session")
    .description("Session contracts: open a session, trade in it, check it.")
    .version(packageVersion(), "-V, --version", "show the version")
    .addHelpText("after", GENERAL_HELP)
    // What stands behind a command's name is that command's, also where the command before has a flag of that name (stress).
    .enablePositionalOptions()
    .showHelpAfterError(false);
  for (const make of COMMANDS) program.addCommand(make(context));
  program.addCommand(completeCommand(context, program), { hidden: true });
  for (const command of family(program)) prepare(command, context);
  return program;
}

const GENERAL_HELP = `
Settings come from a flag, else the environment, else the profile in use (session use), else a default. The environment knows
SESSION_RPC_URL, SESSION_ADDRESS, SESSION_FACTORY, SESSION_MAKER_FACTORY, SESSION_FROM_BLOCK, SESSION_RELAY_URL, SESSION_PROFILE_FILE,
and for keys SESSION_ACCOUNT, SESSION_KEYSTORE, SESSION_KEYSTORE_PASSWORD_FILE, SESSION_PRIVATE_KEY: never an argument, never a profile.

Amounts: session and leg tokens as decimals (12.5), sizes in whole lots, prices in ticks (5500) or as a weight (55%).
With --json the answer, or the error, is one document on stdout; amounts there are whole numbers of the unit in their name.
Exit status: 0 good, 1 refused or does not hold, 2 bad input, 3 holds if what is named is granted (verify).`;

/** A command, its subcommands, and theirs. */
function family(command: Command): Command[] {
  return [command, ...command.commands.flatMap(family)];
}

function prepare(command: Command, context: CliContext): void {
  command
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeOut: context.stdout, writeErr: () => undefined });
  const hasFlag = command.options.some(({ long }) => long === JSON_FLAG[0]);
  if (command.parent !== null && command.commands.length === 0 && !hasFlag && !HIDDEN.has(command.name())) {
    command.option(...JSON_FLAG);
  }
}

const HIDDEN: ReadonlySet<string> = new Set(["__complete"]);

/** Whatever is told is told by way of these four. */
function withLegible(world: CliEnvironment): CliEnvironment {
  return {
    ...world,
    stdout: (text) => {
      world.stdout(legible(text));
    },
    stderr: (text) => {
      world.stderr(legible(text));
    },
    readSecret: (prompt) => world.readSecret(legible(prompt)),
    confirm: (question) => world.confirm(legible(question)),
  };
}

/** Runs the program on the words after its name. Never throws, never ends the process. */
export async function runProgram(words: readonly string[], world: CliEnvironment): Promise<ExitStatus> {
  const environment = withLegible(world);
  const json = words.includes("--json");
  const closers: (() => void)[] = [];
  let status: ExitStatus = EXIT.good;
  const units = createReaderUnits();
  const context: CliContext = {
    ...environment,
    units,
    profile: once(() => currentProfile(environment)),
    answer: ({ document, text, holds = true }) => {
      environment.stdout(json ? printJson(document) : `${text}\n`);
      status = holds === "if" ? EXIT.holdsIf : holds ? EXIT.good : EXIT.doesNotHold;
    },
    progress: (line) => {
      environment.stderr(`${line} ...\n`);
    },
    onClose: (close) => closers.push(close),
  };
  try {
    if (words[0] !== "__complete") refuseKeys(words);
    await parse(createProgram(context), words);
    return status;
  } catch (error) {
    if (isHelp(error)) return EXIT.good;
    const failure = explain(error, units);
    if (json) environment.stdout(printJson({ error: failure.error }));
    else environment.stderr(`${failure.error.message}\n`);
    return failure.status;
  } finally {
    for (const close of closers) close();
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Without a command the help is the answer. */
async function parse(program: Command, words: readonly string[]): Promise<void> {
  await program.parseAsync(words.length === 0 ? ["--help"] : words, { from: "user" });
}

const HELP_CODES: ReadonlySet<unknown> = new Set(["commander.helpDisplayed", "commander.help", "commander.version"]);

function isHelp(error: unknown): boolean {
  return error instanceof Error && "code" in error && HELP_CODES.has(error.code);
}

/** What takes 32 bytes of hex that are no key. */
const HASH_FLAGS: ReadonlySet<string | undefined> = new Set(["--salt", "--schema", "--uid", "--root", "--check"]);

/** 32 bytes of hex are a key, unless a flag says what else they are; so are the words of a mnemonic. */
function refuseKeys(words: readonly string[]): void {
  words.forEach((word, index) => {
    const [flag, value] = word.startsWith("--") && word.includes("=") ? splitOnce(word, "=") : ["", word];
    const isHash = HASH_FLAGS.has(flag) || HASH_FLAGS.has(words[index - 1]);
    const isKey = /^(0x)?[0-9a-f]{64}$/i.test(value) && !isHash;
    if (isKey || (value.includes(" ") && Mnemonic.isValidMnemonic(value))) {
      throw new CliError("KEY_IN_ARGUMENT", { argument: index + 1 });
    }
  });
}

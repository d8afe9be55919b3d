import { Command } from "commander";

import {
  type CommonOptions,
  parseCommonOptions,
  type RawCommonOptions,
  readWords,
  type Request,
  withCommonOptions,
} from "../command/options.js";

function describeCommand(): Command {
  const command = new Command("npm run lab lifecycle --").description(
    "Takes one session through its whole life: a gate, a primary sale, an automated maker, roots that UMA's oracle and a Chainlink feed settle, cash for claims, and the roll into the next session. Proves every sum.",
  );
  return withCommonOptions(command);
}

/** @throws InputError OPTION_UNKNOWN, OPTION_INVALID */
export function parseOptions(words: readonly string[]): Request<CommonOptions> {
  const command = describeCommand();
  const help = readWords(command, words);
  if (help !== undefined) return { kind: "help", text: help };
  return { kind: "run", options: parseCommonOptions(command.opts<RawCommonOptions>()) };
}

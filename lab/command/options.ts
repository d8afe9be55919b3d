import { existsSync } from "node:fs";

import { type Command, CommanderError } from "commander";

import { pathFromCaller } from "./paths.js";
import { parseDecimal } from "./decimals.js";
import { InputError } from "./errors.js";
import { type Month, parseMonth } from "./months.js";

/** What the words after a command's name ask for. */
export type Request<Options> =
  { readonly kind: "help"; readonly text: string } | { readonly kind: "run"; readonly options: Options };

export const MAX_SEED = 2n ** 64n - 1n;
const MIN_TRADERS = 2; // a trade has two sides
const MAX_TRADERS = 200; // each signs in this process: more is a matter of minutes

/**
 * Reads the words after the command's name; `command.opts()` has them then.
 * @returns the help text, if that was asked for
 * @throws InputError OPTION_UNKNOWN, OPTION_INVALID
 */
export function readWords(command: Command, words: readonly string[]): string | undefined {
  let help = "";
  command.exitOverride().configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined });
  try {
    command.parse(words, { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return help;
    const code = error.code === "commander.unknownOption" ? "OPTION_UNKNOWN" : "OPTION_INVALID";
    throw new InputError(code, { reason: error.message.replace(/^error: /, "") }, error);
  }
}

/** Adds the options that every study has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option("--traders <count>", `how many trade, ${MIN_TRADERS} to ${MAX_TRADERS}`, "10")
    .option("--seed <number>", "the same seed gives the same result", "1")
    .option(
      "--dataset <dir>",
      "write the session as tables to that folder, too; npx session dataset --check DIR makes them again",
    )
    .option("--json", "one JSON document on stdout; progress goes to stderr")
    .allowExcessArguments(false);
}

/** The common options as texts, and what they mean. */
export type RawCommonOptions = Readonly<Record<"traders" | "seed", string>> & {
  readonly json?: true;
  readonly dataset?: string;
};

export interface CommonOptions {
  readonly traders: number;
  readonly seed: bigint;
  readonly json: boolean;
  /** A folder that is not there yet, as a whole path; undefined if no tables are wanted. */
  readonly dataset: string | undefined;
}

/** @throws InputError OPTION_INVALID */
export function parseCommonOptions({ traders, seed, json, dataset: named }: RawCommonOptions): CommonOptions {
  const dataset = pathFromCaller(named);
  if (dataset !== undefined && existsSync(dataset))
    throw invalid("--dataset", dataset, "there is something of that name");
  return {
    traders: Number(parseInteger("--traders", traders, BigInt(MIN_TRADERS), BigInt(MAX_TRADERS))),
    seed: parseInteger("--seed", seed, 0n, MAX_SEED),
    json: json === true,
    dataset,
  };
}

export function invalid(option: string, value: string, reason: string): InputError {
  return new InputError("OPTION_INVALID", { option, value, reason });
}

/** A decimal number in units of 1e-18. @param range the limits in words */
export function parseAmount(option: string, text: string, least: bigint, most: bigint, range: string): bigint {
  const amount = parseDecimal(text);
  if (amount === undefined) throw invalid(option, text, "a plain decimal number with at most 18 decimals is wanted");
  if (amount < least || amount > most) throw invalid(option, text, `it must lie ${range}`);
  return amount;
}

export function parseInteger(option: string, text: string, least: bigint, most: bigint): bigint {
  const value = /^\d{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (value >= least && value <= most) return value;
  throw invalid(option, text, `a whole number from ${least.toString()} to ${most.toString()} is wanted`);
}

/** @param example of what is wanted, for the error */
export function parseMonthOption(option: string, text: string, example: string): Month {
  const month = parseMonth(text);
  if (month === undefined) throw invalid(option, text, `a month like ${example} is wanted`);
  return month;
}

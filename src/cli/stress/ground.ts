/** What the parts of `session stress` have in common: who has how much money at stake in each asset, in the prices' unit. */
import { Option } from "commander";
import type { Command } from "commander";

import type { BaselineName } from "../../protocol/value/stress-holders.js";
import { type Stakes, stakesOf } from "../../risk/exposed.js";
import { holdersOnChain } from "../book-holders.js";
import type { CliContext } from "../context.js";
import { holdersInFile } from "../input/holders-file.js";
import type { Holders } from "../../risk/stress/holders.js";
import { parseCount } from "../../input/counts.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { outcomesOf } from "../../risk/stress/scenario-rows.js";
import { basePrices } from "../input/stress-scenarios.js";
import { JSON_FLAG } from "../output/json.js";

export interface GroundOptions extends SettingOptions {
  readonly prices?: readonly string[];
  readonly outcome?: readonly string[];
  readonly allocations?: string;
  readonly baseline: BaselineName;
  readonly relative?: true;
  readonly digits: string;
}

export interface Ground extends Stakes {
  readonly holders: Holders;
  readonly digits: number;
}

export const PRICES_FLAG = [
  "--prices <asset=price...>",
  "today's price of one whole unit of each asset, by symbol or number",
] as const;
export const OUTCOME_FLAG = [
  "--outcome <root=outcome...>",
  "how another market ends in every scenario: 2=350, or for an event 3=1",
] as const;
export const ALLOCATIONS_FLAG = [
  "--allocations <file>",
  "CSV or JSON instead of a session: a column `holder`, one for each asset, base:ASSET for the baseline",
] as const;
export const DIGITS_FLAG = ["--digits <count>", "digits after the point, rounded half away from zero", "2"] as const;
const MAX_DIGITS = 18;

export function baselineOption(): Option {
  return new Option(
    "--baseline <name>",
    "gains count from what each has paid in, or from equal parts; a file has its own, or equal parts",
  )
    .choices(["deposits", "equal"])
    .default("deposits");
}

/** Flags of whatever is asked of exposures. */
export function withGround(command: Command): Command {
  const ground = command
    .option(...PRICES_FLAG)
    .option(...OUTCOME_FLAG)
    .option(...ALLOCATIONS_FLAG)
    .addOption(baselineOption())
    .option("--relative", "count in parts of the basket: a move of all assets alike is none")
    .option(...DIGITS_FLAG);
  return withSettings(ground, "rpc", "session", "fromBlock").option(...JSON_FLAG);
}

/** @throws CliError, ClientError, NodeError, RuleError as the files, flags and the session give cause to */
export async function readGround(context: CliContext, options: GroundOptions): Promise<Ground> {
  const digits = parseCount("--digits", options.digits, 0, MAX_DIGITS);
  const holders = await holdersOf(context, options);
  const { names, symbols, decimals, table, baseline } = holders;
  const prices = basePrices(options.prices ?? [], symbols);
  const allocations = holders.allocationsIn(outcomesOf(options.outcome ?? [], table));
  const relative = options.relative === true;
  return { holders, digits, ...stakesOf({ names, allocations, baseline, prices, decimals, relative }) };
}

/** Of a file, or of a session. */
export async function holdersOf(
  context: CliContext,
  options: Pick<GroundOptions, "allocations" | "baseline"> & SettingOptions,
): Promise<Holders> {
  return options.allocations === undefined
    ? holdersOnChain(context, options, options.baseline)
    : holdersInFile(context, options.allocations);
}

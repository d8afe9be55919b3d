import { Command } from "commander";

import {
  type CommonOptions,
  invalid,
  parseCommonOptions,
  type RawCommonOptions,
  readWords,
  type Request,
  withCommonOptions,
} from "../command/options.js";

/** The markets that there are. */
export const STORY_NAMES = ["basket", "rainfall", "wettest-month"] as const;
export type StoryName = (typeof STORY_NAMES)[number];

/** What one run of the study of makers is to do. */
export interface MakerOptions extends CommonOptions {
  /** Which markets, in their order; all by default. */
  readonly markets: readonly StoryName[];
}

function describeCommand(): Command {
  const command = new Command("npm run lab maker --")
    .description(
      "Runs a session for each of three markets, in which an automated maker gives the prices and traders know different things, and proves them. Tells what the sponsor paid and what was learned.",
    )
    .option("--market <name>", `only this one: ${STORY_NAMES.join(", ")}`);
  return withCommonOptions(command);
}

/** @throws InputError OPTION_UNKNOWN, OPTION_INVALID */
export function parseOptions(words: readonly string[]): Request<MakerOptions> {
  const command = describeCommand();
  const help = readWords(command, words);
  if (help !== undefined) return { kind: "help", text: help };
  const raw = command.opts<RawCommonOptions & { readonly market?: string }>();
  return { kind: "run", options: { ...parseCommonOptions(raw), markets: marketsOf(raw.market) } };
}

function marketsOf(text: string | undefined): readonly StoryName[] {
  if (text === undefined) return STORY_NAMES;
  const found = STORY_NAMES.find((name) => name === text);
  if (found === undefined) throw invalid("--market", text, `one of ${STORY_NAMES.join(", ")} is wanted`);
  return [found];
}

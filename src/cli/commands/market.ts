import { Command } from "commander";

import type { CliContext } from "../context.js";
import { branchCommand } from "./market/branch.js";
import { createMarketCommand } from "./market/create.js";
import { settleCommand } from "./market/settle.js";
import { showMarketCommand } from "./market/show.js";
import { strikeOutCommand } from "./market/strike-out.js";
import { tightenCommand } from "./market/tighten.js";

/** `session market …`: what a market's owner says, and what everybody may know of a market before trading in it. */
export function marketCommand(context: CliContext): Command {
  const command = new Command("market").description(
    "Make markets, say what is known of their outcomes, settle them; and show one: owner, description, times, bounds.",
  );
  for (const make of [
    createMarketCommand,
    showMarketCommand,
    branchCommand,
    tightenCommand,
    strikeOutCommand,
    settleCommand,
  ]) {
    command.addCommand(make(context));
  }
  return command;
}

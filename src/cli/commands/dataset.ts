import { Command } from "commander";

import type { CliContext } from "../context.js";
import { arrivalsCommand } from "./dataset/arrivals.js";
import { attackCommand } from "./dataset/attack.js";
import { cohortsCommand } from "./dataset/cohorts.js";
import { makeCommand } from "./dataset/make.js";

/** `session dataset …`: a session as tables that anybody can make again, and what can be given away without names. */
export function datasetCommand(context: CliContext): Command {
  const command = new Command("dataset").description(
    "A session as tables: every order, fill, book and account, as Parquet and CSV, the same bytes for anybody.",
  );
  command.addCommand(makeCommand(context), { isDefault: true });
  for (const make of [cohortsCommand, attackCommand, arrivalsCommand]) command.addCommand(make(context));
  return command;
}

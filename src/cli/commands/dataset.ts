import { Command } from "commander";

import type { CliContext } from "../context.js";
import { makeCommand } from "./dataset/make.js";

/** `session dataset …`: a session as tables that anybody can make again. */
export function datasetCommand(context: CliContext): Command {
  return new Command("dataset")
    .description(
      "A session as tables: every order, fill, book and account, as Parquet and CSV, the same bytes for anybody.",
    )
    .addCommand(makeCommand(context), { isDefault: true });
}

import { randomBytes } from "node:crypto";

import { Command } from "commander";

import { KEY_BYTES, privateText } from "../../../dataset/arrivals/private.js";
import type { CliContext } from "../../context.js";
import { readArrivals } from "../../dataset/arrivals-file.js";
import { writeText } from "../../input/files.js";

interface Options {
  readonly table: string;
  readonly out: string;
}

/** `session dataset arrivals`: what a relay knows that is not on the chain, so that it can be given away. */
export function arrivalsCommand(context: CliContext): Command {
  return new Command("arrivals")
    .description("Write which client came when, by minutes, clients under a keyed hash whose key is thrown away.")
    .requiredOption("--table <file>", "a table with client, time (Unix seconds) and kind, such as order or read")
    .requiredOption("--out <file>", "where to write it")
    .addHelpText(
      "after",
      `
Columns besides these three are left out: whatever can be found on the chain would name the client. Two exports cannot be joined.

Example:
  session dataset arrivals --table arrivals.csv --out private.csv`,
    )
    .action(({ table, out }: Options) => {
      const arrivals = readArrivals(context, table);
      writeText(context, out, privateText(arrivals, new Uint8Array(randomBytes(KEY_BYTES))));
      const clients = new Set(arrivals.map(({ client }) => client)).size;
      context.answer({
        document: { file: out, arrivals: arrivals.length, clients },
        text: `${arrivals.length} arrivals of ${clients} clients in ${out}. The key was thrown away.`,
      });
    });
}

/** `session keep`: settles roots in time and makes the sets that orders leave, as long as it runs. */
import { setTimeout as sleep } from "node:timers/promises";

import { Command } from "commander";

import { type Kept, keepOnce } from "../../../client/settlement/keeper.js";
import type { CliContext } from "../../context.js";
import { parseAddress } from "../../input/parse.js";
import { parseCount } from "../../../input/counts.js";
import { invalid } from "../../../input/errors.js";
import { readSettings, type SettingOptions, withSettings } from "../../input/settings.js";
import { paragraphs } from "../../output/text.js";
import { openActor } from "../../who.js";

interface Options extends SettingOptions {
  readonly settlers?: string;
  readonly fallback?: true;
  readonly router?: string;
  readonly maxGas: string;
  readonly every: string;
  readonly rounds?: string;
}

const [MAX_SECONDS, MAX_GAS, MAX_ROUNDS] = [86_400, 2 ** 24, 1_000_000];

export function keepCommand(context: CliContext): Command {
  const command = new Command("keep")
    .description(
      "Record what settlers may record, apply fallbacks that are due, make complete sets, again and again. You pay the gas.",
    )
    .option("--settlers <addresses>", "settlers whose roots to settle, by commas")
    .option("--fallback", "settle every root of the session by its fallback from its settleBy on")
    .option("--router <address>", "make the complete sets that resting orders leave; what is left over is yours")
    .option("--max-gas <gas>", "leave out what would take more", "3000000")
    .option("--every <seconds>", "how long to wait between two rounds", "60")
    .option("--rounds <number>", "end after so many (default: never)");
  return withSettings(command, "rpc", "session", "fromBlock", "key")
    .addHelpText("after", "\nExample:\n  session keep --settlers 0xSETTLER --fallback --rounds 1")
    .action(async (options: Options) => {
      const settlers = (options.settlers ?? "").split(",").flatMap((text) => text.trim() || []);
      if (settlers.length === 0 && options.fallback !== true && options.router === undefined) {
        const wanted = "an address, or --fallback, or --router: else there is nothing to keep";
        throw invalid("--settlers", options.settlers ?? "", wanted);
      }
      const keeping = {
        settlers: settlers.map((text) => parseAddress("--settlers", text)),
        fallback: options.fallback === true,
        ...(options.router !== undefined && { router: parseAddress("--router", options.router) }),
        maxGas: BigInt(parseCount("--max-gas", options.maxGas, 1, MAX_GAS)),
        fromBlock: readSettings(context, options, "fromBlock").fromBlock,
      };
      const seconds = parseCount("--every", options.every, 1, MAX_SECONDS);
      const rounds = options.rounds === undefined ? Infinity : parseCount("--rounds", options.rounds, 1, MAX_ROUNDS);
      const { handle, wallet } = await openActor(context, options);
      const all: Kept[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const kept = await keepOnce(handle, wallet, keeping);
        for (const one of kept) context.stderr(`${lineOf(one)}\n`);
        if (rounds !== Infinity) all.push(...kept);
        if (round < rounds) await sleep(seconds * 1_000);
      }
      context.answer({
        document: { kept: all },
        text: paragraphs(all.length === 0 ? "Nothing was due" : all.map(lineOf).join("\n")),
      });
    });
}

const NAMES: Readonly<Record<Kept["what"], string>> = {
  record: "record",
  fallback: "fallback",
  sweep: "complete sets",
};

function lineOf({ what, marketRootId, hash, left, why }: Kept): string {
  return `${NAMES[what]} of root ${marketRootId}: ${hash ?? `left: ${why ?? left ?? ""}`}`;
}

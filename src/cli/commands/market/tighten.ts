import { Command } from "commander";

import { requireMeant } from "../../../client/market-owner.js";
import { effectOfRecord } from "../../../protocol/book/record-effect.js";
import { boundsRecord } from "../../../protocol/market/market-drafts.js";
import { marketBounds } from "../../../protocol/market/market-table.js";
import type { CliContext } from "../../context.js";
import { parseMarket, parsePrice } from "../../input/parse.js";
import { invalid } from "../../../input/errors.js";
import { marketName, nextText, priceText } from "../../output/session-facts.js";
import { knownRoot, openDesk, type RecordOptions, say, withRecordOptions } from "./desk.js";

interface Options extends RecordOptions {
  readonly lower?: string;
  readonly upper?: string;
  readonly settle?: true;
}

/** `session market tighten`: what a market can still pay. */
export function tightenCommand(context: CliContext): Command {
  const command = new Command("tighten")
    .description(
      "Say what a market can still pay, which frees collateral. Bounds only tighten: it cannot be taken back.",
    )
    .argument("<market>", "ROOT or ROOT.BRANCH, such as 2.1")
    .option("--lower <amount>", "at least, in the market's units (default: as today)")
    .option("--upper <amount>", "at most (default: as today)")
    .option("--settle", "it may settle the root, and name bounds beyond today's");
  return withRecordOptions(command, true)
    .addHelpText(
      "after",
      "\nExamples:\n  session market tighten 2 --lower 130 --dry-run\n  session market tighten 2 --lower 130 --upper 160",
    )
    .action(async (text: string, options: Options) => {
      await run(context, text, options);
    });
}

async function run(context: CliContext, text: string, options: Options): Promise<void> {
  const market = parseMarket("market", text);
  const { marketRootId, marketBranchId } = market;
  if (options.lower === undefined && options.upper === undefined)
    throw invalid("--lower", "", "--lower, --upper or both");
  const desk = await openDesk(context, options);
  const { book } = desk.mirror;
  const { root, head } = knownRoot(desk, marketRootId);
  const today = marketBounds(book.state.markets.table, market);
  const bounds = {
    lower: options.lower === undefined ? today.lower : parsePrice(options.lower, root, head),
    upper: options.upper === undefined ? today.upper : parsePrice(options.upper, root, head),
  };
  const settle = options.settle === true;
  const place = { owner: desk.owner.address, marketRootId, previousLink: root.tip };
  const record = boundsRecord(place, marketBranchId, bounds);
  const call = { caller: desk.owner.address, timestamp: desk.timestamp };
  await say(context, desk, options, {
    headline: `say that ${marketName(market)} pays ${priceText(root, bounds.lower, head)} to ${priceText(root, bounds.upper, head)}`,
    head,
    isFinal: true,
    effect: effectOfRecord(book, call, { record, signature: "0x", description: "" }),
    requireMeant: () => {
      requireMeant(root, record, { settles: !settle, isApart: !settle });
    },
    send: () => desk.owner.tighten(market, bounds, { settle }),
    next: () => nextText(`market show ${marketRootId}`, `refresh ${marketRootId} TRADER…`),
  });
}

import { Command } from "commander";

import { effectOfRecord } from "../../../protocol/book/record-effect.js";
import { branchRecord } from "../../../protocol/market/market-drafts.js";
import { branchCount } from "../../../protocol/market/market-table.js";
import type { CliContext } from "../../context.js";
import { parsePrice } from "../../input/parse.js";
import { parseCount } from "../../../input/counts.js";
import { nextText, priceText } from "../../output/session-facts.js";
import { knownRoot, openDesk, parseRoot, type RecordOptions, say, withRecordOptions } from "./desk.js";

interface Options extends RecordOptions {
  readonly lower: string;
  readonly upper: string;
  readonly parent: string;
}

const MAX_BRANCH = 2 ** 16 - 1;

/** `session market branch`: a sub-market of an interval, which pays its number clamped between two strikes. */
export function branchCommand(context: CliContext): Command {
  const command = new Command("branch")
    .description("Make a sub-market of an interval root: it pays the number, clamped between its strikes.")
    .argument("<root>", "number of the root")
    .requiredOption("--lower <amount>", "lower strike, in the market's units")
    .requiredOption("--upper <amount>", "upper strike")
    .option("--parent <branch>", "the branch whose strikes bound these", "1");
  return withRecordOptions(command, false)
    .addHelpText("after", "\nExample:\n  session market branch 2 --lower 100 --upper 110 --dry-run")
    .action(async (text: string, options: Options) => {
      const marketRootId = parseRoot(text);
      const parentBranchId = parseCount("--parent", options.parent, 1, MAX_BRANCH);
      const desk = await openDesk(context, options);
      const { root, head } = knownRoot(desk, marketRootId);
      const strikes = { lower: parsePrice(options.lower, root, head), upper: parsePrice(options.upper, root, head) };
      const place = { owner: desk.owner.address, marketRootId, previousLink: root.tip };
      const marketBranchId = branchCount(root) + 1;
      const record = branchRecord(place, { marketBranchId, parentBranchId, strikes });
      const call = { caller: desk.owner.address, timestamp: desk.timestamp };
      const price = (ticks: bigint): string => priceText(root, ticks, head);
      await say(context, desk, options, {
        headline: `make ${marketRootId}.${marketBranchId}, between ${price(strikes.lower)} and ${price(strikes.upper)}`,
        head,
        isFinal: false,
        effect: effectOfRecord(desk.mirror.book, call, { record, signature: "0x", description: "" }),
        send: () => desk.owner.createBranch(marketRootId, strikes, parentBranchId),
        next: () => nextText(`market show ${marketRootId}`, `book --market ${marketRootId}.${marketBranchId}`),
      });
    });
}

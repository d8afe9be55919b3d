/** `session settler open-root`: a root that a settler owns. */
import { Command } from "commander";
import { ZeroAddress } from "ethers";

import {
  type FeedOfRoot,
  openSettledRoot,
  type SettledRoot,
  settlerKind,
  tryOpeningRoot,
} from "../../../client/settlement/settler.js";
import { effectOfRecord } from "../../../protocol/book/record-effect.js";
import type { Bounds } from "../../../protocol/market/bounds.js";
import { type MarketHead, parseUnits } from "../../../protocol/market/description.js";
import { MAX_BRANCHES, MAX_FEEDS } from "../../../protocol/amounts/limits.js";
import type { CliContext } from "../../context.js";
import { parseAddress, withoutUnit } from "../../input/parse.js";
import { parseCount } from "../../../input/counts.js";
import { invalid } from "../../../input/errors.js";
import { nextText } from "../../output/session-facts.js";
import { openDesk, type RecordOptions, say, withRecordOptions } from "../market/desk.js";
import { describe, headOf, type RootOptions, specOf, termsText, withRootOptions } from "../market/root-terms.js";

interface Options extends RecordOptions, RootOptions {
  readonly strikes?: string;
  readonly leg?: string;
}

export function openRootCommand(context: CliContext): Command {
  const command = withRootOptions(
    new Command("open-root")
      .description(
        "Make a market that this settler owns and settles: by assertions, or an interval by the price of a feed. Where the organiser permits markets, it is who does this.",
      )
      .argument("<settler>", "its address"),
  )
    .option("--strikes <ranges>", "interval: sub-markets, such as 0:100,100:300, in units")
    .option("--leg <number>", "by price: which feed of the fixing; a unit is what it counts in (default: 1)");
  return withRecordOptions(command, false)
    .addHelpText(
      "after",
      `
Examples:
  session settler open-root 0xSETTLER --title "Who wins" --outcomes "red | green" --tick-value 0.0000001 \\
    --closes +7d --settle-by +30d --fallback red --dry-run
  session settler open-root 0xSETTLER --title "Gold in dollars" --unit USD --lower 1000 --upper 4000 --strikes 1000:2500 \\
    --leg 1 --tick-value 0.00001 --closes +7d --settle-by +30d --fallback 2500`,
    )
    .action(async (text: string, options: Options) => {
      await run(context, parseAddress("settler", text), options);
    });
}

async function run(context: CliContext, settler: string, options: Options): Promise<void> {
  const head = headOf(options);
  const description = describe(context, options, head);
  const desk = await openDesk(context, options);
  const { handle, wallet, timestamp } = desk;
  const feed = feedOf(options, head, await settlerKind(handle, settler));
  const spec = specOf(desk, options, head, description);
  const strikes = strikesOf(options, head);
  const root: SettledRoot = { spec, strikes, ...(feed !== undefined && { feed }) };
  const { record, organiserSignature, needsAccount } = await tryOpeningRoot(handle, wallet, settler, root);
  const { book } = desk.mirror;
  const isOpen = book.state.markets.table.terms.marketCreator === ZeroAddress;
  if (isOpen && book.state.traders.find(settler) === undefined) book.createUser(settler); // of this mirror alone
  const effect = effectOfRecord(
    book,
    { caller: settler, timestamp },
    { record, signature: "0x", organiserSignature, description },
  );
  const kind = "outcomes" in spec ? "an event" : "an interval";
  const parts = [
    `make ${kind} that ${settler} owns, and settles by ${feed === undefined ? "assertion" : `the price of leg ${feed.leg}`}`,
    termsText(record, head),
    ...(strikes.length === 0 ? [] : [`With ${strikes.length} sub-markets: ${options.strikes ?? ""}`]),
    ...(needsAccount ? ["The settler is registered first."] : []),
  ];
  await say(context, desk, options, {
    headline: parts.join("\n"),
    head,
    isFinal: false,
    effect,
    send: () => openSettledRoot(handle, wallet, settler, root),
    next: (marketRootId) =>
      nextText(
        `market show ${marketRootId}`,
        feed === undefined
          ? `settler assert ${settler} ${marketRootId} …`
          : `settler record ${settler} ${marketRootId}`,
      ),
  });
}

/** @returns undefined for a settler by assertion */
function feedOf({ leg }: Options, head: MarketHead | undefined, kind: string): FeedOfRoot | undefined {
  if (kind === "price")
    return { leg: parseCount("--leg", leg ?? "1", 1, MAX_FEEDS), ticksPerUnit: head?.ticksPerUnit ?? 1n };
  if (leg === undefined) return undefined;
  throw invalid("--leg", leg, "nothing: this settler goes by assertions, and has no feeds");
}

/** `0:100,100:300`. */
function strikesOf({ strikes, outcomes }: Options, head: MarketHead | undefined): Bounds[] {
  if (strikes === undefined) return [];
  if (outcomes !== undefined) throw invalid("--strikes", strikes, "nothing: an event has no sub-markets");
  const amount = (text: string) => parseUnits(head, withoutUnit(text.trim(), head?.unit ?? ""));
  const found = strikes.split(",").map((range) => {
    const [lower, upper, ...more] = range.split(":");
    if (lower === undefined || upper === undefined || more.length > 0) {
      throw invalid("--strikes", strikes, "ranges such as 0:100,100:300");
    }
    return { lower: amount(lower), upper: amount(upper) };
  });
  if (found.length < MAX_BRANCHES) return found;
  throw invalid("--strikes", strikes, `at most ${MAX_BRANCHES - 1} ranges`);
}

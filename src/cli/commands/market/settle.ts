import { Command } from "commander";

import { applyFallback } from "../../../client/market-settlement.js";
import { requireMeant } from "../../../client/market-owner.js";
import { effectOfFallback, effectOfRecord } from "../../../protocol/book/record-effect.js";
import type { MarketHead } from "../../../protocol/market/description.js";
import { boundsRecord } from "../../../protocol/market/market-drafts.js";
import type { MarketRoot } from "../../../protocol/market/market-table.js";
import type { MarketRef } from "../../../protocol/signing/package.js";
import type { Ticks } from "../../../protocol/amounts/units.js";
import type { CliContext } from "../../context.js";
import { parseMarket, parseOutcome, parsePrice } from "../../input/parse.js";
import { invalid } from "../../../input/errors.js";
import { marketName, nextText, outcomeName, priceText } from "../../output/session-facts.js";
import { type Desk, knownRoot, openDesk, type RecordOptions, say, withRecordOptions } from "./desk.js";

interface Options extends RecordOptions {
  readonly fallback?: true;
}

/** `session market settle`: what a market pays in the end. */
export function settleCommand(context: CliContext): Command {
  const command = new Command("settle")
    .description("Say what a market pays, or which outcome of an event has happened. It settles the root, for good.")
    .argument("<market>", "ROOT or ROOT.BRANCH, such as 2.1")
    .argument("[outcome]", "an amount in the market's units; of an event the number of an outcome, or its name")
    .option("--fallback", "settle it by its declared fallback instead, as anybody may from its settleBy on");
  return withRecordOptions(command, true)
    .addHelpText(
      "after",
      "\nExamples:\n  session market settle 2 212.6 --dry-run\n  session market settle 3 green\n  session market settle 2 --fallback",
    )
    .action(async (marketText: string, text: string | undefined, options: Options) => {
      const market = parseMarket("market", marketText);
      if ((text === undefined) !== (options.fallback === true))
        throw invalid("outcome", text ?? "", "an outcome, or --fallback");
      const desk = await openDesk(context, options);
      if (text === undefined) await settleByFallback(context, desk, market, options);
      else await settle(context, desk, market, text, options);
    });
}

async function settle(
  context: CliContext,
  desk: Desk,
  market: MarketRef,
  text: string,
  options: Options,
): Promise<void> {
  const { marketRootId } = market;
  const { root, head } = knownRoot(desk, marketRootId);
  const { place, value, headline } = outcomeOf(root, market, text, head);
  const named = { owner: desk.owner.address, marketRootId, previousLink: root.tip };
  const record = boundsRecord(named, place.marketBranchId, { lower: value, upper: value });
  const call = { caller: desk.owner.address, timestamp: desk.timestamp };
  await say(context, desk, options, {
    headline,
    head,
    isFinal: true,
    effect: effectOfRecord(desk.mirror.book, call, { record, signature: "0x", description: "" }),
    requireMeant: () => {
      requireMeant(root, record, { settles: false, isApart: true });
    },
    send: () => desk.owner.settle(place, value),
    next: () => nextText(`realise ${marketRootId} TRADER…`, `market show ${marketRootId}`),
  });
}

/** An event is settled by the outcome that has all the weight, an interval by its number. */
function outcomeOf(
  root: MarketRoot,
  market: MarketRef,
  text: string,
  head: MarketHead | undefined,
): { readonly place: MarketRef; readonly value: Ticks; readonly headline: string } {
  if (root.kind === "interval") {
    const value = parsePrice(text, root, head);
    return { place: market, value, headline: `settle ${marketName(market)} at ${priceText(root, value, head)}` };
  }
  const outcome = parseOutcome("outcome", text, root.weights.length, head);
  const place = { marketRootId: root.marketRootId, marketBranchId: outcome };
  return {
    place,
    value: root.scale,
    headline: `settle ${root.marketRootId}: outcome ${outcomeName(outcome, head)} has happened`,
  };
}

async function settleByFallback(context: CliContext, desk: Desk, market: MarketRef, options: Options): Promise<void> {
  const { marketRootId } = market;
  const { root, head } = knownRoot(desk, marketRootId);
  const { fallbackOutcome } = root;
  const outcome =
    root.kind === "interval" ? priceText(root, fallbackOutcome, head) : outcomeName(Number(fallbackOutcome), head);
  await say(context, desk, options, {
    headline: `settle ${marketRootId} by its fallback, ${outcome}`,
    head,
    isFinal: true,
    effect: effectOfFallback(
      desk.mirror.book,
      { caller: desk.wallet.address, timestamp: desk.timestamp },
      marketRootId,
    ),
    send: async () => ({ receipt: await applyFallback(desk.handle, desk.wallet, marketRootId), marketRootId }),
    next: () => nextText(`realise ${marketRootId} TRADER…`, `market show ${marketRootId}`),
  });
}

import { Command } from "commander";

import { effectOfRecord } from "../../../protocol/book/record-effect.js";
import { eventRecord, intervalRecord } from "../../../protocol/market/market-drafts.js";
import type { CliContext } from "../../context.js";
import { knowRoot } from "../../output/reader-units.js";
import { nextText } from "../../output/session-facts.js";
import { openDesk, type RecordOptions, say, withRecordOptions } from "./desk.js";
import { describe, headOf, type RootOptions, specOf, termsText, withRootOptions } from "./root-terms.js";

interface Options extends RecordOptions, RootOptions {}

/** The book numbers a root when it is made. */
const NEW_ROOT = 0;

/** `session market create`: a new root, an interval or an event. */
export function createMarketCommand(context: CliContext): Command {
  const command = withRootOptions(
    new Command("create").description(
      "Make a market: an interval of one number (--lower, --upper), or an event with outcomes (--outcomes).",
    ),
  );
  return withRecordOptions(command, false)
    .addHelpText(
      "after",
      `
Examples:
  session market create --title "Rain in Seattle in November" --unit mm --ticks-per-unit 10 --lower 0 --upper 300 \\
    --tick-value 0.00001 --closes +30d --settle-by +40d --fallback 167 --source https://example.org --dry-run
  session market create --title "Who wins" --outcomes "red | green | blue" --tick-value 0.0000001 \\
    --closes +7d --settle-by +10d --fallback red`,
    )
    .action(async (options: Options) => {
      await run(context, options);
    });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const head = headOf(options);
  const description = describe(context, options, head);
  const desk = await openDesk(context, options);
  const spec = specOf(desk, options, head, description);
  const place = { owner: desk.owner.address, previousLink: desk.mirror.linkToSign };
  const record = "outcomes" in spec ? eventRecord(place, spec) : intervalRecord(place, spec);
  const { book } = desk.mirror;
  const kind = "outcomes" in spec ? { kind: "simplex" as const, scale: spec.scale } : { kind: "interval" as const };
  knowRoot(context.units, { root: { ...kind, marketRootId: NEW_ROOT }, head });
  const call = { caller: desk.owner.address, timestamp: desk.timestamp };
  await say(context, desk, options, {
    headline: `make ${"outcomes" in spec ? "an event" : "an interval"}\n${termsText(record, head)}`,
    head,
    isFinal: false,
    effect: effectOfRecord(book, call, { record, signature: "0x", description }),
    send: () => ("outcomes" in spec ? desk.owner.createEvent(spec) : desk.owner.createInterval(spec)),
    next: (root) =>
      nextText(
        `market show ${root}`,
        "outcomes" in spec
          ? `trade buy 10 --market ${root}.1 --price 50%`
          : `market branch ${root} --lower … --upper …`,
      ),
  });
}

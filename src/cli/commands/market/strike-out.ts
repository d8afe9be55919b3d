import { Command } from "commander";

import { requireMeant } from "../../../client/market-owner.js";
import { ClientError } from "../../../bindings/errors.js";
import { effectOfRecord } from "../../../protocol/book/record-effect.js";
import { boundsRecord } from "../../../protocol/market/market-drafts.js";
import type { Ticks } from "../../../protocol/amounts/units.js";
import type { CliContext } from "../../context.js";
import { parseOutcome } from "../../input/parse.js";
import { nextText, outcomeName } from "../../output/session-facts.js";
import { knownRoot, openDesk, parseRoot, type RecordOptions, say, withRecordOptions } from "./desk.js";

interface Options extends RecordOptions {
  readonly settle?: true;
}

/** `session market strike-out`: an outcome of an event cannot happen any more. */
export function strikeOutCommand(context: CliContext): Command {
  const command = new Command("strike-out")
    .description("Say that an outcome of an event cannot happen any more. It cannot be taken back.")
    .argument("<root>", "number of the root")
    .argument("<outcome>", "its number from 1, or its name")
    .option("--settle", "it may settle the root: one outcome is left then");
  return withRecordOptions(command, true)
    .addHelpText("after", "\nExamples:\n  session market strike-out 3 2 --dry-run\n  session market strike-out 3 green")
    .action(async (rootText: string, text: string, options: Options) => {
      const marketRootId = parseRoot(rootText);
      const desk = await openDesk(context, options);
      const { root, head } = knownRoot(desk, marketRootId);
      if (root.kind !== "simplex") throw new ClientError("Client_RootKind", { marketRootId });
      const outcome = parseOutcome("outcome", text, root.weights.length, head);
      const settle = options.settle === true;
      const none = 0n as Ticks;
      const place = { owner: desk.owner.address, marketRootId, previousLink: root.tip };
      const record = boundsRecord(place, outcome, { lower: none, upper: none });
      const call = { caller: desk.owner.address, timestamp: desk.timestamp };
      await say(context, desk, options, {
        headline: `strike out outcome ${outcomeName(outcome, head)} of ${marketRootId}`,
        head,
        isFinal: true,
        effect: effectOfRecord(desk.mirror.book, call, { record, signature: "0x", description: "" }),
        requireMeant: () => {
          requireMeant(root, record, { settles: !settle, isApart: true });
        },
        send: () => desk.owner.eliminate(marketRootId, outcome, { settle }),
        next: () => nextText(`market show ${marketRootId}`, `refresh ${marketRootId} TRADER…`),
      });
    });
}

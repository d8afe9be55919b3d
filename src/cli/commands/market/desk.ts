/** What all records of a market's owner have in common: they are tried out, shown, confirmed where they cannot be undone, and sent. */
import { type Command } from "commander";
import type { TransactionReceipt } from "ethers";

import { createMarketOwner, type MarketOwner } from "../../../client/market-owner.js";
import type { MarketHead } from "../../../protocol/market/description.js";
import { rootOf } from "../../../protocol/market/market-table.js";
import type { RecordEffect } from "../../../protocol/book/record-effect.js";
import { nextTime } from "../../chain.js";
import type { CliContext } from "../../context.js";
import { CliError } from "../../cli-error.js";
import { parseCount } from "../../../input/counts.js";
import { type SettingOptions, withSettings } from "../../input/settings.js";
import { headOf, headsOf, type Mirror, readMirror } from "../../mirror.js";
import { knowRoot } from "../../output/reader-units.js";
import { type NamedRoot, sentDocument, sentText } from "../../output/session-facts.js";
import { paragraphs } from "../../output/text.js";
import { type Actor, openActor } from "../../who.js";
import { effectDocument, effectText } from "./effect-text.js";
import { ClientError } from "../../../bindings/errors.js";

export interface RecordOptions extends SettingOptions {
  readonly dryRun?: true;
  readonly yes?: true;
}

/** @param isFinal whether what it says cannot be taken back, and is therefore asked about */
export function withRecordOptions(command: Command, isFinal: boolean): Command {
  command.option("--dry-run", "only show what it would free, take out and determine");
  if (isFinal) command.option("--yes", "send it without asking; wanted where nobody is at a terminal");
  return withSettings(command, "rpc", "session", "fromBlock", "key");
}

/** Who speaks, and the book as it stands. */
export interface Desk extends Actor {
  readonly owner: MarketOwner;
  readonly mirror: Mirror;
  /** The time that the next block will have at least. */
  readonly timestamp: bigint;
}

export async function openDesk(context: CliContext, options: SettingOptions): Promise<Desk> {
  const actor = await openActor(context, options);
  const [mirror, timestamp] = await Promise.all([readMirror(context, actor.handle, options), nextTime(actor.provider)]);
  const heads = headsOf(mirror);
  for (const root of mirror.book.state.markets.table.roots.values()) {
    knowRoot(context.units, { root, head: heads.get(root.marketRootId) }, false);
  }
  return { ...actor, mirror, timestamp, owner: createMarketOwner(actor.handle, actor.wallet) };
}

const MAX_ROOT = 2 ** 32 - 1;

export function parseRoot(text: string): number {
  return parseCount("root", text, 2, MAX_ROOT);
}

/** @throws Refusal Book_MarketUnknown */
export function knownRoot({ mirror }: Pick<Desk, "mirror">, marketRootId: number): NamedRoot {
  const root = rootOf(mirror.book.state.markets.table, marketRootId);
  return { root, head: headOf(mirror, marketRootId) };
}

/** Something that an owner is about to say. */
export interface Saying {
  /** In the words in which it was asked for: `tighten 2.1 to 130 to 160 mm`. */
  readonly headline: string;
  readonly head: MarketHead | undefined;
  readonly effect: RecordEffect;
  readonly isFinal: boolean;
  /** @throws what keeps it from being said, though the book would take it */
  readonly requireMeant?: () => void;
  readonly send: () => Promise<{ readonly receipt: TransactionReceipt; readonly marketRootId: number }>;
  /** The command lines that come next, once it is said. */
  readonly next: (marketRootId: number) => string;
}

/** What would keep it from being sent. */
function refusedAs(requireMeant: Saying["requireMeant"]): ClientError | undefined {
  try {
    requireMeant?.();
    return undefined;
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
}

/** The effect comes first, whatever then keeps it from being sent. */
export async function say(context: CliContext, desk: Desk, options: RecordOptions, saying: Saying): Promise<void> {
  const { headline, head, effect, isFinal, requireMeant } = saying;
  const root = desk.mirror.book.state.markets.find(effect.marketRootId);
  const shown = effectText(root, head, effect);
  if (options.dryRun === true) {
    const refused = refusedAs(requireMeant);
    context.answer({
      document: { dryRun: true, effect: effectDocument(effect), ...(refused && { refused: refused.code }) },
      text: paragraphs(
        `Would ${headline}`,
        shown,
        ...(refused === undefined ? [] : [`It would be refused as it stands. ${refused.message}`]),
      ),
    });
    return;
  }
  if (isFinal && effect.changes.length === 0 && !effect.settles) {
    throw new CliError("RECORD_SAYS_NOTHING", { market: headline });
  }
  if (isFinal) context.stderr(`${paragraphs(`About to ${headline}`, shown)}\n\n`);
  requireMeant?.();
  if (isFinal && options.yes !== true && !(await context.confirm("This cannot be undone. Send it?"))) {
    throw new CliError("NOT_CONFIRMED");
  }
  context.progress(`Sending: ${headline.split("\n", 1)[0] ?? headline}`);
  const { receipt, marketRootId } = await saying.send();
  context.answer({
    document: { marketRootId, effect: effectDocument({ ...effect, marketRootId }), ...sentDocument(receipt) },
    text: paragraphs(`Said: ${headline}`, shown, sentText(receipt), saying.next(marketRootId)),
  });
}

import { Command } from "commander";

import { createRelayClient } from "../../client/relay/client.js";
import { type Fraction } from "../../protocol/amounts/fraction.js";
import { monitoringOf } from "../../protocol/book/monitoring.js";
import { LIKENESS_SCALE } from "../../protocol/value/concentration.js";
import type { RelayMonitoring } from "../../wire/state.js";
import type { CliContext } from "../context.js";
import { writeText } from "../input/files.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { readMirror } from "../mirror.js";
import { ASK_RELAY, relayAt } from "../ask-relay.js";
import { marketName } from "../output/session-facts.js";
import { sharesPicture } from "../../pictures/shares.js";
import { printPicture } from "../../pictures/svg/print.js";
import { facts, paragraphs, table, tokens } from "../output/text.js";
import { fixed } from "../../protocol/amounts/decimals.js";
import { openReader } from "../who.js";

interface Options extends Omit<SettingOptions, "relay"> {
  readonly relay?: string | true;
  readonly svg?: string;
}

/** As a relay tells it, and as the logs do. */
type Watched = Omit<RelayMonitoring, "block">;
type Leg = Watched["legs"][number];

const DIGITS = 4;

/** `session monitor`: in how few hands, how alike, how much is open where. */
export function monitorCommand(context: CliContext): Command {
  const command = new Command("monitor")
    .description("Show in how few hands each asset is, how alike the positions are, and open interest by market.")
    .option(...ASK_RELAY)
    .option("--svg <file>", "write shares and concentration of each asset as bars");
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText(
      "after",
      `
What is counted is in the book; tokens outside are not. Likeness: 1 if all lean the same way, 0 if they have nothing in common,
below zero if they lean against each other.

Examples:
  session monitor
  session monitor --relay http://127.0.0.1:8700 --json
  session monitor --svg monitor.svg`,
    )
    .action(async (options: Options) => {
      const watched = await read(context, options);
      if (options.svg !== undefined) writeText(context, options.svg, pictureOf(watched));
      context.answer({ document: documentOf(watched), text: textOf(watched, options.svg) });
    });
}

async function read(context: CliContext, { relay, ...options }: Options): Promise<Watched> {
  if (relay !== undefined) return createRelayClient(relayAt(context, relay)).monitoring();
  const handle = await openReader(context, options);
  const { book } = await readMirror(context, handle, options);
  const { crowding, legs, roots, traders, holders } = monitoringOf(book.state);
  return {
    traders,
    holders,
    views: crowding.views,
    likeness: crowding.likeness ?? null,
    legs: legs.map((leg) => ({ ...leg, largestHolder: leg.largestHolder ?? null })),
    roots: roots.map((root) => ({ ...root, markets: [...root.markets] })),
  };
}

function documentOf({ traders, holders, views, likeness, legs, roots }: Watched): object {
  return {
    traders,
    holders,
    views,
    likenessAtto: likeness,
    legs: legs.map(({ leg, total, holders: owners, herfindahl, largest, largestHolder }) => ({
      leg,
      claimWei: total,
      holders: owners,
      herfindahl,
      largestShare: largest,
      largestHolder,
    })),
    roots: roots.map(({ marketRootId, holders: owners, atStake, markets }) => ({
      marketRootId,
      holders: owners,
      atStakeWei: atStake,
      markets: markets.map(({ marketBranchId, longLots, shortLots, longs, shorts }) => {
        return { marketBranchId, longLots, shortLots, longs, shorts };
      }),
    })),
  };
}

function textOf({ traders, holders, views, likeness, legs, roots }: Watched, svg: string | undefined): string {
  return paragraphs(
    facts([
      ["traders", `${String(traders)}, of whom ${String(holders)} have claims`],
      ["views", `${String(views)} hold more of one asset than of another`],
      ["likeness", likeness === null ? "- (of fewer than two)" : fixed(likeness, LIKENESS_SCALE, DIGITS)],
    ]),
    table(
      ["asset", "claims in the book", "holders", "effective", "Herfindahl", "largest share", "of"],
      legs.map((leg) => [
        `leg ${String(leg.leg)}`,
        tokens(leg.total),
        String(leg.holders),
        effectiveOf(leg),
        shareText(leg.herfindahl),
        shareText(leg.largest),
        leg.largestHolder === null ? "-" : shortAddress(leg.largestHolder),
      ]),
    ),
    table(
      ["market", "long lots", "by", "short lots", "by", "at stake in the root"],
      roots.flatMap(({ markets, atStake }) =>
        markets.map(({ longLots, longs, shortLots, shorts, ...market }, b) => [
          marketName(market),
          longLots.toString(),
          String(longs),
          shortLots.toString(),
          String(shorts),
          b === 0 ? tokens(atStake) : "",
        ]),
      ),
    ),
    svg === undefined ? "" : `Picture: ${svg}`,
  );
}

/** How many holders with the same each would be as concentrated. */
function effectiveOf({ herfindahl: { numerator, denominator } }: Leg): string {
  return numerator === 0n ? "-" : fixed(denominator, numerator, 2);
}

function shareText({ numerator, denominator }: Fraction): string {
  return fixed(numerator, denominator, DIGITS);
}

function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}

function pictureOf({ legs }: Watched): string {
  const told = (share: Fraction) => ({ text: shareText(share), value: Number(shareText(share)) });
  const drawn = sharesPicture(
    "Who has the basket",
    legs.map(({ leg, largest, herfindahl, holders }) => {
      return { name: `leg ${String(leg)}`, largest: told(largest), herfindahl: told(herfindahl), holders };
    }),
  );
  return printPicture(drawn);
}

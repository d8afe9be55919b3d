import { Command } from "commander";

import type { MarketHead } from "../../protocol/market/description.js";
import type { Depth, Level } from "../../protocol/value/quote.js";
import type { CliContext } from "../context.js";
import { type DepthOptions, type HouseDepth, readShownDepth } from "../depth-sources.js";
import { writeText } from "../input/files.js";
import { parseTarget } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { withFactory } from "../maker-factory.js";
import { marketName, marketTitle, type PricedRoot, priceText, wayText } from "../output/session-facts.js";
import { withSettings } from "../input/settings.js";
import { depthPicture } from "../../pictures/depth.js";
import { printPicture } from "../../pictures/svg/print.js";
import { paragraphs, table } from "../output/text.js";

interface Options extends DepthOptions {
  readonly leg?: string;
  readonly market?: string;
  readonly orders: string;
  readonly svg?: string;
}

const MAX_ORDERS = 1_000;

/** `session book`: both sides of one market. */
export function bookCommand(context: CliContext): Command {
  const command = new Command("book")
    .description("Show both sides of a market, one line for each price; leg 1 of the basket by default.")
    .option("--leg <number>", "a leg of the basket, from 1")
    .option("--market <root.branch>", "any market, such as 2.1")
    .option("--orders <count>", "how many resting orders of each side to look at; of a relay how many prices", "64")
    .option("--sets", "show what complete sets of all other legs would add, as depth of the house")
    .option("--maker <address>", "show what this automated maker would add, as depth of the house")
    .option(
      "--relay [url]",
      "ask a relay, which tells what its makers and sets would add, too; without an address the one that is set (SESSION_RELAY_URL, else the profile's)",
    )
    .option("--svg <file>", "write the depth as a picture");
  return withFactory(withSettings(command, "rpc", "session", "fromBlock"))
    .addHelpText(
      "after",
      `
Some orders may have expired or lost their collateral: they are taken out when they are met.

Examples:
  session book
  session book --market 2.1 --maker 0x…
  session book --relay http://127.0.0.1:8700
  session book --market 2.1 --svg depth.svg`,
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, options: Options): Promise<void> {
  const market = parseTarget(options);
  const orders = parseCount("--orders", options.orders, 1, MAX_ORDERS);
  const { root, head, assets, own, houses } = await readShownDepth(context, options, market, orders);
  const title = `Depth of ${marketTitle(market, head)}`;
  if (options.svg !== undefined) writeText(context, options.svg, printPicture(depthPicture(title, own)));
  const usual = assets === 2 && marketName(market) === "leg 2";
  context.answer({
    document: {
      ...market,
      head: head ?? null,
      ...levelsDocument(own),
      ...(houses.length > 0 && { houses: houses.map((house) => ({ ...house, ...levelsDocument(house) })) }),
    },
    text: paragraphs(
      title,
      ladder(root, own, head),
      ...houses.map((house) => `${houseTitle(house)}\n${ladder(root, house, head)}`),
      usual ? "With two assets both legs are traded as leg 1: see there." : "",
      options.svg === undefined ? "" : `Picture: ${options.svg}`,
    ),
  });
}

function houseTitle({ through, contract }: HouseDepth): string {
  const who = through === "set" ? "complete sets of all other legs" : wayText({ through, contract });
  return `House depth, which rests nowhere: ${who}`;
}

function levelsDocument({ bids, asks }: Depth): object {
  const plain = ({ priceTicks, lots }: Level): object => ({ priceTicks, lots });
  return { bids: bids.map(plain), asks: asks.map(plain) };
}

/** Offers from the highest down, then bids: the prices fall from top to bottom. */
function ladder(root: PricedRoot, { bids, asks }: Depth, head: MarketHead | undefined): string {
  const row = (level: Level, side: "bid" | "offer"): string[] => [
    priceText(root, level.priceTicks, head),
    side === "bid" ? level.lots.toString() : "",
    side === "offer" ? level.lots.toString() : "",
  ];
  const rows = [...asks.toReversed().map((level) => row(level, "offer")), ...bids.map((level) => row(level, "bid"))];
  return table(["price", "bid lots", "offer lots"], rows);
}

import { Command } from "commander";

import { readDepth, readRoot } from "../../client/market-views.js";
import { readMaker } from "../../client/maker.js";
import { readHouseDepth } from "../../client/routing.js";
import type { SessionHandle } from "../../bindings/session.js";
import { makerDepth } from "../../protocol/maker/taking.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import type { MarketHead } from "../../protocol/market/description.js";
import type { MarketRoot } from "../../protocol/market/market-table.js";
import type { Depth, Level } from "../../protocol/value/quote.js";
import type { CliContext } from "../context.js";
import { writeText } from "../input/files.js";
import { parseAddress, parseCount, parseTarget } from "../input/parse.js";
import { factoryOf, requireMarket, withFactory } from "../maker-factory.js";
import { readHeads } from "../market-words.js";
import { marketName, marketTitle, priceText } from "../output/session-facts.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { depthPicture } from "../../pictures/depth.js";
import { printPicture } from "../output/svg/print.js";
import { paragraphs, table } from "../output/text.js";
import { openReader } from "../who.js";

interface Options extends SettingOptions {
  readonly leg?: string;
  readonly market?: string;
  readonly orders: string;
  readonly sets?: true;
  readonly maker?: string;
  readonly svg?: string;
}

const MAX_ORDERS = 1_000;

/** `session book`: both sides of one market. */
export function bookCommand(context: CliContext): Command {
  const command = new Command("book")
    .description("Show both sides of a market, one line for each price; leg 1 of the basket by default.")
    .option("--leg <number>", "a leg of the basket, from 1")
    .option("--market <root.branch>", "any market, such as 2.1")
    .option("--orders <count>", "how many resting orders of each side to look at", "64")
    .option("--sets", "show what complete sets of all other legs would add, as depth of the house")
    .option("--maker <address>", "show what this automated maker would add, as depth of the house")
    .option("--svg <file>", "write the depth as a picture");
  return withFactory(withSettings(command, "rpc", "session", "fromBlock"))
    .addHelpText(
      "after",
      `
Some orders may have expired or lost their collateral: they are taken out when they are met.

Examples:
  session book
  session book --market 2.1 --maker 0x…
  session book --market 2.1 --svg depth.svg`,
    )
    .action(async (options: Options) => {
      const market = parseTarget(options);
      const orders = parseCount("--orders", options.orders, 1, MAX_ORDERS);
      const handle = await openReader(context, options);
      const [root, heads] = await Promise.all([
        readRoot(handle, market.marketRootId),
        readHeads(context, handle, options, market.marketRootId),
      ]);
      const { own: depth, sets: house } =
        options.sets === true
          ? await readHouseDepth(handle, root, market, orders)
          : { own: await readDepth(handle, market, orders), sets: undefined };
      const made = await depthOfMaker(context, handle, options, market);
      const head = heads.get(market.marketRootId);
      const title = `Depth of ${marketTitle(market, head)}`;
      if (options.svg !== undefined) writeText(context, options.svg, printPicture(depthPicture(title, depth)));
      const usual = handle.legs.length === 2 && marketName(market) === "leg 2";
      context.answer({
        document: {
          ...market,
          head: head ?? null,
          bids: depth.bids.map(levelDocument),
          asks: depth.asks.map(levelDocument),
          ...(house === undefined
            ? {}
            : { house: { bids: house.bids.map(levelDocument), asks: house.asks.map(levelDocument) } }),
          ...(made === undefined
            ? {}
            : { maker: { ...made, bids: made.bids.map(levelDocument), asks: made.asks.map(levelDocument) } }),
        },
        text: paragraphs(
          title,
          ladder(root, depth, head),
          house === undefined
            ? ""
            : `House depth, which rests nowhere: complete sets of all other legs\n${ladder(root, house, head)}`,
          made === undefined
            ? ""
            : `House depth, which rests nowhere: the maker ${made.address}\n${ladder(root, made, head)}`,
          usual ? "With two assets both legs are traded as leg 1: see there." : "",
          options.svg === undefined ? "" : `Picture: ${options.svg}`,
        ),
      });
    });
}

/** @returns undefined if no maker is named. @throws CliError ARGUMENT_INVALID for one that gives nothing in this market */
async function depthOfMaker(
  context: CliContext,
  handle: SessionHandle,
  options: Options,
  market: MarketRef,
): Promise<(Depth & { readonly address: string }) | undefined> {
  if (options.maker === undefined) return undefined;
  const maker = await readMaker(handle, factoryOf(context, options, handle), parseAddress("--maker", options.maker));
  return { address: maker.address, ...makerDepth(requireMarket(maker, market)) };
}

function levelDocument({ priceTicks, lots }: Level): object {
  return { priceTicks, lots };
}

/** Offers from the highest down, then bids: the prices fall from top to bottom. */
function ladder(root: MarketRoot, { bids, asks }: Depth, head: MarketHead | undefined): string {
  const row = (level: Level, side: "bid" | "offer"): string[] => [
    priceText(root, level.priceTicks, head),
    side === "bid" ? level.lots.toString() : "",
    side === "offer" ? level.lots.toString() : "",
  ];
  const rows = [...asks.toReversed().map((level) => row(level, "offer")), ...bids.map((level) => row(level, "bid"))];
  return table(["price", "bid lots", "offer lots"], rows);
}

import { Command } from "commander";

import { readMaker } from "../../../client/maker.js";
import type { Fraction } from "../../../protocol/amounts/fraction.js";
import { magnitude } from "../../../protocol/amounts/magnitude.js";
import type { MakerHouse } from "../../../protocol/book/houses.js";
import type { MarketHead } from "../../../protocol/market/description.js";
import { type MarketRoot, rootOf } from "../../../protocol/market/market-table.js";
import {
  ceilWei,
  daysToUnwind,
  type OpenPosition,
  openPositions,
  type Unwinding,
  unwindings,
} from "../../../risk/unwind.js";
import type { SessionHandle } from "../../../bindings/session.js";
import type { CliContext } from "../../context.js";
import { readHistory, type SessionHistory } from "../../history.js";
import { parseAddress } from "../../input/parse.js";
import { parseCount } from "../../../input/counts.js";
import { type SettingOptions, withSettings } from "../../input/settings.js";
import { factoryOf, withFactory } from "../../maker-factory.js";
import { type Heads, readHeads } from "../../market-words.js";
import { JSON_FLAG } from "../../output/json.js";
import { finePriceText, marketTitle } from "../../output/session-facts.js";
import { paragraphs, table, tokens } from "../../output/text.js";
import { fixed } from "../../../protocol/amounts/decimals.js";
import { shortName } from "../../../risk/stress/holders.js";
import { openReader } from "../../who.js";

interface Options extends SettingOptions {
  readonly trader?: string;
  readonly maker?: string;
  readonly share: string;
}

/** A position, what closing parts of it would cost, and how long all of it would take. */
interface Row {
  readonly trader: string;
  readonly position: OpenPosition;
  readonly root: MarketRoot;
  readonly head: MarketHead | undefined;
  readonly parts: readonly Unwinding[];
  readonly tradedLots: bigint;
  readonly days: Fraction | undefined;
}

/** `session stress unwind`: what it would cost to close positions now. */
export function unwindCommand(context: CliContext): Command {
  const command = new Command("unwind")
    .description(
      "Tell what closing 10, 50 and 100 % of each position would cost in what the book's orders can really bear.",
    )
    .option("--trader <address>", "of this account alone (default: all)")
    .option("--maker <address>", "what this automated maker would ask for the same lots, beside the book")
    .option("--share <percent>", "how much of what is traded one may be, for the days that it takes", "10");
  return withFactory(withSettings(command, "rpc", "session", "fromBlock"))
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      `
Orders count with what their traders could be held to, each collateral once, own orders not at all. The cost is beside the middle between
the best covered bid and offer. Each market is walked by itself: closing everywhere at once may cost more.

Examples:
  session stress unwind
  session stress unwind --trader 0x… --maker 0x… --share 5`,
    )
    .action(async (options: Options) => {
      const MOST = 100;
      const share = BigInt(parseCount("--share", options.share, 1, MOST));
      const only = options.trader === undefined ? undefined : parseAddress("--trader", options.trader);
      const handle = await openReader(context, options);
      const maker =
        options.maker === undefined
          ? undefined
          : await houseAt(context, handle, options, parseAddress("--maker", options.maker));
      const history = await readHistory(context, handle, options);
      const heads = await readHeads(context, handle, options);
      const rows = rowsOf(history, { only, maker, share, heads });
      const { blockNumber, timestamp } = history;
      context.answer({
        document: { blockNumber, timestamp, sharePercent: share, positions: rows.map(rowDocument) },
        text: paragraphs(
          rows.length === 0 ? "Nobody has an open position." : textOf(rows, share),
          maker === undefined
            ? ""
            : `The maker's own quote for the same lots stands beside; the two could be combined.`,
        ),
      });
    });
}

/** @throws ClientError Client_NotAMaker */
async function houseAt(
  context: CliContext,
  handle: SessionHandle,
  options: Options,
  address: string,
): Promise<MakerHouse> {
  return { kind: "maker", ...(await readMaker(handle, factoryOf(context, options, handle), address)) };
}

interface Asked {
  readonly only: string | undefined;
  readonly maker: MakerHouse | undefined;
  readonly share: bigint;
  readonly heads: Heads;
}

function rowsOf({ state, fills, timestamp }: SessionHistory, { only, maker, share, heads }: Asked): Row[] {
  const seconds = timestamp - state.terms.t1;
  return [...state.traders.all()].flatMap(({ traderId, address }) => {
    if (only !== undefined && only !== address) return [];
    const options = { timestamp, without: traderId };
    return openPositions(state, traderId).map((position): Row => {
      const { marketRootId, marketBranchId } = position;
      const root = rootOf(state.markets.table, marketRootId);
      const tradedLots = fills
        .filter((fill) => fill.marketRootId === marketRootId && fill.marketBranchId === marketBranchId)
        .reduce((sum, fill) => sum + fill.lots, 0n);
      return {
        trader: address,
        position,
        root,
        head: heads.get(marketRootId),
        parts: unwindings(state, position, options, maker === undefined ? [] : [maker]),
        tradedLots,
        days: seconds > 0n ? daysToUnwind(position, { lots: tradedLots, seconds }, share) : undefined,
      };
    });
  });
}

function rowDocument({ trader, position, parts, tradedLots, days }: Row): object {
  return {
    trader,
    ...position,
    tradedLots,
    daysToUnwind: days ?? null,
    parts: parts.map(({ part, lots, walk, costWei, maker }) => ({
      percent: part,
      lots,
      filledLots: walk.filledLots,
      uncoveredLots: walk.uncoveredLots,
      tickLots: walk.tickLots,
      levels: walk.levels.map(({ priceTicks, lots: size }) => ({ priceTicks, lots: size })),
      costWei: costWei === undefined ? null : ceilWei(costWei),
      maker:
        maker === undefined
          ? null
          : { tickLots: maker.tickLots, costWei: maker.costWei === undefined ? null : ceilWei(maker.costWei) },
    })),
  };
}

function textOf(rows: readonly Row[], share: bigint): string {
  const hasMaker = rows.some(({ parts }) => parts.some(({ maker }) => maker !== undefined));
  return table(
    [
      "account",
      "market",
      "position",
      "close",
      "lots",
      "filled",
      "uncovered",
      "average price",
      "costs",
      ...(hasMaker ? ["maker's price", "costs"] : []),
      `days at ${share}%`,
    ],
    rows.flatMap((row) => {
      const { trader, position, root, head, parts, days } = row;
      const priceOf = (tickLots: bigint, lots: bigint): string =>
        lots === 0n ? "-" : finePriceText(root, tickLots, lots, head);
      return parts.map(({ part, lots, walk, costWei, maker }, k) => [
        k === 0 ? shortName(trader) : "",
        k === 0 ? marketTitle(position, head) : "",
        k === 0 ? position.lots.toString() : "",
        `${part}%`,
        lots.toString(),
        walk.filledLots.toString(),
        walk.uncoveredLots.toString(),
        priceOf(walk.tickLots, walk.filledLots),
        costText(costWei),
        ...(hasMaker
          ? [maker === undefined ? "-" : priceOf(maker.tickLots, magnitude(lots)), costText(maker?.costWei)]
          : []),
        k === 0 ? (days === undefined ? "-" : fixed(days.numerator, days.denominator, 2)) : "",
      ]);
    }),
  );
}

function costText(cost: Fraction | undefined): string {
  return cost === undefined ? "-" : tokens(ceilWei(cost));
}

/** The rows of a ladder: levels of a book, gathered by steps of price, with what of them is one's own; and between them those of houses. */
import type { RelayHouseDepth } from "../../../src/wire/state.js";
import type { OwnDepth } from "../../data/source.js";

export const STEPS = [1n, 5n, 10n, 50n] as const;
export type Step = (typeof STEPS)[number];

export interface LadderRow {
  readonly isBid: boolean;
  /** As the market that is shown counts; of a step the price nearest to the other side's. */
  readonly priceTicks: bigint;
  readonly lots: bigint;
  /** From the best row on. */
  readonly cumulated: bigint;
  /** One's own, within `lots`. */
  readonly own: bigint;
  readonly orders: number;
  /** Of a row that rests nowhere the house that would add it; it counts for no sum. Undefined for the book's. */
  readonly through?: RelayHouseDepth["through"];
}

export interface Ladder {
  /** The dearest first, as they stand on the screen. */
  readonly asks: readonly LadderRow[];
  /** The dearest first: the best. */
  readonly bids: readonly LadderRow[];
  /** Best offer less best bid; undefined unless both are there. Below zero while orders wait to be matched. */
  readonly spread: bigint | undefined;
}

/** An order of one's own in that book: + bid, − offer. */
export interface OwnResting {
  readonly priceTicks: bigint;
  readonly lots: bigint;
}

export interface LadderOptions {
  readonly step: Step;
  /** Scale of a market that is shown the other way round: its prices are what is missing to it, its bids offers. */
  readonly turnedAt?: bigint | undefined;
  /** Rows of each side, of the book. */
  readonly most: number;
  /** What houses would add; nothing by default. Of each house there are half as many rows at most. */
  readonly house?: readonly RelayHouseDepth[];
}

interface Level {
  readonly priceTicks: bigint;
  readonly lots: bigint;
  /** None where nothing rests. */
  readonly orders?: number;
}

export function ladderOf(depth: OwnDepth, own: readonly OwnResting[], options: LadderOptions): Ladder {
  const { turnedAt, house = [] } = options;
  const { bids, asks } = turned(depth, turnedAt);
  const mine = own.map(({ priceTicks, lots }) =>
    turnedAt === undefined ? { priceTicks, lots } : { priceTicks: turnedAt - priceTicks, lots: -lots },
  );
  const [bestBid, bestAsk] = [bids[0]?.priceTicks, asks[0]?.priceTicks];
  const added = house.map(({ through, ...levels }) => ({ through, ...turned(levels, turnedAt) }));
  const side = (levels: readonly Level[], isBid: boolean): LadderRow[] => {
    const rows = added.flatMap(({ through, ...each }) =>
      houseRows(isBid ? each.bids : each.asks, through, isBid, options),
    );
    return inOrder([...rowsOf(levels, mine, isBid, options), ...rows], isBid);
  };
  return {
    bids: side(bids, true),
    asks: side(asks, false).reverse(),
    spread: bestBid === undefined || bestAsk === undefined ? undefined : bestAsk - bestBid,
  };
}

interface Sides {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** As the market that is shown has it. @param turnedAt scale of one that is shown the other way round */
function turned({ bids, asks }: Sides, turnedAt: bigint | undefined): Sides {
  if (turnedAt === undefined) return { bids, asks };
  const turn = ({ priceTicks, ...level }: Level): Level => ({ priceTicks: turnedAt - priceTicks, ...level });
  return { bids: asks.map(turn), asks: bids.map(turn) };
}

/** Rows of one house; what is one's own is in none of them. */
function houseRows(
  levels: readonly Level[],
  through: RelayHouseDepth["through"],
  isBid: boolean,
  options: LadderOptions,
): LadderRow[] {
  const rows = rowsOf(levels, [], isBid, { ...options, most: Math.ceil(options.most / 2) });
  return rows.map((row) => ({ ...row, cumulated: 0n, through }));
}

/** The best first; at one price the book's before houses'. */
function inOrder(rows: LadderRow[], isBid: boolean): LadderRow[] {
  const sign = isBid ? -1 : 1;
  return rows.sort((a, b) => (a.priceTicks === b.priceTicks ? 0 : a.priceTicks < b.priceTicks ? -sign : sign));
}

function rowsOf(
  levels: readonly Level[],
  own: readonly OwnResting[],
  isBid: boolean,
  options: LadderOptions,
): LadderRow[] {
  const rows: { priceTicks: bigint; lots: bigint; own: bigint; orders: number }[] = [];
  for (const { priceTicks, lots, orders = 0 } of levels) {
    const at = stepOf(priceTicks, options.step, isBid);
    const last = rows.at(-1);
    if (last?.priceTicks === at) {
      last.lots += lots;
      last.orders += orders;
    } else rows.push({ priceTicks: at, lots, own: 0n, orders });
  }
  const byPrice = new Map(rows.map((row) => [row.priceTicks, row]));
  for (const { priceTicks, lots } of own) {
    if (lots > 0n !== isBid) continue;
    const row = byPrice.get(stepOf(priceTicks, options.step, isBid));
    if (row !== undefined) row.own += lots < 0n ? -lots : lots;
  }
  let cumulated = 0n;
  return rows.slice(0, options.most).map((row) => {
    cumulated += row.lots;
    return { ...row, isBid, cumulated };
  });
}

/** Bids down and offers up, so that no row promises a better price than its orders have. */
function stepOf(price: bigint, step: bigint, isBid: boolean): bigint {
  const rest = ((price % step) + step) % step;
  if (rest === 0n) return price;
  return isBid ? price - rest : price - rest + step;
}

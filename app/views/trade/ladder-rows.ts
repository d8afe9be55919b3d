/** The rows of a ladder: levels of a book, gathered by steps of price, with what of them is one's own. */
import type { RelayDepth } from "../../../src/wire/state.js";

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
  /** Rows of each side. */
  readonly most: number;
}

interface Level {
  readonly priceTicks: bigint;
  readonly lots: bigint;
  readonly orders: number;
}

export function ladderOf(depth: RelayDepth, own: readonly OwnResting[], options: LadderOptions): Ladder {
  const { turnedAt } = options;
  const turn = ({ priceTicks, ...level }: Level): Level => ({ priceTicks: (turnedAt ?? 0n) - priceTicks, ...level });
  const bids = turnedAt === undefined ? depth.bids : depth.asks.map(turn);
  const asks = turnedAt === undefined ? depth.asks : depth.bids.map(turn);
  const mine = own.map(({ priceTicks, lots }) =>
    turnedAt === undefined ? { priceTicks, lots } : { priceTicks: turnedAt - priceTicks, lots: -lots },
  );
  const [bestBid, bestAsk] = [bids[0]?.priceTicks, asks[0]?.priceTicks];
  return {
    bids: rowsOf(bids, mine, true, options),
    asks: rowsOf(asks, mine, false, options).reverse(),
    spread: bestBid === undefined || bestAsk === undefined ? undefined : bestAsk - bestBid,
  };
}

function rowsOf(
  levels: readonly Level[],
  own: readonly OwnResting[],
  isBid: boolean,
  options: LadderOptions,
): LadderRow[] {
  const rows: { priceTicks: bigint; lots: bigint; own: bigint; orders: number }[] = [];
  for (const { priceTicks, lots, orders } of levels) {
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

/**
 * What was traded in a market, span by span. Spans begin at multiples of their length since 1970; one in which nothing was traded has no
 * prices, and none is made up for it.
 */
import { and, desc, eq, lte, sql } from "drizzle-orm";

import { type Ticks, ticks } from "../../protocol/amounts/units.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import { RelayError } from "../errors.js";
import { queryRows } from "../store/database.js";
import { anchor, type HistoryBlock, type Reading, requireHeld } from "./reading.js";
import { historyMarkets } from "./schema.js";

/** In one answer. */
export const MOST_SPANS = 1_000;
/** If it is not said from when on. */
const USUAL_SPANS = 100n;
const DAY = 86_400n;

export interface CandleRequest {
  /** Length of a span, seconds. */
  readonly interval: number;
  /** Unix seconds: the first span is the one with `from` in it, the last the one with the second before `to`. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Prices of the first trade, the dearest, the cheapest and the last; null if there was none. */
export interface Traded {
  readonly open: Ticks | null;
  readonly high: Ticks | null;
  readonly low: Ticks | null;
  readonly close: Ticks | null;
  /** Lots, of all its trades. */
  readonly volume: bigint;
  readonly fills: number;
}

export interface SpanPlace {
  /** Its first second. */
  readonly from: bigint;
  /** Whether no later block can be in it. */
  readonly complete: boolean;
}

export interface Candle extends Traded, SpanPlace {}

export interface Candles extends MarketRef {
  /** The block at which all of it holds. */
  readonly block: HistoryBlock;
  readonly interval: number;
  /** Every span that was asked for and has begun, in order. */
  readonly candles: readonly Candle[];
}

/** A market now, and what was traded there in the day up to now. */
export interface Ticker extends MarketRef, Traded {
  readonly block: HistoryBlock;
  /** Unix seconds: the first of the day, and the first after it. */
  readonly from: bigint;
  readonly to: bigint;
  /** Of the last trade, however long ago. */
  readonly lastPrice: Ticks | null;
  readonly bestBid: Ticks | null;
  readonly bestAsk: Ticks | null;
  readonly longLots: bigint;
  readonly shortLots: bigint;
}

const NOTHING: Traded = { open: null, high: null, low: null, close: null, volume: 0n, fills: 0 };

/** @throws RelayError RELAY_NOT_READY, RELAY_REQUEST_INVALID, RELAY_ARCHIVED */
export async function candles(reading: Reading, market: MarketRef, request: CandleRequest): Promise<Candles> {
  const block = await anchor(reading);
  const span = BigInt(request.interval);
  const { first, end } = spansOf(request, block.timestamp);
  await requireHeld(reading, { from: first * span });
  const found = await tradedIn(reading, market, block, { from: first * span, to: end * span, span });
  const list = Array.from({ length: Number(end - first) }, (_, index): Candle => {
    const number = first + BigInt(index);
    return { from: number * span, complete: isOver(block, number * span, span), ...(found.get(number) ?? NOTHING) };
  });
  const { marketRootId, marketBranchId } = market;
  return { block, marketRootId, marketBranchId, interval: request.interval, candles: list };
}

/** @throws RelayError RELAY_NOT_READY, RELAY_ARCHIVED */
export async function ticker(reading: Reading, market: MarketRef): Promise<Ticker> {
  const block = await anchor(reading);
  const to = block.timestamp + 1n;
  const from = to > DAY ? to - DAY : 0n;
  const { marketRootId, marketBranchId } = market;
  await requireHeld(reading, { from });
  const traded = (await tradedIn(reading, market, block, { from, to, span: undefined })).get(0n) ?? NOTHING;
  const now = await stateAt(reading, market, block);
  return { block, marketRootId, marketBranchId, from, to, ...traded, ...now };
}

/** Whether no later block can be in the span that begins then; Unix seconds. */
export function isOver({ timestamp }: HistoryBlock, from: bigint, span: bigint): boolean {
  return timestamp >= from + span;
}

/** Numbers of the spans that are wanted, of those that have begun: the first, and the first that is not. @throws RelayError RELAY_REQUEST_INVALID */
export function spansOf({ interval, from, to }: CandleRequest, now: bigint): { first: bigint; end: bigint } {
  const span = BigInt(interval);
  const begun = now / span + 1n;
  const asked = to === undefined ? begun : (BigInt(to) + span - 1n) / span;
  const end = asked < begun ? asked : begun;
  const usual = asked > USUAL_SPANS ? asked - USUAL_SPANS : 0n;
  const first = from === undefined ? usual : BigInt(from) / span;
  if (to !== undefined && first >= asked) throw refusal("to: is not after from");
  if (asked - first > BigInt(MOST_SPANS)) throw refusal(`from: at most ${MOST_SPANS} spans are answered at once`);
  return { first, end: end > first ? end : first };
}

function refusal(problems: string): RelayError {
  return new RelayError("RELAY_REQUEST_INVALID", { problems });
}

interface Span {
  /** Unix seconds: the first, and the first that is not. */
  readonly from: bigint;
  readonly to: bigint;
  /** Seconds; undefined for one of all. */
  readonly span: bigint | undefined;
}

/** As drivers give numbers that may be large: as text, or as what they are. */
interface TradedRow extends Record<keyof Traded, string | number | bigint> {
  readonly number: string | number | bigint;
}

/** What was traded up to a block, by the number of the span; spans without a trade are not there. */
async function tradedIn(
  { tables, book }: Reading,
  { marketRootId, marketBranchId }: MarketRef,
  { number: at }: HistoryBlock,
  { from, to, span }: Span,
): Promise<Map<bigint, Traded>> {
  const time = (seconds: bigint) => sql`${seconds.toString()}::numeric`;
  const rows = await queryRows<TradedRow>(
    tables,
    sql`with within as (
        select (select number from history_blocks where book = ${book} and timestamp >= ${time(from)}
            order by timestamp, number limit 1) as first,
          (select number from history_blocks where book = ${book} and timestamp < ${time(to)} and number <= ${at}
            order by timestamp desc, number desc limit 1) as last),
      fills as (
        select price, lots, block_number, position from history_fills
        where book = ${book} and market_root_id = ${marketRootId} and market_branch_id = ${marketBranchId}
          and block_number between (select first from within) and (select last from within))
      select ${span === undefined ? sql`0` : sql`div(timestamp, ${time(span)})`} as number,
        (array_agg(price order by block_number, position))[1] as open, max(price) as high, min(price) as low,
        (array_agg(price order by block_number desc, position desc))[1] as close,
        sum(lots) as volume, count(*) as fills
      from fills join history_blocks blocks on blocks.book = ${book} and blocks.number = block_number
      group by 1`,
  );
  return new Map(rows.map((row) => [BigInt(row.number), tradedOf(row)]));
}

function tradedOf({ open, high, low, close, volume, fills }: TradedRow): Traded {
  const price = (value: string | number | bigint): Ticks => ticks(BigInt(value));
  const prices = { open: price(open), high: price(high), low: price(low), close: price(close) };
  return { ...prices, volume: BigInt(volume), fills: Number(fills) };
}

/** A market as the newest block up to this one leaves it. */
async function stateAt({ tables, book }: Reading, market: MarketRef, { number }: HistoryBlock) {
  const { lastPrice, bestBid, bestAsk, longLots, shortLots } = historyMarkets;
  const [row] = await tables
    .select({ lastPrice, bestBid, bestAsk, longLots, shortLots })
    .from(historyMarkets)
    .where(
      and(
        eq(historyMarkets.book, book),
        eq(historyMarkets.marketRootId, market.marketRootId),
        eq(historyMarkets.marketBranchId, market.marketBranchId),
        lte(historyMarkets.blockNumber, number),
      ),
    )
    .orderBy(desc(historyMarkets.blockNumber))
    .limit(1);
  return row ?? { lastPrice: null, bestBid: null, bestAsk: null, longLots: 0n, shortLots: 0n };
}

/** What stood at the end of each span: weights of the basket, and levels of a market. Spans are those of candles. */
import { sql } from "drizzle-orm";

import type { MarketRef } from "../../protocol/signing/package.js";
import type { StoredLevel } from "../../history/rows.js";
import { queryRows } from "../store/database.js";
import { type CandleRequest, isOver, type SpanPlace, spansOf } from "./candles.js";
import { anchor, type HistoryBlock, type Reading, requireHeld } from "./reading.js";

/** Of each leg twice its middle, as the last block of the span or one before it left them; null before there were any. */
export interface WeightSpan extends SpanPlace {
  readonly doubledMiddles: readonly bigint[] | null;
}

export interface LevelsSpan extends SpanPlace {
  readonly bestBid: bigint | null;
  readonly bestAsk: bigint | null;
  readonly lastPrice: bigint | null;
  readonly longLots: bigint;
  readonly shortLots: bigint;
  readonly bids: readonly StoredLevel[];
  readonly asks: readonly StoredLevel[];
}

export interface Series<Span extends SpanPlace> {
  /** The block at which all of it holds. */
  readonly block: HistoryBlock;
  readonly interval: number;
  /** Every span that was asked for and has begun, in order. */
  readonly spans: readonly Span[];
}

/** @throws RelayError RELAY_NOT_READY, RELAY_REQUEST_INVALID */
export async function weightSeries(reading: Reading, request: CandleRequest): Promise<Series<WeightSpan>> {
  const { block, found, spans } = await atEnds<{ readonly middles: readonly string[] | null }>(
    reading,
    request,
    sql`select to_jsonb(doubled_middles::text[]) as middles from history_weights
      where book = ${reading.book} and block_number <= ended.number order by block_number desc, position desc limit 1`,
  );
  const list = spans.map((place): WeightSpan => {
    const middles = found.get(place.from)?.middles ?? null;
    return { ...place, doubledMiddles: middles === null ? null : middles.map((middle) => BigInt(middle)) };
  });
  return { block, interval: request.interval, spans: list };
}

interface LevelsRow {
  readonly bid: string | number | null;
  readonly ask: string | number | null;
  readonly last: string | number | null;
  readonly long: string | number | null;
  readonly short: string | number | null;
  readonly bids: readonly StoredLevel[] | null;
  readonly asks: readonly StoredLevel[] | null;
}

/** @param levels most of each side @throws RelayError RELAY_NOT_READY, RELAY_REQUEST_INVALID */
export async function levelSeries(
  reading: Reading,
  { marketRootId, marketBranchId }: MarketRef,
  { levels, ...request }: CandleRequest & { readonly levels: number },
): Promise<Series<LevelsSpan>> {
  const best = sql.raw(`'$[0 to ${levels - 1}]'`); // a count
  const { block, found, spans } = await atEnds<LevelsRow>(
    reading,
    request,
    sql`select best_bid as bid, best_ask as ask, last_price as last, long_lots as long, short_lots as short,
        jsonb_path_query_array(bids, ${best}) as bids, jsonb_path_query_array(asks, ${best}) as asks
      from history_markets where book = ${reading.book} and market_root_id = ${marketRootId}
        and market_branch_id = ${marketBranchId} and block_number <= ended.number
      order by block_number desc, position desc limit 1`,
  );
  const amount = (value: string | number | null | undefined): bigint | null =>
    value === null || value === undefined ? null : BigInt(value);
  const list = spans.map((place): LevelsSpan => {
    const { bid, ask, last, long, short, bids, asks } = found.get(place.from) ?? {};
    return {
      ...place,
      bestBid: amount(bid),
      bestAsk: amount(ask),
      lastPrice: amount(last),
      longLots: amount(long) ?? 0n,
      shortLots: amount(short) ?? 0n,
      bids: bids ?? [],
      asks: asks ?? [],
    };
  });
  return { block, interval: request.interval, spans: list };
}

/** @param row one look into an index for each span, for what stood after block `ended.number` */
async function atEnds<Row>(reading: Reading, request: CandleRequest, row: ReturnType<typeof sql>) {
  const { tables, book } = reading;
  const block = await anchor(reading);
  const span = BigInt(request.interval);
  const { first, end } = spansOf(request, block.timestamp);
  await requireHeld(reading, { from: first * span });
  const number = (value: bigint) => sql`${value.toString()}::numeric`;
  const rows = await queryRows<Row & { readonly span_from: string | number }>(
    tables,
    sql`select spans.at as span_from, stood.*
      from generate_series(${number(first * span)}, ${number((end - 1n) * span)}, ${number(span)}) as spans(at)
      cross join lateral (
        select number from history_blocks where book = ${book} and timestamp < spans.at + ${number(span)}
          and number <= ${block.number} order by timestamp desc, number desc limit 1) as ended
      cross join lateral (${row}) as stood`,
  );
  const spans = Array.from({ length: Number(end - first) }, (_, index): SpanPlace => {
    const from = (first + BigInt(index)) * span;
    return { from, complete: isOver(block, from, span) };
  });
  return { block, spans, found: new Map(rows.map((one) => [BigInt(one.span_from), one])) };
}

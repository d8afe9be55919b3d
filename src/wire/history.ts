/** What was, page by page, at one block. */
import * as z from "zod";

import { VIAS } from "../protocol/value/via.js";
import { OFFSET_REASONS } from "../protocol/book/events.js";
import { answer, described, type DomainOf, type Form, list, orNull, plain } from "./form.js";
import {
  address,
  anyAddress,
  branchNumber,
  count,
  flag,
  fraction,
  hash,
  inLots,
  integer,
  inTicks,
  inWei,
  market,
  numberIn,
  rootNumber,
  storedLevel,
  text,
  ticksSpan,
  timedBlock,
  wordLike,
} from "./values.js";

/** What happened to a root: made, given a branch, bounded, or settled by its fallback. */
/** What a record is, and a change of an account by itself, in a dataset's letters. */
export const RECORD_ACTIONS = ["A", "F", "T", "C", "M", "B"] as const;
export const ACCOUNT_ACTIONS = ["D", "W", "X", "R", "H"] as const;
export const BOUNDS_CAUSES = ["made", "branched", "bounded", "fallback"] as const;

// ------------------------------------------------------------------ what is asked

const blockNumber = numberIn(0, Number.MAX_SAFE_INTEGER);
/** What every kind of history can be asked. */
const pageQuery = z.strictObject({
  limit: numberIn(1, 1_000).default(100).describe("most rows of a page"),
  order: z.enum(["asc", "desc"]).default("desc").describe("oldest first, or newest"),
  cursor: z.string().max(500).optional().describe("`next` of the page before"),
  at: blockNumber.optional().describe("the block to hold at, the newest by default"),
  fromBlock: blockNumber.optional(),
  toBlock: blockNumber.optional(),
});
const ofMarket = {
  marketRootId: rootNumber.optional(),
  marketBranchId: branchNumber.optional().describe("of that root"),
};
const ofTrader = { trader: anyAddress.optional() };
const ofOrder = { tradeRootId: numberIn(1, 0xffff_ffff).optional() };
const numeraire = numberIn(1, 64).default(1).describe("the asset that prices are given in, from 1");

/** A branch has its number within a root. */
const withRoot = <Query extends z.ZodType<{ marketRootId?: number | undefined; marketBranchId?: number | undefined }>>(
  query: Query,
): Query =>
  query.refine(({ marketRootId, marketBranchId }) => marketBranchId === undefined || marketRootId !== undefined, {
    path: ["marketBranchId"],
    error: "a branch has its number within a root: give marketRootId, too",
  });

export const historyQueries = {
  orders: plain(withRoot(pageQuery.extend({ ...ofMarket, ...ofTrader, ...ofOrder }))),
  fills: plain(withRoot(pageQuery.extend({ ...ofMarket, ...ofTrader, ...ofOrder }))),
  offsets: plain(
    withRoot(pageQuery.extend({ ...ofMarket, ...ofTrader, ...ofOrder, reason: z.enum(OFFSET_REASONS).optional() })),
  ),
  bounds: plain(withRoot(pageQuery.extend(ofMarket))),
  allocations: plain(pageQuery.extend(ofTrader)),
  markets: plain(withRoot(pageQuery.extend(ofMarket))),
  weights: plain(pageQuery.extend({ numeraire })),
  records: plain(withRoot(pageQuery.extend({ ...ofMarket, ...ofTrader, ...ofOrder }))),
  accounts: plain(pageQuery.extend(ofTrader)),
  checkpoints: plain(pageQuery),
};
export type HistoryKind = keyof typeof historyQueries;
/** Which rows, and how; a kind of history refuses filters that mean nothing to it. */
export type HistoryQuery<Kind extends HistoryKind = HistoryKind> = Readonly<
  z.input<(typeof historyQueries)[Kind]["wire"]>
>;

// ------------------------------------------------------------------ what is answered

const place = { blockNumber: count, position: count, timestamp: described(integer, "unix seconds") };
const logged = { ...place, logIndex: count, transactionHash: hash };
const levels = described(list(storedLevel), "price, lots, orders; best first");
const page = <F extends Form>(item: F) =>
  answer({
    block: described(timedBlock, "all of it holds at this block"),
    items: list(item),
    next: described(orNull(text), "`cursor` of the page that follows"),
  });

const quotedWeights = {
  doubledMiddles: list(integer),
  weights: described(list(fraction), "each leg's middle as a part of their sum"),
  relativePrices: described(
    orNull(list(fraction)),
    "units of the numeraire for one of each asset; null if it has no weight",
  ),
};
const moment = plain(z.iso.datetime());
/** In the names of a dataset's `events`, whose dictionary says what each means. */
const told = {
  seq: described(integer, "position in the order of the chain, from 1, without gaps over records and accounts"),
  block_number: count,
  tx: described(integer, "number of the transaction among those of the session, from 1"),
  log_index: count,
  ts_event: described(moment, "time of the block"),
};
const ofEvent = { root_id: count, branch_id: count };

export const historyPages = {
  orders: page(
    answer({
      ...logged,
      ...market,
      tradeRootId: count,
      link: hash,
      trader: address,
      priceTicks: inTicks,
      quantityLots: inLots,
      nonce: integer,
      deadline: integer,
      timeInForce: count,
      filled: inLots,
      offset: inLots,
      left: inLots,
    }),
  ),
  fills: page(
    answer({
      ...logged,
      ...market,
      makerRootId: count,
      takerRootId: count,
      maker: address,
      taker: address,
      priceTicks: inTicks,
      lots: inLots,
      takerBuys: flag,
      via: described(wordLike(VIAS), "through what it came; unknown: of an index written before that was told"),
    }),
  ),
  offsets: page(
    answer({
      ...logged,
      ...market,
      tradeRootId: count,
      trader: address,
      lots: inLots,
      reason: wordLike(OFFSET_REASONS),
    }),
  ),
  bounds: page(
    answer({ ...logged, ...market, cause: wordLike(BOUNDS_CAUSES), ...ticksSpan, settled: flag, description: text }),
  ),
  allocations: page(
    answer({
      ...place,
      trader: address,
      claims: described(list(inWei), "v, wei of claim on each asset"),
      allocation: described(list(fraction), "x = v · q / N, units of each asset, exactly"),
      wholeUnits: described(list(integer), "x rounded down"),
    }),
  ),
  markets: page(
    answer({
      ...place,
      ...market,
      bestBid: orNull(inTicks),
      bestAsk: orNull(inTicks),
      lastPrice: orNull(inTicks),
      volume: inLots,
      longLots: inLots,
      shortLots: inLots,
      bids: levels,
      asks: levels,
    }),
  ),
  weights: page(answer({ ...place, ...quotedWeights })),
  records: page(
    answer({
      ...told,
      checkpoint: orNull(integer),
      ...ofEvent,
      action: described(
        wordLike(RECORD_ACTIONS),
        "A order, F T both sides of a fill, C lots taken out, M market record, B fallback",
      ),
      reason: orNull(text),
      order_id: orNull(integer),
      side: wordLike(["B", "A", "N"]),
      price: orNull(plain(z.int())),
      lots: orNull(integer),
      lots_left: orNull(integer),
      match_id: orNull(integer),
      tif: orNull(count),
      deadline: orNull(integer),
      seen_seq: described(orNull(integer), "last row that the link covers over which the order was signed"),
      age_checkpoints: orNull(count),
      trader: orNull(count),
      via: orNull(wordLike(VIAS)),
      link: orNull(hash),
      address: described(orNull(address), "of the trader"),
    }),
  ),
  accounts: page(
    answer({
      ...told,
      ...ofEvent,
      action: described(wordLike(ACCOUNT_ACTIONS), "D deposit, W withdrawal, X exit, R realised, H refreshed"),
      trader: count,
      address,
      amounts_wei: described(
        list(inWei),
        "D, W: what went in or, below zero, out, at leg branch_id; X: of each leg; R: cash that came of it; H: none",
      ),
      cash_wei: described(inWei, "as the account is after it"),
      worst_wei: inWei,
      reserve_wei: inWei,
      open_orders: count,
    }),
  ),
  checkpoints: page(
    answer({
      ...told,
      checkpoint: integer,
      mark: described(integer, "block.number as the contract saw it"),
      trades: described(integer, "orders so far"),
      head: described(hash, "of the checkpoint before and the call's records"),
      link: described(hash, "the checkpoint, as orders name it"),
    }),
  ),
} satisfies Readonly<Record<HistoryKind, Form>>;
export type HistoryPage<Kind extends HistoryKind> = DomainOf<(typeof historyPages)[Kind]>;
export type HistoryItem<Kind extends HistoryKind> = HistoryPage<Kind>["items"][number];

// ------------------------------------------------------------------ prices

const seconds = numberIn(0, 2 ** 40);
const spans = z.strictObject({
  interval: numberIn(1, 31_622_400).describe("length of a span, seconds; spans begin at multiples of it since 1970"),
  from: seconds.optional().describe("unix seconds: the first span has it in it; 100 spans before `to` by default"),
  to: seconds
    .optional()
    .describe("unix seconds: the last span has the second before it; by default what follows the block"),
});
export const candlesQuery = plain(spans);
export const weightSeriesQuery = plain(spans.extend({ numeraire }));
export type WeightSeriesQuery = Readonly<z.input<(typeof weightSeriesQuery)["wire"]>>;
export const levelSeriesQuery = plain(
  spans.extend({ levels: numberIn(1, 10).default(1).describe("most of each side") }),
);
export type LevelSeriesQuery = Readonly<z.input<(typeof levelSeriesQuery)["wire"]>>;
export type CandlesQuery = Readonly<z.input<(typeof candlesQuery)["wire"]>>;

const traded = {
  open: described(orNull(inTicks), "of the first trade; null if there was none"),
  high: orNull(inTicks),
  low: orNull(inTicks),
  close: described(orNull(inTicks), "of the last trade"),
  volume: described(integer, "lots of all its trades"),
  fills: described(count, "how many trades"),
};
const upTo = described(timedBlock, "all of it holds at this block");

const span = {
  from: described(integer, "its first second, unix"),
  complete: described(flag, "whether the block is past its end"),
};
const EVERY_SPAN = "every span that was asked for and has begun, in order";
export const candles = answer({
  block: upTo,
  ...market,
  interval: count,
  candles: described(list(answer({ ...span, ...traded })), `${EVERY_SPAN}, those without a trade too`),
});
export type RelayCandles = DomainOf<typeof candles>;

export const weightSeries = answer({
  block: upTo,
  interval: count,
  spans: described(list(answer({ ...span, quoted: orNull(answer(quotedWeights)) })), EVERY_SPAN),
});
export type RelayWeightSeries = DomainOf<typeof weightSeries>;

export const levelSeries = answer({
  block: upTo,
  ...market,
  interval: count,
  spans: described(
    list(
      answer({
        ...span,
        bestBid: described(
          orNull(inTicks),
          "as the span ended; all of it before anything was done there: null, 0, none",
        ),
        bestAsk: orNull(inTicks),
        lastPrice: orNull(inTicks),
        longLots: inLots,
        shortLots: inLots,
        bids: levels,
        asks: levels,
      }),
    ),
    EVERY_SPAN,
  ),
});
export type RelayLevelSeries = DomainOf<typeof levelSeries>;

export const ticker = answer({
  block: upTo,
  ...market,
  from: described(integer, "first second of the day up to the block, unix"),
  to: described(integer, "first second after it"),
  ...traded,
  lastPrice: described(orNull(inTicks), "of the last trade, however long ago"),
  bestBid: orNull(inTicks),
  bestAsk: orNull(inTicks),
  longLots: inLots,
  shortLots: inLots,
});
export type RelayTicker = DomainOf<typeof ticker>;

/** A relay's answers, from JSON to domain values. Fields that are not listed here are passed over: a later relay may have more. */
import * as z from "zod"; // as a namespace: the whole of `z` would be in every bundle

import { lots, ticks, tokenWei } from "../protocol/amounts/units.js";

const MOST_DIGITS = 80;

const integer = z
  .string()
  .regex(new RegExp(`^-?\\d{1,${MOST_DIGITS}}$`))
  .transform(BigInt);
const inLots = integer.transform(lots);
const inTicks = integer.transform(ticks);
const inWei = integer.transform(tokenWei);
const count = z.int().min(0);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const market = { marketRootId: count, marketBranchId: count };
const ticksSpan = z.object({ lower: inTicks, upper: inTicks });
const fraction = z.object({ numerator: integer, denominator: integer });
const block = z.object({ number: count, hash });

export const refusal = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    advice: z.string(),
    retryable: z.boolean(),
    values: z.record(z.string(), z.string()),
  }),
});

const fate = {
  /** What has become of the package so far; the last three are final, but for a reorganisation. */
  status: z.enum(["pending", "submitted", "onChain", "refused", "withdrawn"]),
  /** Its number on the chain. */
  tradeRootId: count.optional(),
  block: block.optional(),
  refusal: z.object({ code: z.string(), values: z.record(z.string(), z.string()) }).optional(),
};

export const acknowledgement = z.object({
  /** Names the package. */
  link: hash,
  ...fate,
  /** What it gets if nothing else comes in between. */
  expected: z
    .object({
      tradeRootId: count,
      fills: z.array(z.object({ makerRootId: count, price: inTicks, lots: inLots })),
      left: inLots,
    })
    .optional(),
  /** Packages that wait before it. */
  ahead: count,
});
export type RelayAcknowledgement = z.output<typeof acknowledgement>;

export const packageState = z.object({ link: hash, ...fate });
export type RelayPackageState = z.output<typeof packageState>;

export const linkState = z.object({ link: hash, checkpoints: integer, chainWindow: count, block: block.optional() });
export type RelayLink = z.output<typeof linkState>;

const level = z.object({ price: inTicks, lots: inLots, orders: count });
export const depth = z.object({ ...market, bids: z.array(level), asks: z.array(level) });
export type RelayDepth = z.output<typeof depth>;

const restingOrder = z.object({ tradeRootId: count, trader: address, price: inTicks, lots: inLots, deadline: integer });
export const book = z.object({
  ...market,
  crossed: z.boolean(),
  bids: z.array(restingOrder),
  asks: z.array(restingOrder),
});
export type RelayBook = z.output<typeof book>;

export const markets = z.object({
  block: block.optional(),
  roots: z.array(
    z.object({
      marketRootId: count,
      kind: z.enum(["interval", "simplex"]),
      owner: address,
      tickValue: inWei,
      closesAt: integer,
      settleBy: integer,
      fallbackOutcome: inTicks,
      settled: z.boolean(),
      tip: hash,
      outcomes: ticksSpan,
      branches: z.array(
        z.object({
          marketBranchId: count,
          bounds: ticksSpan,
          strikes: ticksSpan.optional(),
          bestBid: inTicks.nullable(),
          bestAsk: inTicks.nullable(),
          crossed: z.boolean(),
        }),
      ),
    }),
  ),
});
export type RelayMarkets = z.output<typeof markets>;

export const trader = z.object({
  traderId: count,
  cash: inWei,
  worst: inWei,
  slack: inWei,
  reserved: inWei,
  openOrders: count,
  nonceFloor: integer,
  usedNonces: integer,
  claims: z.array(inWei),
  waiting: count,
  /** What binds it, root by root: the outcome in which it has least, and what is missing for each open order. */
  binding: z.object({
    slack: inWei,
    withdrawable: inWei,
    roots: z.array(z.object({ marketRootId: count, worst: inWei, bindingOutcome: integer })),
    orders: z.array(z.object({ tradeRootId: count, slackIfFilled: inWei, missing: inWei })),
  }),
});
export type RelayTrader = z.output<typeof trader>;

export const queue = z.object({
  account: address,
  submits: z.boolean(),
  waiting: count,
  batches: count,
  baseFee: integer.nullable(),
  transactions: z.array(
    z.object({ nonce: count, kind: z.string(), packages: count, gasLimit: integer, hash: hash.nullable() }),
  ),
});
export type RelayQueue = z.output<typeof queue>;

export const health = z.object({
  ready: z.boolean(),
  submits: z.boolean(),
  block: count.optional(),
  waiting: count,
  inFlight: count,
  faults: z.record(z.string(), z.string()),
  index: z.object({ block: count.optional(), behind: count, fault: z.string().optional() }).optional(),
});
export type RelayHealth = z.output<typeof health>;

export const withdrawn = z.object({ link: hash, status: z.literal("withdrawn") });

// ------------------------------------------------------------------ history

const place = { blockNumber: count, position: count, timestamp: integer };
const logged = { ...place, transactionHash: hash };
const storedLevel = z.tuple([inTicks, inLots, count]);

/** One kind of row for each kind of history. */
export const historyRows = {
  orders: z.object({
    ...logged,
    ...market,
    tradeRootId: count,
    link: hash,
    trader: address,
    price: inTicks,
    quantity: inLots,
    nonce: integer,
    deadline: integer,
    timeInForce: count,
    filled: inLots,
    offset: inLots,
    left: inLots,
  }),
  fills: z.object({
    ...logged,
    ...market,
    makerRootId: count,
    takerRootId: count,
    maker: address,
    taker: address,
    price: inTicks,
    lots: inLots,
    takerBuys: z.boolean(),
  }),
  offsets: z.object({ ...logged, ...market, tradeRootId: count, trader: address, lots: inLots, reason: z.string() }),
  bounds: z.object({
    ...logged,
    ...market,
    cause: z.string(),
    lower: inTicks,
    upper: inTicks,
    settled: z.boolean(),
    description: z.string(),
  }),
  allocations: z.object({
    ...place,
    trader: address,
    claims: z.array(inWei),
    allocation: z.array(fraction),
    wholeUnits: z.array(integer),
  }),
  markets: z.object({
    ...place,
    ...market,
    bestBid: inTicks.nullable(),
    bestAsk: inTicks.nullable(),
    lastPrice: inTicks.nullable(),
    volume: inLots,
    longLots: inLots,
    shortLots: inLots,
    bids: z.array(storedLevel),
    asks: z.array(storedLevel),
  }),
  weights: z.object({
    ...place,
    doubledMiddles: z.array(integer),
    weights: z.array(fraction),
    relativePrices: z.array(fraction).nullable(),
  }),
};
export type HistoryKind = keyof typeof historyRows;
export type HistoryItem<Kind extends HistoryKind> = z.output<(typeof historyRows)[Kind]>;

export const historyPage = z.object({
  block: block.extend({ timestamp: integer }),
  items: z.array(z.unknown()),
  next: z.string().nullable(),
});

// ------------------------------------------------------------------ streams

const at = z.object({ number: count, hash, timestamp: integer });
const event = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("trade"),
    ...market,
    makerRootId: count,
    takerRootId: count,
    maker: address,
    taker: address,
    price: inTicks,
    lots: inLots,
    takerBuys: z.boolean(),
    block: at,
  }),
  z.object({
    kind: z.literal("created"),
    ...market,
    tradeRootId: count,
    link: hash,
    price: inTicks,
    quantity: inLots,
    block: at,
  }),
  z.object({
    kind: z.literal("filled"),
    ...market,
    tradeRootId: count,
    role: z.enum(["maker", "taker"]),
    price: inTicks,
    lots: inLots,
    block: at,
  }),
  z.object({ kind: z.literal("offset"), ...market, tradeRootId: count, lots: inLots, reason: z.string(), block: at }),
  /** A transaction brought the package in vain; another may not. */
  z.object({ kind: z.literal("skipped"), link: hash, code: z.string(), block: at }),
  /** Levels that changed; those that are gone have no lots. */
  z.object({ kind: z.literal("levels"), ...market, bids: z.array(storedLevel), asks: z.array(storedLevel), block: at }),
  /** The whole book again, after a reorganisation. */
  z.object({ kind: z.literal("snapshot"), ...market, bids: z.array(storedLevel), asks: z.array(storedLevel) }),
  /** All events of blocks above are void; what of them is still true is told again. */
  z.object({ kind: z.literal("reorganised"), ancestor: z.int() }),
]);
export type RelayEvent = z.output<typeof event>;

const numbered = { stream: z.string(), seq: count };
export const streamMessage = z.discriminatedUnion("type", [
  /** Events after `seq` follow. */
  z.object({ type: z.literal("subscribed"), ...numbered }),
  /** A book to start from. */
  z.object({
    type: z.literal("snapshot"),
    ...numbered,
    data: z.object({ ...market, bids: z.array(storedLevel), asks: z.array(storedLevel) }),
  }),
  z.object({ type: z.literal("event"), ...numbered, data: event }),
  /** Events `from` to `to` cannot be told any more; for a book a snapshot follows. */
  z.object({ type: z.literal("gap"), stream: z.string(), from: count, to: count }),
  refusal.extend({ type: z.literal("error") }),
]);
export type RelayMessage = Exclude<z.output<typeof streamMessage>, { type: "error" }>;

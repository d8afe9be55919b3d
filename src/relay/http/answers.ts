/** How answers look as JSON: what the interface's description promises. Amounts are decimal text. */
import { z } from "zod";

const decimal = z.string().regex(/^-?\d+$/);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const count = z.int().min(0);
const market = { marketRootId: z.int().min(1), marketBranchId: z.int().min(1) };
const span = { lower: decimal, upper: decimal };
const fraction = z.strictObject({ numerator: decimal, denominator: decimal });

export const errorAnswer = z.strictObject({
  error: z.strictObject({
    code: z.string().describe("stable: decide on it"),
    message: z.string(),
    advice: z.string().describe("what to do"),
    retryable: z.boolean().describe("whether the same request may succeed later"),
    values: z.record(z.string(), z.string()),
  }),
});

const block = z.strictObject({ number: count, hash });
const timedBlock = block.extend({ timestamp: decimal.describe("unix seconds") });
const refusal = z.strictObject({ code: z.string(), values: z.record(z.string(), z.string()) });
const fate = {
  status: z.enum(["pending", "submitted", "onChain", "refused", "withdrawn"]),
  submissionId: count.optional(),
  tradeRootId: count.optional().describe("its number on the chain"),
  block: block.optional(),
  refusal: refusal.optional(),
};

export const acknowledgement = z.strictObject({
  link: hash.describe("names the package"),
  ...fate,
  expected: z
    .strictObject({
      tradeRootId: count,
      fills: z.array(z.strictObject({ makerRootId: count, price: decimal, lots: decimal })),
      left: decimal.describe("lots that would be left, signed as the order's"),
    })
    .optional()
    .describe("what it gets if nothing else comes in between"),
  ahead: count.describe("packages that wait before it"),
});

export const packageAnswer = z.strictObject({
  link: hash,
  ...fate,
  package: z.strictObject({
    marketRootId: count,
    marketBranchId: count,
    trader: address,
    price: decimal,
    quantity: decimal,
    previousLink: hash,
    nonce: decimal,
    deadline: decimal,
    timeInForce: count,
  }),
});

export const cancelAnswer = z.strictObject({ link: hash, status: z.literal("withdrawn") });

export const linkAnswer = z.strictObject({
  link: hash.describe("what to sign next"),
  checkpoints: decimal,
  chainWindow: count.describe("for how many checkpoints a link is good"),
  block: block.optional(),
});

const level = z.strictObject({ price: decimal, lots: decimal, orders: count });
export const depthAnswer = z.strictObject({ ...market, bids: z.array(level), asks: z.array(level) });

const restingOrder = z.strictObject({
  tradeRootId: count,
  trader: address,
  price: decimal,
  deadline: decimal,
  lots: decimal.describe("what is left: + bid, - offer"),
});
export const bookAnswer = z.strictObject({
  ...market,
  crossed: z.boolean().describe("whether resting orders still have to be matched with each other"),
  bids: z.array(restingOrder),
  asks: z.array(restingOrder),
});

export const marketsAnswer = z.strictObject({
  block: block.optional(),
  roots: z.array(
    z.strictObject({
      marketRootId: count,
      kind: z.enum(["interval", "simplex"]),
      owner: address,
      tickValue: decimal,
      closesAt: decimal,
      settleBy: decimal,
      fallbackOutcome: decimal,
      settled: z.boolean(),
      tip: hash,
      outcomes: z.strictObject(span).describe("least and greatest outcome, ticks; of a simplex 0 and its scale"),
      branches: z.array(
        z.strictObject({
          marketBranchId: count,
          bounds: z.strictObject(span).describe("least and most that a lot can still pay, ticks"),
          strikes: z.strictObject(span).optional(),
          bestBid: decimal.nullable(),
          bestAsk: decimal.nullable(),
          crossed: z.boolean(),
        }),
      ),
    }),
  ),
});

const release = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("trade"),
    ...market,
    lots: decimal,
    released: decimal,
    breakEven: decimal,
    now: z.strictObject({ lots: decimal, limit: decimal, frees: decimal }).optional(),
  }),
  z.strictObject({ kind: z.literal("bound"), ...market, bounds: z.strictObject(span), frees: decimal }),
  z.strictObject({ kind: z.literal("refresh"), marketRootId: count, frees: decimal }),
  z.strictObject({ kind: z.literal("realise"), marketRootId: count, frees: decimal }),
  z.strictObject({ kind: z.literal("cancel"), tradeRootIds: z.array(count), frees: decimal }),
]);
const binding = z.strictObject({
  slack: decimal.describe("net collateral in the worst joint outcome by today's bounds, wei"),
  storedSlack: decimal,
  reserved: decimal,
  withdrawable: decimal,
  roots: z.array(
    z.strictObject({
      marketRootId: count,
      kind: z.enum(["interval", "simplex"]),
      values: z.array(decimal),
      worst: decimal,
      bindingOutcome: decimal,
      stored: decimal,
    }),
  ),
  orders: z.array(
    z.strictObject({
      tradeRootId: count,
      ...market,
      price: decimal,
      lots: decimal,
      slackIfFilled: decimal,
      missing: decimal,
    }),
  ),
  releases: z.array(release).describe("what would free collateral, and how much"),
});
export const traderAnswer = z.strictObject({
  traderId: count,
  cash: decimal,
  worst: decimal,
  slack: decimal,
  reserved: decimal,
  openOrders: count,
  nonceFloor: decimal,
  usedNonces: decimal,
  claims: z.array(decimal),
  waiting: count,
  binding,
});

export const queueAnswer = z.strictObject({
  account: address.describe("who pays for the transactions"),
  submits: z.boolean().describe("whether this relay submits; another one may"),
  waiting: count.describe("packages that have not landed"),
  batches: count.describe("transactions' worth of them that are made up"),
  baseFee: decimal.nullable().describe("of the newest block, wei a unit of gas"),
  transactions: z.array(
    z.strictObject({
      nonce: count,
      kind: z.string(),
      packages: count,
      gasLimit: decimal,
      ageMs: z.number().min(0),
      hash: hash.nullable(),
      maxFee: decimal.nullable(),
      priorityFee: decimal.nullable(),
    }),
  ),
});

export const healthAnswer = z.strictObject({
  ready: z.boolean(),
  submits: z.boolean(),
  block: count.optional(),
  waiting: count,
  inFlight: count,
  faults: z.record(z.string(), z.string()).describe("what goes wrong at the moment, by part"),
  index: z
    .strictObject({ block: count.optional(), behind: count, fault: z.string().optional() })
    .optional()
    .describe("how far the history has come"),
});
export const readyAnswer = z.strictObject({ ready: z.boolean() });

const place = { blockNumber: count, position: count, timestamp: decimal };
const logged = { ...place, logIndex: count, transactionHash: hash };
const storedLevels = z.array(z.tuple([decimal, decimal, count])).describe("price, lots, orders; best first");
const page = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    block: timedBlock.describe("all of it holds at this block"),
    items: z.array(item),
    next: z.string().nullable().describe("`cursor` of the page that follows"),
  });

export const historyAnswers = {
  orders: page(
    z.strictObject({
      ...logged,
      ...market,
      tradeRootId: count,
      link: hash,
      trader: address,
      price: decimal,
      quantity: decimal,
      nonce: decimal,
      deadline: decimal,
      timeInForce: count,
      filled: decimal,
      offset: decimal,
      left: decimal,
    }),
  ),
  fills: page(
    z.strictObject({
      ...logged,
      ...market,
      makerRootId: count,
      takerRootId: count,
      maker: address,
      taker: address,
      price: decimal,
      lots: decimal,
      takerBuys: z.boolean(),
    }),
  ),
  offsets: page(
    z.strictObject({ ...logged, ...market, tradeRootId: count, trader: address, lots: decimal, reason: z.string() }),
  ),
  bounds: page(
    z.strictObject({
      ...logged,
      ...market,
      cause: z.enum(["made", "branched", "bounded", "fallback"]),
      ...span,
      settled: z.boolean(),
      description: z.string(),
    }),
  ),
  allocations: page(
    z.strictObject({
      ...place,
      trader: address,
      claims: z.array(decimal).describe("v, wei of claim on each asset"),
      allocation: z.array(fraction).describe("x = v · q / N, units of each asset, exactly"),
      wholeUnits: z.array(decimal).describe("x rounded down"),
    }),
  ),
  markets: page(
    z.strictObject({
      ...place,
      ...market,
      bestBid: decimal.nullable(),
      bestAsk: decimal.nullable(),
      lastPrice: decimal.nullable(),
      volume: decimal,
      longLots: decimal,
      shortLots: decimal,
      bids: storedLevels,
      asks: storedLevels,
    }),
  ),
  weights: page(
    z.strictObject({
      ...place,
      doubledMiddles: z.array(decimal),
      weights: z.array(fraction).describe("each leg's middle as a part of their sum"),
      relativePrices: z
        .array(fraction)
        .nullable()
        .describe("units of the numeraire for one of each asset; null if it has no weight"),
    }),
  ),
};

/** Markets, books and traders as they are on the chain, and how the relay itself is. */
import * as z from "zod";

import { answer, choice, described, type DomainOf, list, maybe, orNull, plain } from "./form.js";
import {
  address,
  anyAddress,
  block,
  branchNumber,
  count,
  flag,
  fraction,
  hash,
  inLots,
  integer,
  inTicks,
  inWei,
  literal,
  market,
  marketRootId,
  numberIn,
  oneOf,
  rootKind,
  rootNumber,
  text,
  ticksSpan,
  words,
} from "./values.js";

// ------------------------------------------------------------------ what is asked

export const marketParams = plain(z.strictObject({ root: rootNumber, branch: branchNumber }));
export const traderParams = plain(z.strictObject({ trader: anyAddress }));
export const MOST_HOUSE_LEVELS = 20;
export const marketsQuery = plain(
  z.strictObject({
    descriptions: z
      .enum(["true", "false"])
      .default("false")
      .describe("whether to give the whole text of each description"),
  }),
);
export const depthQuery = plain(
  z.strictObject({
    levels: numberIn(1, 1_000).default(50).describe("most of each side"),
    houseLevels: numberIn(0, MOST_HOUSE_LEVELS).default(10).describe("most of each side of each house"),
  }),
);
export const ordersQuery = plain(z.strictObject({ limit: numberIn(1, 1_000).default(200) }));

// ------------------------------------------------------------------ markets

const level = answer({ priceTicks: inTicks, lots: inLots, orders: count });
const houseLevel = answer({ priceTicks: inTicks, lots: inLots });
const house = answer({
  through: described(oneOf(["maker", "set"]), "an automated maker, or complete sets"),
  contract: address,
  bids: described(list(houseLevel), "what it would buy, best first"),
  asks: described(list(houseLevel), "what it would sell, best first"),
});
export type RelayHouseDepth = DomainOf<typeof house>;
export const depth = answer({
  ...market,
  bids: list(level),
  asks: list(level),
  house: described(
    list(house),
    "what each house through which the relay may bring orders would add, at the price to which the lots bring it: it rests nowhere, and is none of the levels above",
  ),
});
export type RelayDepth = DomainOf<typeof depth>;

const place = described(count, "where it rests: what `offset` and `cancelTrades` take");
const restingOrder = answer({
  tradeRootId: count,
  trader: address,
  priceTicks: inTicks,
  deadline: described(integer, "unix seconds"),
  lots: described(inLots, "what is left: + bid, - offer"),
  place,
});
export const book = answer({
  ...market,
  crossed: described(flag, "whether resting orders still have to be matched with each other"),
  bids: described(list(restingOrder), "best first"),
  asks: described(list(restingOrder), "best first"),
});
export type RelayBook = DomainOf<typeof book>;

const branch = answer({
  marketBranchId: market.marketBranchId,
  bounds: described(answer(ticksSpan), "least and most that a lot can still pay, ticks"),
  strikes: maybe(described(answer(ticksSpan), "of an interval root's branch")),
  bestBid: orNull(inTicks),
  bestAsk: orNull(inTicks),
  crossed: flag,
});
const head = answer({
  title: text,
  unit: described(text, "what prices and bounds are counted in; empty if in nothing that has a name"),
  ticksPerUnit: integer,
  outcomes: described(list(text), "what those of an event are called, from number 1"),
  source: described(text, "where the outcome is read; empty if the description's text says"),
});
const root = answer({
  marketRootId,
  kind: rootKind,
  owner: address,
  tickValue: inWei,
  closesAt: integer,
  settleBy: integer,
  fallbackOutcome: inTicks,
  settled: flag,
  tip: hash,
  outcomes: described(answer(ticksSpan), "least and greatest outcome, ticks; of a simplex 0 and its scale"),
  firstBounds: described(answer(ticksSpan), "the same as the root was made"),
  branches: list(branch),
  createdAt: described(
    maybe(answer({ blockNumber: count, timestamp: described(integer, "unix seconds") })),
    "when it was made; left out as `head` is, and of the basket",
  ),
  descriptionHash: maybe(described(hash, "of its owner's description, as that is signed; left out as `createdAt` is")),
  description: maybe(described(text, "the whole text, if it was asked for; left out as `createdAt` is")),
  head: described(
    maybe(orNull(head)),
    "of its owner's description; null if that has none, left out if the relay cannot say: it keeps no history, or has not come so far",
  ),
});
export const markets = answer({ block: maybe(block), roots: list(root) });
export type RelayMarkets = DomainOf<typeof markets>;

// ------------------------------------------------------------------ what is watched over the book

const legConcentration = answer({
  leg: described(count, "from 1 on"),
  total: described(inWei, "claims on this asset that are in the book"),
  holders: count,
  herfindahl: described(fraction, "sum of squared shares of them"),
  largest: described(fraction, "largest share of them"),
  largestHolder: orNull(address),
});
const marketInterest = answer({
  ...market,
  longLots: described(inLots, "of all who have more than none"),
  shortLots: described(inLots, "of all who have less, as a positive number"),
  longs: count,
  shorts: count,
});
const rootInterest = answer({
  marketRootId,
  holders: count,
  atStake: described(inWei, "what its worst case would take from all holders together"),
  markets: list(marketInterest),
});
export const monitoring = answer({
  block: maybe(block),
  traders: described(count, "registered addresses"),
  holders: described(count, "of these with a claim on anything"),
  views: described(count, "of these whose claims are not the same on all assets"),
  likeness: described(
    orNull(integer),
    "mean over all pairs of views of the cosine of their tilts, 10^-18; null with fewer than two",
  ),
  legs: list(legConcentration),
  roots: described(list(rootInterest), "the basket, and every other root in which somebody has a position"),
});
export type RelayMonitoring = DomainOf<typeof monitoring>;

// ------------------------------------------------------------------ traders

const release = choice(
  "kind",
  answer({
    kind: literal("trade"),
    ...market,
    lots: described(inLots, "what would close the position: + to buy, - to sell"),
    released: described(inWei, "what that frees before the price"),
    breakEven: described(inTicks, "the price at which it frees nothing"),
    now: maybe(
      described(answer({ lots: inLots, limit: inTicks, frees: inWei }), "as far as the book has orders for it"),
    ),
  }),
  answer({ kind: literal("bound"), ...market, bounds: answer(ticksSpan), frees: inWei }),
  answer({ kind: literal("refresh"), marketRootId, frees: inWei }),
  answer({ kind: literal("realise"), marketRootId, frees: inWei }),
  answer({ kind: literal("cancel"), tradeRootIds: list(count), frees: inWei }),
);
export const bindingRoot = answer({
  marketRootId,
  kind: rootKind,
  values: described(list(inTicks), "the outcome in which it is worth least"),
  worst: described(inWei, "what it is worth there"),
  bindingOutcome: integer,
  stored: described(inWei, "the same as the book has stored it"),
});
const binding = answer({
  slack: described(inWei, "net collateral in the worst joint outcome by today's bounds, wei"),
  storedSlack: described(inWei, "the same by what the book has stored: what its checks go by"),
  reserved: inWei,
  withdrawable: inWei,
  roots: list(bindingRoot),
  orders: list(
    answer({
      tradeRootId: count,
      place,
      ...market,
      priceTicks: inTicks,
      lots: inLots,
      slackIfFilled: inWei,
      missing: described(inWei, "the deposit without which it is taken out when it is met"),
    }),
  ),
  releases: described(list(release), "what would free collateral, and how much"),
});
export const trader = answer({
  traderId: count,
  claim: described(inWei, "on the basket's last asset, all other roots at their worst"),
  worst: described(inWei, "how much less the least claim is"),
  slack: described(inWei, "net collateral in the worst joint outcome, as the book has stored it"),
  reserved: inWei,
  openOrders: count,
  nonceFloor: integer,
  usedNonces: integer,
  claims: list(inWei),
  positions: described(
    list(answer({ ...market, lots: inLots })),
    "lots in every market where it has any: + long, - short; of the basket beside those of its last leg",
  ),
  waiting: described(count, "packages of this trader that have not landed"),
  cancelAll: described(
    answer({ toTradeRootId: count, nonceFloor: integer }),
    "what a cancellation from 1 on would name to reach all that rests, is on its way and waits",
  ),
  binding,
});
export type RelayTrader = DomainOf<typeof trader>;

export const tradersQuery = plain(
  z.strictObject({
    limit: numberIn(1, 1_000).default(100).describe("most traders of a page"),
    after: numberIn(0, Number.MAX_SAFE_INTEGER).default(0).describe("`next` of the page before"),
  }),
);
export const traders = answer({
  block: described(maybe(block), "at which this page holds; of another one each page is another's"),
  traders: described(
    list(
      answer({
        traderId: count,
        trader: address,
        claims: described(list(inWei), "v, wei of claim on each asset, all other roots at their worst"),
        allocation: described(list(fraction), "x = v · q / N, units of each asset, exactly"),
        wholeUnits: described(list(integer), "x rounded down"),
      }),
    ),
    "in the order in which they were registered",
  ),
  next: described(orNull(count), "`after` of the page that follows"),
});
export type RelayTraders = DomainOf<typeof traders>;

// ------------------------------------------------------------------ the relay

const transaction = answer({
  nonce: count,
  kind: text,
  packages: count,
  cancellations: count,
  gasLimit: integer,
  ageMs: described(plain(z.number().min(0)), "since something was last sent for it"),
  hash: described(orNull(hash), "of the newest try; null while nothing was signed"),
  maxFee: orNull(integer),
  priorityFee: orNull(integer),
});
export const queue = answer({
  account: described(address, "who pays for the transactions"),
  submits: described(flag, "whether this relay submits; another one may"),
  waiting: described(count, "packages that have not landed"),
  cancellations: described(count, "signed cancellations that are not done"),
  batches: described(count, "transactions' worth of them that are made up"),
  baseFee: described(orNull(integer), "of the newest block, wei a unit of gas"),
  transactions: list(transaction),
});
export type RelayQueue = DomainOf<typeof queue>;

const fault = answer({
  session: maybe(described(address, "whose part it is, of a relay that serves many")),
  part: described(text, "the part of the relay that has it"),
  code: described(text, "stable: decide on it"),
  since: described(count, "unix ms, by the relay's clock"),
  detail: text,
  blocking: described(flag, "whether packages should go to another relay as long as it lasts"),
});
export const health = answer({
  ready: described(flag, "whether packages should come here: it is where the chain is, and nothing blocks"),
  submits: flag,
  block: maybe(count),
  waiting: described(count, "packages that have not landed"),
  inFlight: described(count, "transactions on their way"),
  faults: described(list(fault), "what goes wrong at the moment"),
  index: described(
    maybe(answer({ block: maybe(count), behind: count, fault: maybe(text) })),
    "how far the history has come; not told of many sessions together",
  ),
  sessions: maybe(
    described(answer({ served: count, ready: count }), "of a relay that serves many: it is ready if one of them is"),
  ),
});
export type RelayHealth = DomainOf<typeof health>;

export const readiness = answer({
  ready: flag,
  reasons: described(list(text), "codes of what blocks; empty if it is ready"),
});

/** Every refusal, whatever was asked. */
export const refusal = {
  error: answer({
    code: described(text, "stable: decide on it"),
    message: text,
    advice: described(text, "what to do"),
    retryable: described(flag, "whether the same request may succeed later"),
    values: words,
  }),
};
export const refused = answer(refusal);
export type RelayRefusal = DomainOf<typeof refused>["error"];

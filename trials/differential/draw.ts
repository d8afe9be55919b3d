/** Draws histories from a seed: the same seed, the same history. */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";

import type { CancellationStep, History, OrderStep, QuoteSetStep, Step, Terms } from "./steps.js";

export const ORDER_FLAWS = [
  "price",
  "quantity",
  "huge",
  "timeInForce",
  "expired",
  "link",
  "nonceUsed",
  "nonceFar",
  "nonceJump",
  "unknownTrader",
  "otherKey",
  "otherDomain",
  "highS",
  "compact",
  "garbage",
  "empty",
  "market",
  "root",
  "flag",
] as const;
export const RECORD_FLAWS = [
  "reversed",
  "owner",
  "otherKey",
  "link",
  "terms",
  "parent",
  "number",
  "basket",
  "description",
  "unsigned",
  "needless",
] as const;
export const ROOT_FLAWS = [
  "kind",
  "tickZero",
  "tickHuge",
  "closes",
  "closesLate",
  "settleBy",
  "settleLate",
  "fallback",
  "outcomes",
  "empty",
  "number",
  "link",
  "description",
  "otherKey",
  "owner",
  "reversed",
  "parent",
  "again",
  "permit",
  "unpermitted",
  "needless",
] as const;
export const CANCELLATION_FLAWS = [
  "unknownTrader",
  "expired",
  "floorHuge",
  "compact",
  "highS",
  "otherKey",
  "otherDomain",
  "garbage",
] as const;
export const PERMIT_FLAWS = ["amount", "expired", "otherKey", "nonce", "garbage", "zero", "zeroAddress"] as const;
const MONEY_FLAWS = ["zero", "huge", "tooMuch", "stranger", "zeroAddress"] as const;

/** Manners of the contracts HostileWallet and HostilePolicy. */
const WALLET_MANNERS = 9;
const POLICY_MANNERS = 6;

/** A wait until t2. */
export const AT_SETTLEMENT = 99;

type Op = Step["op"];
/** How often each kind of step comes, and how it is drawn. */
type Kinds = Readonly<Record<Op, readonly [weight: number, draw: (random: Random) => Step]>>;

/** What a history goes through, part by part. */
const KINDS: Kinds = {
  wait: [4, (r) => ({ op: "wait", ...timed(r), until: r.below(6) })],
  createUser: [2, (r) => ({ op: "createUser", ...timed(r), who: r.below(12) })],
  deposit: [
    8,
    (r) => ({ op: "deposit", ...timed(r), who: r.below(9), amount: 1 + r.below(400), flaw: r.flaw(MONEY_FLAWS) }),
  ],
  depositLeg: [
    5,
    (r) => {
      const [who, leg, lots] = [r.below(9), r.below(20), 1 + r.below(60)];
      return { op: "depositLeg", ...timed(r), who, leg, lots, flaw: r.flaw(MONEY_FLAWS) };
    },
  ],
  depositWithPermit: [
    5,
    (r) => {
      const [who, leg, amount] = [r.below(9), r.below(20), 1 + r.below(60)];
      const flaw = r.chance(1, 2) ? r.pick(PERMIT_FLAWS) : "";
      return { op: "depositWithPermit", ...timed(r), who, leg, amount, flaw };
    },
  ],
  withdraw: [5, (r) => ({ op: "withdraw", ...timed(r), part: r.below(24), to: r.below(14), ...ahead(r) })],
  withdrawLeg: [
    4,
    (r) => ({ op: "withdrawLeg", ...timed(r), leg: r.below(20), part: r.below(24), to: r.below(14), ...ahead(r) }),
  ],
  exit: [2, (r) => ({ op: "exit", ...timed(r), to: r.below(14), redeem: r.chance(1, 3) })],
  newRoot: [3, newRoot],
  record: [7, record],
  applyFallback: [1, (r) => ({ op: "applyFallback", ...timed(r), root: r.below(12) })],
  realise: [2, (r) => ({ op: "realise", ...timed(r), root: r.below(12), traders: r.list(4, () => r.below(10)) })],
  refresh: [2, (r) => ({ op: "refresh", ...timed(r), root: r.below(12), traders: r.list(4, () => r.below(10)) })],
  createTrade: [
    26,
    (r) => ({ op: "createTrade", ...timed(r), order: order(r), maxMatches: steps(r), maxWalk: walk(r) }),
  ],
  createTrades: [
    14,
    (r) => {
      const orders = r.list(r.chance(1, 12) ? 30 : 7, () => order(r));
      const cancellations = r.chance(1, 3) ? r.list(3, () => cancellation(r)) : [];
      const strict = r.chance(1, 8);
      const quoteSets = r.chance(1, 3) ? r.list(3, () => quoteSet(r)) : [];
      const [maxMatches, maxWalk] = [steps(r), walk(r)];
      return { op: "createTrades", ...timed(r), orders, maxMatches, maxWalk, cancellations, quoteSets, strict };
    },
  ],
  matchTrades: [4, (r) => ({ op: "matchTrades", ...timed(r), market: r.below(40), maxMatches: steps(r) })],
  offset: [7, (r) => ({ op: "offset", ...timed(r), orders: r.list(4, () => r.below(200)) })],
  cancelTrades: [4, (r) => ({ op: "cancelTrades", ...timed(r), ...cancellation(r) })],
  invalidateNonces: [1, (r) => ({ op: "invalidateNonces", ...timed(r), ahead: r.below(160) - 4 })],
};

/** What is left to do once nothing trades any more. */
const CLOSING: Theme = {
  often: {
    ...Object.fromEntries(Object.keys(KINDS).map((op) => [op, 1 / 8])),
    ...{ exit: 5, realise: 2, applyFallback: 3, withdraw: 1, withdrawLeg: 1 },
  },
  change: (step, r) =>
    step.op === "wait" ? { ...step, until: 2 } : step.op === "exit" ? { ...step, redeem: r.chance(1, 2) } : step,
};

/** What chance alone brings too seldom: a history has one of these, or none. */
interface Theme {
  readonly terms?: (random: Random) => Partial<Terms>;
  /** By what the usual weights of steps are multiplied. */
  readonly often?: Readonly<Partial<Record<Op, number>>>;
  readonly order?: (random: Random) => Partial<OrderStep>;
  readonly change?: (step: Step, random: Random) => Step;
  /** Whether it ends with settlement. */
  readonly settles?: boolean;
}

const THEMES: Readonly<Record<string, Theme>> = {
  plain: {},
  staleLinks: { terms: (r) => ({ chainWindow: r.pick([2, 3]) }), order: (r) => ({ link: r.below(5) }) },
  tooManyOrders: {
    terms: (r) => ({ maxOpenOrders: r.pick([1, 2, 3]) }),
    order: (r) => ({ timeInForce: r.pick([0, 0, 1]), price: r.chance(1, 2) ? 8 : r.below(17), rests: 100_000 }),
  },
  farHints: {
    order: (r) => ({ price: 4 + r.below(9), lots: 1 + r.below(4), timeInForce: 0, rests: 100_000, hint: r.below(200) }),
    change: (step, r) => ("maxWalk" in step ? { ...step, maxWalk: r.below(5) } : step),
    often: { createTrade: 2, createTrades: 2 },
  },
  fewSteps: {
    order: (r) => ({ lots: 1 + r.below(r.pick([3, 30])), timeInForce: r.pick([0, 0, 1]) }),
    change: (step, r) => ("maxMatches" in step ? { ...step, maxMatches: r.below(3) } : step),
    often: { matchTrades: 4 },
  },
  fillOrKill: { order: (r) => ({ timeInForce: r.pick([0, 2, 2]), lots: 1 + r.below(r.pick([3, 30])) }) },
  wallets: { order: (r) => ({ trader: r.pick([6, 6, 7, 1, 2]) }) },
  takenOutByOthers: {
    order: (r) => ({ lots: 1 + r.below(400), rests: r.chance(1, 2) ? 100_000 : r.below(20) }),
    often: { offset: 4, withdraw: 3, withdrawLeg: 3 },
  },
  exits: { settles: true, often: { newRoot: 2, depositLeg: 2 } },
  events: {
    terms: () => ({ openMarkets: true }),
    change: (step) => (step.op === "newRoot" ? { ...step, interval: false } : step),
    order: (r) => ({ market: 1 + r.below(39) }),
    often: { newRoot: 2, record: 2 },
  },
  baskets: {
    terms: (r) => ({ assets: r.pick([1, 3, 3, 3, 16]) }),
    order: (r) => ({ market: r.below(20) }),
    often: { depositLeg: 2, withdrawLeg: 2 },
  },
  maxLots: {
    terms: (r) => ({ maxLots: r.pick([1, 30, 200]), assets: r.pick([2, 3]) }),
    order: (r) => ({ lots: 1 + r.below(60), flaw: "" }),
  },
  ranges: {
    terms: (r) => ({
      ...{ basketScale: r.pick([1, 7, 100]), basketTickValue: "1", assets: r.pick([2, 3]) },
      supplyLots: r.pick(["18014398509481984", "4611686018427387904"]), // 2^54, 2^62
    }),
    order: (r) => ({
      ...{ price: r.pick([0, 0, 8, 16, 16]), market: r.below(6), flaw: r.chance(1, 5) ? "huge" : "" },
      lots: r.pick([2 ** 39 - 1, 2 ** 38, 2 ** 39 - 9, 2 ** 36 + 1, 5]),
    }),
    often: { depositLeg: 2, withdrawLeg: 2 },
  },
  quoteSets: {
    order: (r) => ({
      ...{ place: r.below(200), market: r.below(4), price: 6 + r.below(5), lots: 1 + r.below(20), nonce: 0, link: 0 },
      ...{ timeInForce: r.pick([0, 0, 0, 1, 2, 3]), rests: 100_000, flaw: r.chance(1, 10) ? "price" : "" },
    }),
    change: (step, r) =>
      step.op === "createTrades"
        ? { ...step, quoteSets: r.list(3, () => quoteSet(r)), maxMatches: r.pick([20, 20, 2]) }
        : step,
    often: { createTrades: 4, createTrade: 1 / 4 },
  },
  batches: {
    order: (r) => ({
      place: 1 + r.below(200),
      market: r.below(3),
      price: 7 + r.below(3),
      flaw: "",
      lots: 1 + r.below(20),
    }),
    often: { createTrades: 3, createTrade: 1 / 4 },
  },
};

export function drawHistory(seed: number, length: number): History {
  const random = new Random(seed);
  const theme = random.chance(1, 3) ? {} : (Object.values(THEMES)[random.below(Object.keys(THEMES).length)] ?? {});
  const terms = { ...drawTerms(random), ...theme.terms?.(random) };
  const opening: Step[] = [
    ...Array.from({ length: 8 }, (_, who): Step => {
      return { op: "deposit", after: 1, caller: 0, who, amount: 50 + random.below(400), flaw: "" };
    }),
    { op: "wait", after: 1, caller: 0, until: 0 },
  ];
  // Now and then a call comes before the session trades.
  const cut = random.chance(1, 10) ? random.below(opening.length) : opening.length;
  const steps = [...opening.slice(0, cut), ...random.exactly(length, () => drawStep(random, theme))];
  const settles = theme.settles === true || random.chance(1, 3);
  const ending: Step[] = settles ? [{ op: "wait", after: 1, caller: 0, until: AT_SETTLEMENT }] : [];
  const last = settles ? random.exactly(Math.ceil(length / 4), () => drawStep(random, CLOSING)) : [];
  return { seed, terms, steps: [...steps, ...ending, ...last] };
}

function drawTerms(random: Random): Terms {
  return {
    assets: random.chance(1, 10) ? 1 : 2 + random.below(3),
    basketScale: random.pick([1, 7, 100, 100, 10_000, 10_000]),
    basketTickValue: random.pick(["100000000000", "10000000000000", "3", "1000000000000000"]),
    chainWindow: random.pick([2, 3, 20, 256]),
    maxOpenOrders: random.pick([2, 6, 50]),
    ...(random.chance(1, 3) ? { maxLots: random.pick([1, 30, 200]) } : {}),
    openMarkets: random.chance(1, 2),
    hasPolicy: random.chance(1, 3),
    walletManner: random.below(WALLET_MANNERS),
    ...(random.chance(1, 25) ? { policyManner: random.below(POLICY_MANNERS) } : {}),
  };
}

function drawStep(random: Random, theme: Theme): Step {
  const kinds = Object.entries(KINDS).map(([op, [weight, draw]]) => {
    return [Math.ceil(16 * weight * (theme.often?.[op as Op] ?? 1)), draw] as const; // entries of KINDS
  });
  let at = random.below(kinds.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, draw] of kinds) {
    at -= weight;
    if (at < 0) return themed(draw(random), theme, random);
  }
  throw new RangeError("weights do not add up");
}

/** Three of four orders are as the theme has them. */
function themed(step: Step, { order: changeOf, change }: Theme, random: Random): Step {
  const ordered = (one: OrderStep): OrderStep => (random.chance(3, 4) ? { ...one, ...changeOf?.(random) } : one);
  const changed = change?.(step, random) ?? step;
  if (changed.op === "createTrade") return { ...changed, order: ordered(changed.order) };
  if (changed.op !== "createTrades") return changed;
  const quoteSets = changed.quoteSets?.map(({ common, quotes }) => ({
    common: ordered(common),
    quotes: quotes.map(ordered),
  }));
  return { ...changed, orders: changed.orders.map(ordered), ...(quoteSets === undefined ? {} : { quoteSets }) };
}

function timed(random: Random): { after: number; caller: number } {
  return { after: random.chance(1, 12) ? 1 + random.below(400) : 1 + random.below(3), caller: random.below(10) };
}

function steps(random: Random): number {
  return random.chance(1, 3) ? 20 : random.below(4);
}

function walk(random: Random): number {
  return random.chance(2, 3) ? 50 : random.below(4);
}

function order(random: Random): OrderStep {
  return {
    trader: random.below(9),
    market: random.chance(1, 2) ? random.below(3) : random.below(40),
    price: random.chance(3, 4) ? 6 + random.below(5) : random.below(17),
    lots: 1 + random.below(random.pick([3, 3, 3, 40, 40, 40, 200, 5_000])),
    buy: random.chance(1, 2),
    timeInForce: random.chance(1, 2) ? 0 : random.below(4),
    rests: random.chance(1, 2) ? 100_000 : random.below(random.chance(1, 2) ? 6 : 60),
    link: random.chance(3, 4) ? 0 : random.below(300),
    nonce: random.chance(2, 3) ? 0 : random.below(32),
    hint: random.chance(1, 2) ? 0 : random.below(200),
    place: random.chance(1, 3) ? 0 : 1 + random.below(200),
    flaw: random.flaw(ORDER_FLAWS),
  };
}

/** Now and then a withdrawal makes nonces void. */
function ahead(random: Random): { ahead?: number } {
  return random.chance(1, 4) ? { ahead: random.below(40) - 4 } : {};
}

function quoteSet(random: Random): QuoteSetStep {
  return { common: order(random), quotes: random.list(random.chance(1, 6) ? 20 : 6, () => order(random)) };
}

function cancellation(random: Random): CancellationStep {
  return {
    trader: random.below(9),
    first: random.below(200),
    span: random.chance(1, 2) ? 99 : random.below(20),
    ahead: random.chance(1, 2) ? -1 : random.below(4),
    rests: random.chance(4, 5) ? random.below(20) : 100_000,
    orders: random.list(5, () => random.below(200)),
    flaw: random.flaw(CANCELLATION_FLAWS),
  };
}

function newRoot(random: Random): Step {
  return {
    op: "newRoot",
    ...timed(random),
    interval: random.chance(2, 3),
    low: random.below(400) - 200,
    span: 1 + random.below(random.chance(1, 4) ? 5 : 200),
    outcomes: 2 + random.below(random.chance(1, 6) ? 15 : 4),
    closes: 200 + random.below(4_000),
    owner: random.below(8),
    flaw: random.flaw(ROOT_FLAWS),
  };
}

function record(random: Random): Step {
  const from = random.below(17);
  const isNarrow = random.chance(1, 5);
  return {
    op: "record",
    ...timed(random),
    root: random.below(12),
    branch: random.below(8),
    parent: random.below(8),
    from,
    to: isNarrow ? from : random.below(17 - from) + from,
    isNew: random.chance(2, 3),
    flaw: random.flaw(RECORD_FLAWS),
  };
}

class Random {
  readonly #generator;

  public constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** 0 to limit - 1 */
  public below(limit: number): number {
    return uniformInt(this.#generator, 0, limit - 1);
  }

  public chance(hits: number, of: number): boolean {
    return this.below(of) < hits;
  }

  public pick<Item>(items: readonly [Item, ...(readonly Item[])]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** One in eight has one. */
  public flaw(flaws: readonly string[]): string {
    return this.chance(1, 8) ? (flaws[this.below(flaws.length)] ?? "") : "";
  }

  /** One to `most` items. */
  public list<Item>(most: number, draw: () => Item): Item[] {
    return this.exactly(1 + this.below(most), draw);
  }

  public exactly<Item>(length: number, draw: () => Item): Item[] {
    return Array.from({ length }, draw);
  }
}

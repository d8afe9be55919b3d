/**
 * A book as plainly as it can be said: every position in full, every worst case by trying all outcomes that can be worst, the part
 * that a trader bears by halving. It judges the contract's words; nothing here is shared with them.
 */
export interface PlainRoot {
  readonly kind: "basket" | "interval" | "event";
  readonly tick: bigint;
  /** Interval: of each branch. */
  readonly strikes: [bigint, bigint][];
  /** Interval: least outcome; simplex: 0. */
  lo: bigint;
  /** Interval: greatest outcome; simplex: the scale. */
  hi: bigint;
  /** Simplex: least and greatest weight of each leg. */
  readonly weights: [bigint, bigint][];
}

export interface PlainTrader {
  readonly address: string;
  cash: bigint;
  readonly lots: Map<number, bigint[]>;
  /** As they were stored, wei. */
  readonly worst: Map<number, bigint>;
  floor: bigint;
  readonly used: Set<bigint>;
  open: number;
  reserve: bigint;
}

export interface PlainOrder {
  readonly id: number;
  readonly trader: PlainTrader;
  readonly root: number;
  readonly branch: number;
  readonly price: bigint;
  lots: bigint;
  readonly deadline: bigint;
}

export interface PlainPackage {
  readonly trader: PlainTrader | undefined;
  readonly root: number;
  readonly branch: number;
  readonly price: bigint;
  readonly lots: bigint;
  readonly linkIsGood: boolean;
  readonly nonce: bigint;
  readonly deadline: bigint;
  readonly timeInForce: number;
  readonly signatureIsGood: boolean;
  /** Whether it is a quote, whose set has used the nonce. */
  readonly isQuote?: boolean;
}

export type PlainQuote = Pick<PlainPackage, "root" | "branch" | "price" | "lots" | "linkIsGood">;
export type PlainSet = Omit<PlainPackage, keyof PlainQuote> & {
  readonly linkIsGood: boolean;
  readonly quotes: readonly PlainQuote[];
};

interface Queue {
  bids: PlainOrder[];
  asks: PlainOrder[];
  crossing: { readonly order: PlainOrder; readonly immediate: boolean } | undefined;
}

/** [name, number of the order, ...] */
export type PlainEvent = readonly (string | number | bigint)[];

export interface PlainTerms {
  readonly maxOpen: number;
  readonly maxLots: bigint;
  readonly shift: bigint;
}

const MAX_ORDER = 2n ** 39n - 1n;
const MAX_NONCE = 2n ** 24n - 1n;
const abs = (x: bigint): bigint => (x < 0n ? -x : x);
const min = (...xs: bigint[]): bigint => xs.reduce((a, b) => (b < a ? b : a));
const clamp = (y: bigint, low: bigint, high: bigint): bigint => (y < low ? low : y > high ? high : y);

export class PlainBook {
  public readonly roots = new Map<number, PlainRoot>();
  public readonly traders = new Map<string, PlainTrader>();
  public readonly queues = new Map<string, Queue>();
  public events: PlainEvent[] = [];
  public trades = 0;

  public constructor(private readonly terms: PlainTerms) {}

  public trader(address: string): PlainTrader {
    const known = this.traders.get(address);
    if (known !== undefined) return known;
    const made: PlainTrader = {
      address,
      cash: 0n,
      lots: new Map(),
      worst: new Map(),
      floor: 0n,
      used: new Set(),
      open: 0,
      reserve: 0n,
    };
    this.traders.set(address, made);
    return made;
  }

  public queue(root: number, branch: number): Queue {
    const key = `${root}/${branch}`;
    const known = this.queues.get(key) ?? { bids: [], asks: [], crossing: undefined };
    this.queues.set(key, known);
    return known;
  }

  // ---------------------------------------------------------------- money

  public legs(): number {
    return this.root(1).weights.length;
  }

  public lotsOf(trader: PlainTrader, root: number): bigint[] {
    const of = this.root(root);
    const count = of.kind === "interval" ? of.strikes.length : of.weights.length;
    const held = [...(trader.lots.get(root) ?? [])];
    while (held.length < count) held.push(0n);
    return held;
  }

  /** R12, wei. */
  public worstOf(root: number, lots: readonly bigint[]): bigint {
    const of = this.root(root);
    if (of.kind === "interval") {
      const outcomes = [of.lo, of.hi, ...of.strikes.flat().filter((k) => k > of.lo && k < of.hi)];
      const value = (y: bigint): bigint =>
        lots.reduce((sum, held, b) => sum + held * clamp(y, of.strikes[b]![0], of.strikes[b]![1]), 0n);
      return min(...outcomes.map(value)) * of.tick;
    }
    let rest = of.hi - of.weights.reduce((sum, [low]) => sum + low, 0n);
    let value = lots.reduce((sum, held, k) => sum + held * of.weights[k]![0], 0n);
    for (const k of lots
      .map((_, i) => i)
      .sort((a, b) => (lots[a]! < lots[b]! ? -1 : lots[a]! > lots[b]! ? 1 : a - b))) {
      const room = of.weights[k]![1] - of.weights[k]![0];
      const weight = room < rest ? room : rest;
      value += lots[k]! * weight;
      rest -= weight;
    }
    return value * of.tick;
  }

  public slack(trader: PlainTrader): bigint {
    return trader.cash + [...trader.worst.values()].reduce((sum, worst) => sum + worst, 0n);
  }

  public claims(trader: PlainTrader): bigint[] {
    const others = [...trader.worst].reduce((sum, [root, worst]) => (root === 1 ? sum : sum + worst), trader.cash);
    const { hi, tick } = this.root(1);
    return this.lotsOf(trader, 1).map((lots) => others + lots * hi * tick);
  }

  public move(trader: PlainTrader, root: number, branch: number, lots: bigint, price: bigint): void {
    const held = this.lotsOf(trader, root);
    held[branch - 1]! += lots;
    trader.lots.set(root, held);
    trader.cash -= price * lots * this.root(root).tick;
    trader.worst.set(root, this.worstOf(root, held));
  }

  /** The greatest part of these lots that leaves the trader covered. */
  public part(trader: PlainTrader, root: number, branch: number, lots: bigint, price: bigint): bigint {
    const sign = lots > 0n ? 1n : -1n;
    let [good, bad] = [0n, abs(lots) + 1n];
    while (bad - good > 1n) {
      const middle = (good + bad) / 2n;
      if (this.bears(trader, root, branch, sign * middle, price)) good = middle;
      else bad = middle;
    }
    return sign * good;
  }

  private bears(trader: PlainTrader, root: number, branch: number, lots: bigint, price: bigint): boolean {
    return this.isWithin(trader, root, branch, lots) && this.slackAfter(trader, root, branch, lots, price) >= 0n;
  }

  private slackAfter(trader: PlainTrader, root: number, branch: number, lots: bigint, price: bigint): bigint {
    const held = this.lotsOf(trader, root);
    held[branch - 1]! += lots;
    const before = trader.worst.get(root) ?? 0n;
    return this.slack(trader) - before + this.worstOf(root, held) - price * lots * this.root(root).tick;
  }

  private isWithin(trader: PlainTrader, root: number, branch: number, lots: bigint): boolean {
    const { maxLots } = this.terms;
    if (maxLots === 0n) return true;
    const held = this.lotsOf(trader, root);
    const counted = (b: number): bigint => (root === 1 ? held[b]! - held[held.length - 1]! : held[b]!);
    const within = (now: bigint, change: bigint): boolean =>
      change > 0n ? now + change <= maxLots : now + change >= -maxLots;
    if (root !== 1 || branch < held.length) return within(counted(branch - 1), lots);
    return held.slice(0, -1).every((_, b) => within(counted(b), -lots));
  }

  // ---------------------------------------------------------------- orders

  /** The name of the error, or undefined. */
  public accept(p: PlainPackage, maxMatches: number, now: bigint): string | undefined {
    const [low, high] = this.boundsOf(p.root, p.branch);
    if (p.price < low || p.price > high) return "Book_PriceOutOfBounds";
    if (p.lots === 0n || abs(p.lots) > MAX_ORDER) return "Book_QuantityOutOfRange";
    if (p.deadline < now) return "Book_DeadlineExpired";
    if (!p.linkIsGood) return "Book_StaleLink";
    const { trader } = p;
    if (trader === undefined) return "Book_TraderUnknown";
    const refusal = p.isQuote === true ? undefined : this.refusalOfNonce(trader, p.nonce);
    if (refusal !== undefined) return refusal;
    if (!p.signatureIsGood) return "Book_SignatureInvalid";
    const steps = maxMatches - this.resume(p.root, p.branch, maxMatches, now);
    const queue = this.queue(p.root, p.branch);
    if (queue.crossing !== undefined) return "Book_StillCrossed";
    if (!this.isWithin(trader, p.root, p.branch, p.lots)) return "Book_TooManyLots";
    if (!this.bears(trader, p.root, p.branch, p.lots, p.price)) return "Book_Uncovered";
    const order: PlainOrder = { ...p, trader, id: this.trades + 1 };
    const crosses = this.reaches(order, this.opposite(order)[0]);
    if (crosses && p.timeInForce === 3) return "Book_PostOnlyWouldTake";
    const mayRest = p.timeInForce !== 2 && (crosses || p.timeInForce !== 1);
    if (mayRest && trader.open >= this.terms.maxOpen) return "Book_TooManyOpenOrders";
    return this.append(order, p, steps, now);
  }

  /** R44. The name of the error that refuses all of it, or undefined. */
  public acceptSet(set: PlainSet, maxMatches: number, now: bigint): string | undefined {
    if (set.deadline < now) return "Book_DeadlineExpired";
    if (!set.linkIsGood) return "Book_StaleLink";
    if (set.trader === undefined) return "Book_TraderUnknown";
    const refusal = this.refusalOfNonce(set.trader, set.nonce);
    if (refusal !== undefined) return refusal;
    if (!set.signatureIsGood) return "Book_SignatureInvalid";
    const saved = this.save();
    this.useNonce(set.trader, set.nonce);
    this.events.push(["QuoteSetCreated", this.trades + 1]);
    const whole = this.acceptQuotes(set, maxMatches, now);
    if (whole !== undefined) this.restore(saved);
    return whole;
  }

  private acceptQuotes(set: PlainSet, maxMatches: number, now: bigint): string | undefined {
    const refusals = set.quotes.map((quote, i) => {
      const refusal = this.accept({ ...set, ...quote, isQuote: true }, maxMatches, now);
      if (refusal !== undefined) this.events.push(["QuoteSkipped", i, refusal]);
      const isCrossed = this.queue(quote.root, quote.branch).crossing !== undefined;
      return refusal ?? (isCrossed ? "Book_StillCrossed" : undefined);
    });
    const [first] = refusals.filter((refusal) => refusal !== undefined);
    if (set.timeInForce === 2 && first !== undefined) return first;
    const crossed = refusals.find((refusal) => refusal === "Book_StillCrossed");
    return crossed ?? (refusals.includes(undefined) ? undefined : refusals[0]);
  }

  private refusalOfNonce({ floor, used }: PlainTrader, nonce: bigint): string | undefined {
    if (nonce >= floor + 64n || nonce >= MAX_NONCE) return "Book_NonceTooFar";
    return nonce < floor || used.has(nonce) ? "Book_NonceUsed" : undefined;
  }

  private append(order: PlainOrder, p: PlainPackage, steps: number, now: bigint): string | undefined {
    this.trades += 1;
    if (p.isQuote !== true) this.useNonce(order.trader, p.nonce);
    this.events.push([p.isQuote === true ? "QuoteCreated" : "TradeCreated", order.id]);
    const { cut, ranOut } = this.sweep(order, steps, now);
    if (p.timeInForce === 2 && order.lots + cut !== 0n) return "Book_FillOrKillUnfilled";
    if (order.lots === 0n) return undefined;
    if (p.timeInForce === 1 && !ranOut) this.events.push(["TradeOffset", order.id, abs(order.lots), 4]);
    else this.rest(order, ranOut ? { order, immediate: p.timeInForce === 1 } : undefined);
    return undefined;
  }

  public save(): object {
    const { roots, traders, queues, events, trades } = this;
    return structuredClone({ roots, traders, queues, events, trades });
  }

  /** Objects of the past take the place of today's. */
  public restore(saved: object): void {
    Object.assign(this, saved);
  }

  private rest(order: PlainOrder, crossing: Queue["crossing"]): void {
    const queue = this.queue(order.root, order.branch);
    const side = this.side(order);
    const behind = side.findIndex((other) => (order.lots > 0n ? other.price < order.price : other.price > order.price));
    if (behind < 0) side.push(order);
    else side.splice(behind, 0, order);
    queue.crossing = crossing;
    const { trader } = order;
    trader.open += 1;
    const [low, high] = this.boundsOf(order.root, order.branch);
    const need = (order.price - (order.lots > 0n ? low : high)) * order.lots * this.root(order.root).tick;
    const unit = 1n << this.terms.shift;
    trader.reserve = [trader.reserve, min((need + unit - 1n) / unit, 65_535n)].reduce((a, b) => (a > b ? a : b));
  }

  private sweep(taker: PlainOrder, maxSteps: number, now: bigint): { cut: bigint; ranOut: boolean; steps: number } {
    let cut = 0n;
    for (let steps = 0; ; steps += 1) {
      const maker = this.opposite(taker)[0];
      if (taker.lots === 0n || !this.reaches(taker, maker)) return { cut, ranOut: false, steps };
      if (steps === maxSteps) return { cut, ranOut: true, steps };
      if (maker!.deadline < now) this.takeOut(maker!, 1);
      else if (maker!.trader === taker.trader) this.takeOut(maker!, 3);
      else cut += this.fill(taker, maker!);
    }
  }

  /** R32. What cannot be borne is cut off, the maker's first; what can be is filled by the next step. Gives what was cut off the taker. */
  private fill(taker: PlainOrder, maker: PlainOrder): bigint {
    const { root, branch, price } = maker;
    const wanted = abs(taker.lots) < abs(maker.lots) ? taker.lots : -maker.lots;
    const given = this.part(maker.trader, root, branch, -wanted, price);
    if (given !== -wanted) {
      this.cutTo(maker, given);
      return 0n;
    }
    const lots = this.part(taker.trader, root, branch, wanted, price);
    if (lots !== wanted) {
      const cut = taker.lots - lots;
      this.events.push(["TradeOffset", taker.id, abs(cut), 2]);
      taker.lots = lots;
      return cut;
    }
    this.move(maker.trader, root, branch, -lots, price);
    this.move(taker.trader, root, branch, lots, price);
    taker.lots -= lots;
    maker.lots += lots;
    this.events.push(["TradesMatched", maker.id, taker.id, price, abs(lots)]);
    if (maker.lots === 0n) this.remove(maker);
    return 0n;
  }

  private cutTo(order: PlainOrder, left: bigint): void {
    this.events.push(["TradeOffset", order.id, abs(order.lots - left), 2]);
    order.lots = left;
    if (left === 0n) this.remove(order);
  }

  /** R34. */
  public resume(root: number, branch: number, maxSteps: number, now: bigint): number {
    const queue = this.queue(root, branch);
    const { crossing } = queue;
    if (crossing === undefined) return 0;
    const { order, immediate } = crossing;
    if (maxSteps > 0 && order.deadline < now && this.reaches(order, this.opposite(order)[0])) {
      this.takeOut(order, 1);
      return 1;
    }
    queue.crossing = undefined;
    const { steps, ranOut } = this.sweep(order, maxSteps, now);
    if (order.lots === 0n) this.remove(order);
    else if (ranOut) queue.crossing = crossing;
    else if (immediate) this.takeOut(order, 4);
    return steps;
  }

  // ---------------------------------------------------------------- taking out

  public offset(order: PlainOrder, caller: PlainTrader | undefined, now: bigint): string | undefined {
    if (order.trader === caller) this.takeOut(order, 0);
    else if (order.deadline < now || this.isDetermined(order)) this.takeOut(order, 1);
    else {
      const part = this.part(order.trader, order.root, order.branch, order.lots, order.price);
      if (part === order.lots) return "Book_OrderStands";
      this.cutTo(order, part);
    }
    return undefined;
  }

  public takeOut(order: PlainOrder, reason: number): void {
    this.events.push(["TradeOffset", order.id, abs(order.lots), reason]);
    this.remove(order);
  }

  private remove(order: PlainOrder): void {
    const queue = this.queue(order.root, order.branch);
    queue.bids = queue.bids.filter((other) => other !== order);
    queue.asks = queue.asks.filter((other) => other !== order);
    if (queue.crossing?.order === order) queue.crossing = undefined;
    const { trader } = order;
    trader.open -= 1;
    if (trader.open === 0) trader.reserve = 0n;
  }

  // ---------------------------------------------------------------- in detail

  private useNonce(trader: PlainTrader, nonce: bigint): void {
    trader.used.add(nonce);
    if (nonce - trader.floor >= 32n) trader.floor = nonce - 31n;
    while (trader.used.has(trader.floor)) trader.floor += 1n;
  }

  /** Of an order with lots left. */
  private side(order: PlainOrder): PlainOrder[] {
    const queue = this.queue(order.root, order.branch);
    return order.lots > 0n ? queue.bids : queue.asks;
  }

  private opposite(order: PlainOrder): PlainOrder[] {
    const queue = this.queue(order.root, order.branch);
    return order.lots > 0n ? queue.asks : queue.bids;
  }

  private reaches(order: PlainOrder, best: PlainOrder | undefined): boolean {
    if (best === undefined) return false;
    return order.lots > 0n ? order.price >= best.price : order.price <= best.price;
  }

  private isDetermined(order: PlainOrder): boolean {
    const [low, high] = this.boundsOf(order.root, order.branch);
    return low === high;
  }

  public boundsOf(root: number, branch: number): [bigint, bigint] {
    const of = this.root(root);
    if (of.kind === "interval") {
      const [k1, k2] = of.strikes[branch - 1]!;
      return [clamp(of.lo, k1, k2), clamp(of.hi, k1, k2)];
    }
    const others = of.weights.filter((_, k) => k !== branch - 1);
    const [low, high] = of.weights[branch - 1]!;
    const forced = of.hi - others.reduce((sum, [, u]) => sum + u, 0n);
    const allowed = of.hi - others.reduce((sum, [l]) => sum + l, 0n);
    return [forced > low ? forced : low, allowed < high ? allowed : high];
  }

  private root(id: number): PlainRoot {
    const root = this.roots.get(id);
    if (root === undefined) throw new Error(`no root ${id}`);
    return root;
  }
}

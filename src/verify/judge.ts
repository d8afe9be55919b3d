/**
 * The plain reference beside the replay (R11, R12, R14, R37, R38): collateral by the plain matrix over all outcome
 * combinations, what is zero-sum, what the book holds against what it owes, and bounds that only tighten. After each record
 * it looks at the traders and the root that the record touched, which is all that can have changed; at the end at everything.
 */
import type { Book } from "../protocol/book/book.js";
import { lotValueOf } from "../protocol/book/money.js";
import { reaches } from "../protocol/book/queue.js";
import type { BookState } from "../protocol/book/state.js";
import { netCollateralMatrix, type Trade } from "../protocol/judge/collateral.js";
import { branchCount, type MarketRoot } from "../protocol/market/market-table.js";
import type { RootOutcomes } from "../protocol/judge/outcomes.js";
import { BASKET_ROOT_ID } from "../protocol/signing/package.js";
import { constructOutcomeCombinations } from "../protocol/judge/outcomes.js";
import { extremeOutcomes } from "../protocol/judge/root-outcomes.js";
import type { QuoteFields } from "../protocol/signing/quote-set.js";
import { toJson } from "../protocol/amounts/json.js";
import type { Lots, Ticks, TokenWei } from "../protocol/amounts/units.js";
import type { VerifyCache } from "./cache.js";
import type { Ledger } from "./ledger.js";
import { Violation } from "./violation.js";

/** A matrix with more rows than this is not built for a single record: the roots' own are added up instead (R12). */
const MAX_ROWS = 1_024;

export interface JudgeCounts {
  /** Traders looked at, each after a record that touched it or with an order of theirs. */
  collateral: number;
  /** Of these, by one matrix over all outcome combinations of all roots that the trader holds. */
  whole: number;
  /** Of these, by the sum of one matrix for each root. */
  byRoot: number;
}

interface Held {
  readonly root: MarketRoot;
  readonly lots: readonly bigint[];
}

/** What was counted of a trader, so that the totals can follow. */
interface Counted {
  cash: bigint;
  readonly lots: Map<number, readonly bigint[]>;
}

export class Judge {
  public readonly counts: JudgeCounts = { collateral: 0, whole: 0, byRoot: 0 };
  readonly #state: BookState;
  readonly #ledger: Ledger;
  readonly #bookAddress: string;
  readonly #cache: VerifyCache | undefined;
  readonly #outcomes = new WeakMap<MarketRoot, { readonly outcomes: RootOutcomes; readonly key: string }>();
  readonly #counted = new Map<number, Counted>();
  #cash = 0n;
  /** Σ over all traders, by root and branch; nothing of a root where all of it is zero. */
  readonly #lots = new Map<number, bigint[]>();

  public constructor(book: Book, ledger: Ledger, cache: VerifyCache | undefined) {
    this.#state = book.state;
    this.#ledger = ledger;
    this.#bookAddress = book.state.terms.domain.verifyingContract;
    this.#cache = cache;
  }

  /** After a record that changed these traders' accounts, their lots in that root alone. @throws Violation */
  public traders(traderIds: readonly number[], rootId: number): void {
    for (const traderId of traderIds) {
      this.#recount(traderId, rootId);
      this.#requireCovered(traderId);
    }
    this.#requireZeroSum();
  }

  /** After an order was appended: its trader could bear all of it, by itself (R13). @throws Violation */
  public order(
    traderId: number,
    { marketRootId, marketBranchId, priceTicks: price, quantityLots: quantity }: QuoteFields,
  ): void {
    const root = this.#state.markets.known(marketRootId);
    const { lots } = this.#state.margin.load(traderId, root);
    const after = lots.with(marketBranchId - 1, (lots[marketBranchId - 1] ?? 0n) + quantity);
    const others = this.#heldBy(traderId).filter((held) => held.root !== root);
    const { cash } = this.#state.margin.accountOf(traderId);
    const worst = this.#worstOf(cash - price * quantity * root.tickValue, [...others, { root, lots: after }]);
    if (worst >= 0n) return;
    throw new Violation("R13", "A trader could not bear an order that was accepted.", { actual: { traderId, worst } });
  }

  /** After a record of the market table. @throws Violation */
  public bounds(before: MarketRoot | undefined, rootId: number): void {
    const root = this.#state.markets.known(rootId);
    if (before !== undefined) requireTighter(before, root);
    for (const { traderId } of this.#state.traders.all()) {
      if (this.#counted.get(traderId)?.lots.has(rootId) === true) this.#requireCovered(traderId);
    }
  }

  /** When tokens have come to rest: the book holds what its traders own together, and what nobody owns any more. @throws Violation */
  public tokens(): void {
    const { pool, terms } = this.#state;
    const held = (token: number): bigint => this.#ledger.balance(token, this.#bookAddress);
    for (let leg = 1; leg <= terms.assets; leg += 1) {
      const [owed, holds] = [pool.held(0) + pool.held(leg), held(0) + held(leg)];
      if (holds >= owed) continue;
      const values = { expected: { leg, tokens: owed }, actual: { leg, tokens: holds } };
      throw new Violation("R14", "The book holds fewer tokens than were deposited and not taken out.", values);
    }
  }

  /** At the end. @throws Violation */
  public everything(): void {
    for (const { traderId } of this.#state.traders.all()) this.#requireCovered(traderId);
    this.#requireZeroSum();
    this.tokens();
    this.#requireSorted();
  }

  /** Wei of claim on each asset, stored worst cases of other roots included (R16). */
  public claimsOf(traderId: number): TokenWei[] {
    const basket = this.#state.markets.known(BASKET_ROOT_ID);
    const { cash, otherWorst, lots } = this.#state.margin.load(traderId, basket);
    return lots.map((held) => (cash + otherWorst + held * lotValueOf(this.#state)) as TokenWei);
  }

  // ------------------------------------------------------------------ collateral (R11 to R13)

  #requireCovered(traderId: number): void {
    const worst = this.#worstOf(this.#state.margin.accountOf(traderId).cash, this.#heldBy(traderId));
    const slack = this.#state.margin.slackOf(traderId);
    if (worst < 0n) {
      throw new Violation("R11", "A trader owes more than it has in some joint outcome.", {
        actual: { traderId, worst },
      });
    }
    if (slack <= worst && slack >= 0n) return;
    const values = { expected: { traderId, atMost: worst }, actual: { traderId, slack } };
    throw new Violation("R12", "The stored worst case is better than the true one.", values);
  }

  /** Net collateral in the worst joint outcome: by one matrix over all combinations, or by one for each root. */
  #worstOf(cash: bigint, held: readonly Held[]): bigint {
    this.counts.collateral += 1;
    const rows = held.reduce((product, { root }) => product * this.#outcomesOf(root).outcomes.outcomes.length, 1);
    if (held.length > 1 && rows > MAX_ROWS) {
      this.counts.byRoot += 1;
      return held.reduce((sum, one) => sum + this.#worstOfRoots([one]), cash);
    }
    this.counts.whole += 1;
    return cash + this.#worstOfRoots(held);
  }

  #worstOfRoots(held: readonly Held[]): bigint {
    const worsts = this.#cache?.worsts;
    if (worsts === undefined) return this.#computeWorst(held);
    const key = held.map(({ root, lots }) => `${this.#outcomesOf(root).key}:${lots.join()}`).join("|");
    const known = worsts.get(key) ?? this.#computeWorst(held);
    worsts.set(key, known);
    return known;
  }

  /** The plain matrix: positions are trades at no price, for prices paid are in the cash already. */
  #computeWorst(held: readonly Held[]): bigint {
    const combinations = constructOutcomeCombinations(held.map(({ root }) => this.#outcomesOf(root).outcomes));
    const trades = held.flatMap(({ root: { marketRootId }, lots }) =>
      lots.flatMap((quantity, b): Trade[] => {
        if (quantity === 0n) return [];
        const market = { marketRootId, marketBranchId: b + 1 };
        return [{ traderId: 0, ...market, price: 0n as Ticks, quantity: quantity as Lots }];
      }),
    );
    const matrix = netCollateralMatrix(combinations, [{ traderId: 0, cash: 0n as TokenWei }], trades);
    return matrix.flat().reduce<bigint>((least, value) => (value < least ? value : least), matrix[0]?.[0] ?? 0n);
  }

  #heldBy(traderId: number): Held[] {
    const positions = [...this.#state.margin.positionsOf(traderId)];
    return positions.flatMap(([rootId, { lots }]) => {
      if (lots.every((held) => held === 0n)) return [];
      return [{ root: this.#state.markets.known(rootId), lots }];
    });
  }

  /** A root is replaced, never changed: its outcomes are found once. */
  #outcomesOf(root: MarketRoot): { readonly outcomes: RootOutcomes; readonly key: string } {
    let known = this.#outcomes.get(root);
    if (known === undefined) {
      const shape = root.kind === "interval" ? [root.bounds, root.strikes] : [root.scale, root.weights];
      const key = toJson([root.marketRootId, root.tickValue, shape]);
      known = { outcomes: extremeOutcomes(root), key };
      this.#outcomes.set(root, known);
    }
    return known;
  }

  // ------------------------------------------------------------------ what is zero-sum (R14)

  #recount(traderId: number, rootId: number): void {
    const counted = this.#counted.get(traderId) ?? { cash: 0n, lots: new Map<number, readonly bigint[]>() };
    this.#counted.set(traderId, counted);
    const { cash } = this.#state.margin.accountOf(traderId);
    this.#cash += cash - counted.cash;
    counted.cash = cash;
    const after = [...(this.#state.margin.positionsOf(traderId).get(rootId)?.lots ?? [])];
    const before = counted.lots.get(rootId) ?? [];
    const totals = this.#lots.get(rootId) ?? [];
    this.#lots.set(rootId, totals);
    for (let b = 0; b < Math.max(after.length, before.length); b += 1) {
      totals[b] = (totals[b] ?? 0n) + (after[b] ?? 0n) - (before[b] ?? 0n);
    }
    if (totals.every((total) => total === 0n)) this.#lots.delete(rootId);
    if (after.some((held) => held !== 0n)) counted.lots.set(rootId, after);
    else counted.lots.delete(rootId);
  }

  /** In every outcome that is left, what all traders are worth at each vertex is what the pool holds for them. */
  #requireZeroSum(): void {
    const { pool, terms, markets } = this.#state;
    let settled = 0n; // what positions that were not realised yet will turn into
    for (const [rootId, totals] of this.#lots) {
      if (rootId === BASKET_ROOT_ID) continue;
      const root = markets.known(rootId);
      if (!root.settled) {
        throw new Violation("R14", "Lots of a market must cancel.", { actual: { rootId, lots: totals.join() } });
      }
      settled += this.#computeWorst([{ root, lots: totals }]); // one outcome is left: worst and best are the same
    }
    const basket = this.#lots.get(BASKET_ROOT_ID) ?? [];
    for (let leg = 1; leg <= terms.assets; leg += 1) {
      const owned = this.#cash + settled + (basket[leg - 1] ?? 0n) * lotValueOf(this.#state);
      const held = pool.held(0) + pool.held(leg);
      if (owned === held) continue;
      const values = { expected: { leg, claims: held }, actual: { leg, claims: owned } };
      throw new Violation("R14", "The claims of all traders must be what the book holds for them.", values);
    }
  }

  // ------------------------------------------------------------------ queues (R30, R34)

  #requireSorted(): void {
    const { markets, queues } = this.#state;
    for (const root of markets.table.roots.values()) {
      for (let branch = 1; branch <= branchCount(root); branch += 1) {
        const market = queues.of({ marketRootId: root.marketRootId, marketBranchId: branch });
        requireOrdered(true, [...market.bids]);
        requireOrdered(false, [...market.asks]);
        const [bid, ask] = [market.bids.best, market.asks.best];
        const crosses = bid !== undefined && ask !== undefined && bid.price >= ask.price;
        if (!crosses || market.isCrossed()) continue;
        throw new Violation("R31", "Two orders cross and were not matched.", {
          actual: { bid: bid.tradeRootId, ask: ask.tradeRootId },
        });
      }
    }
  }
}

function requireOrdered(
  bids: boolean,
  orders: readonly { readonly tradeRootId: number; readonly price: bigint }[],
): void {
  for (const [index, order] of orders.slice(1).entries()) {
    const before = orders[index];
    if (before === undefined) continue;
    const isAhead =
      before.price === order.price ? before.tradeRootId < order.tradeRootId : reaches(bids, before.price, order.price);
    if (isAhead) continue;
    throw new Violation("R30", "A queue is out of order.", {
      actual: { first: before.tradeRootId, second: order.tradeRootId },
    });
  }
}

/** R37, R38: bounds only tighten, and strikes never move. */
function requireTighter(before: MarketRoot, after: MarketRoot): void {
  const [outer, inner] = [spansOf(before), spansOf(after)];
  const isTighter = outer.every((span, index) => {
    const now = inner[index];
    return now !== undefined && now.lower >= span.lower && now.upper <= span.upper;
  });
  const isSame = before.kind === "simplex" || keepsStrikes(before, after);
  if (isTighter && isSame) return;
  const rule = before.kind === "interval" ? "R37" : "R38";
  throw new Violation(rule, "The bounds of a market only tighten.", {
    expected: { within: describe(outer) },
    actual: { bounds: describe(inner) },
  });
}

type Span = { readonly lower: bigint; readonly upper: bigint };

function spansOf(root: MarketRoot): readonly Span[] {
  return root.kind === "interval" ? [root.bounds] : root.weights;
}

function keepsStrikes(before: MarketRoot, after: MarketRoot): boolean {
  if (before.kind !== "interval" || after.kind !== "interval") return false;
  return describe(after.strikes).startsWith(describe(before.strikes));
}

function describe(spans: readonly Span[]): string {
  return spans.map(({ lower, upper }) => `${lower}..${upper}`).join(" ");
}

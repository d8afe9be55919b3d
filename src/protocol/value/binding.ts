/**
 * What binds an account, and what would free it (R11 to R15): slack, the outcome of each root at which it is least, and the
 * trades, bounds and calls that would raise it, each with the wei that it frees. All wei, all exact; where a price is named
 * that must be a whole tick, the rounding is said.
 */
import type { Bounds } from "../market/bounds.js";
import { type Account, type Position, type RootWorst, worstOfRoot } from "../margin/worth.js";
import { type MarketRoot, type MarketTable, rootOf } from "../market/market-table.js";
import { breakpoints } from "../judge/outcomes.js";
import { BASKET_ROOT_ID, type MarketRef } from "../signing/package.js";
import type { Depth, Level } from "./quote.js";
import { type Lots, opposite, type Ticks, type TokenWei } from "../amounts/units.js";
import { weightsPossible } from "../market/weights.js";

/** An order of the account that rests in the book. */
export interface OwnOrder extends MarketRef {
  readonly tradeRootId: number;
  readonly priceTicks: Ticks;
  /** What is left: + bid, − offer. */
  readonly lots: Lots;
}

/** Everything that is known of one account. */
export interface BindingInput {
  readonly table: MarketTable;
  readonly account: Account;
  /** What the book has stored for each root, as far as it has; a root that is missing is up to date. */
  readonly storedWorst: ReadonlyMap<number, TokenWei>;
  /** What the open orders may need at most (R15). */
  readonly reserved: TokenWei;
  readonly orders: readonly OwnOrder[];
  /** What others offer in a market; the account's own orders left out. */
  readonly depthOf: (market: MarketRef) => Depth;
}

/** One root as the account sees it. */
export interface BindingRoot extends RootWorst {
  readonly kind: MarketRoot["kind"];
  /** What the book has stored; never above `worst`. */
  readonly stored: TokenWei;
}

/** An open order, and what is left of the account if it were filled whole, by itself. */
export interface BindingOrder extends OwnOrder {
  readonly slackIfFilled: TokenWei;
  /** The deposit without which it would be taken out when it is met; 0 if it is covered. */
  readonly missing: TokenWei;
}

/** Closing a position: buying what is short, selling what is long. */
export interface ClosingTrade extends MarketRef {
  readonly kind: "trade";
  /** To trade: + buy, − sell. */
  readonly lots: Lots;
  /** What the worst case rises by, before the price. */
  readonly released: TokenWei;
  /** The worst price at which closing still frees nothing and costs nothing; rounded to the account's side by less than a tick. */
  readonly breakEven: Ticks;
  /** As far as the book has orders for it now: lots, the last price, and what that frees after paying. */
  readonly now: { readonly lots: Lots; readonly limit: Ticks; readonly frees: TokenWei } | undefined;
}

/** What a market's owner could say: that the outcome at which the account is worst does not happen. */
export interface FreeingBound extends MarketRef {
  readonly kind: "bound";
  readonly bounds: Bounds;
  readonly frees: TokenWei;
}

/** A call that anybody may make now: bounds have tightened, or the root is settled, since the book stored the position. */
export interface FreeingCall {
  readonly kind: "refresh" | "realise";
  readonly marketRootId: number;
  readonly frees: TokenWei;
}

/** Taking out all open orders: it raises no slack, but what may be withdrawn. */
export interface FreeingCancel {
  readonly kind: "cancel";
  readonly tradeRootIds: readonly number[];
  readonly frees: TokenWei;
}

export type Release = ClosingTrade | FreeingBound | FreeingCall | FreeingCancel;

export interface Binding {
  /** Net collateral in the worst joint outcome by today's bounds. */
  readonly slack: TokenWei;
  /** The same with what the book has stored: what its checks go by. Never above `slack`. */
  readonly storedSlack: TokenWei;
  readonly reserved: TokenWei;
  /** What the book would pay out now: storedSlack − reserved, not below zero. */
  readonly withdrawable: TokenWei;
  /** The roots that the account holds, by rising number: together they are the worst joint outcome. */
  readonly roots: readonly BindingRoot[];
  readonly orders: readonly BindingOrder[];
  /** Only what frees something, or could at the right price. */
  readonly releases: readonly Release[];
}

/** @throws Refusal Book_MarketUnknown if the account or an order is in a root that the table lacks */
export function bindingOf(input: BindingInput): Binding {
  const { table, account, storedWorst, reserved, orders } = input;
  const roots = [...account.positions]
    .filter(([, position]) => position.some((lots) => lots !== 0n))
    .sort(([a], [b]) => a - b)
    .map(([marketRootId, position]): BindingRoot => {
      const root = rootOf(table, marketRootId);
      const worst = worstOfRoot(root, position);
      return { ...worst, kind: root.kind, stored: storedWorst.get(marketRootId) ?? worst.worst };
    });
  const slack = wei(roots.reduce<bigint>((sum, { worst }) => sum + worst, account.cash));
  const storedSlack = wei(roots.reduce<bigint>((sum, { stored }) => sum + stored, account.cash));
  const free = storedSlack - reserved;
  return {
    slack,
    storedSlack,
    reserved,
    withdrawable: wei(free > 0n ? free : 0n),
    roots,
    orders: orders.map((order) => orderOf(table, account, order, storedSlack, storedWorst)),
    releases: [
      ...callsOf(table, roots),
      ...cancelOf(input, storedSlack),
      ...roots.flatMap((root) => tradesOf(input, root)),
      ...roots.flatMap((root) => boundsOf(table, account, root)),
    ],
  };
}

function orderOf(
  table: MarketTable,
  { positions }: Account,
  order: OwnOrder,
  storedSlack: bigint,
  storedWorst: ReadonlyMap<number, TokenWei>,
): BindingOrder {
  const root = rootOf(table, order.marketRootId);
  const before = positions.get(order.marketRootId) ?? [];
  const stored = storedWorst.get(order.marketRootId) ?? worstOfRoot(root, before).worst;
  const after = worstOfRoot(root, traded(before, order.marketBranchId, order.lots)).worst;
  const slackIfFilled = wei(storedSlack + after - stored - order.priceTicks * order.lots * root.tickValue);
  return { ...order, slackIfFilled, missing: wei(slackIfFilled < 0n ? 0n - slackIfFilled : 0n) };
}

function callsOf({ roots: table }: MarketTable, roots: readonly BindingRoot[]): FreeingCall[] {
  return roots.flatMap(({ marketRootId, worst, stored }): FreeingCall[] => {
    if (worst === stored) return [];
    const settled = table.get(marketRootId)?.settled === true;
    return [{ kind: settled ? "realise" : "refresh", marketRootId, frees: wei(worst - stored) }];
  });
}

/** The reserve ends with the last open order, so they are cancelled together. */
function cancelOf({ orders, reserved }: BindingInput, storedSlack: bigint): FreeingCancel[] {
  const frees = storedSlack < reserved ? storedSlack : reserved;
  if (orders.length === 0 || frees <= 0n) return [];
  return [{ kind: "cancel", tradeRootIds: orders.map(({ tradeRootId }) => tradeRootId), frees: wei(frees) }];
}

function tradesOf({ table, account, depthOf }: BindingInput, { marketRootId, worst }: BindingRoot): ClosingTrade[] {
  const root = rootOf(table, marketRootId);
  if (root.settled) return []; // nothing is traded there any more: it is realised
  const position = account.positions.get(marketRootId) ?? [];
  return position.flatMap((held, index): ClosingTrade[] => {
    if (held === 0n) return [];
    const marketBranchId = index + 1;
    const lots = opposite(held);
    const released = wei(worstOfRoot(root, traded(position, marketBranchId, lots)).worst - worst);
    const now = closeNow(root, position, marketBranchId, depthOf({ marketRootId, marketBranchId }));
    const breakEven = breakEvenOf(released, lots, root.tickValue);
    return [{ kind: "trade", marketRootId, marketBranchId, lots, released, breakEven, now }];
  });
}

/** released − price · lots · tickValue ≥ 0. A seller's price is rounded up, a buyer's down. */
function breakEvenOf(released: bigint, lots: bigint, tickValue: bigint): Ticks {
  const perTick = lots * tickValue;
  const quotient = released / perTick;
  const exact = quotient * perTick === released;
  if (lots > 0n) return (exact || released >= 0n ? quotient : quotient - 1n) as Ticks; // floor: perTick is above zero
  const isAbove = released < 0n; // both below zero: the true quotient is positive, and was cut off downwards
  return (exact || !isAbove ? quotient : quotient + 1n) as Ticks;
}

/** Closes as much as the book has orders for, level by level. */
function closeNow(root: MarketRoot, position: Position, marketBranchId: number, depth: Depth): ClosingTrade["now"] {
  const held = position[marketBranchId - 1] ?? 0n;
  const sells = held > 0n;
  let left = sells ? held : 0n - held;
  const taken: Level[] = [];
  for (const { priceTicks: price, lots } of sells ? depth.bids : depth.asks) {
    if (left === 0n) break;
    const part = lots < left ? lots : left;
    taken.push({ priceTicks: price, lots: part as Lots });
    left -= part;
  }
  const last = taken.at(-1);
  if (last === undefined) return undefined;
  const size = taken.reduce((sum, { lots }) => sum + lots, 0n);
  const cost = taken.reduce((sum, { priceTicks: price, lots }) => sum + price * lots, 0n);
  const lots = (sells ? -size : size) as Lots;
  const released = worstOfRoot(root, traded(position, marketBranchId, lots)).worst - worstOfRoot(root, position).worst;
  return { lots, limit: last.priceTicks, frees: wei(released - (sells ? -cost : cost) * root.tickValue) };
}

function boundsOf(table: MarketTable, { positions }: Account, { marketRootId, worst }: BindingRoot): FreeingBound[] {
  const root = rootOf(table, marketRootId);
  if (root.settled || marketRootId === BASKET_ROOT_ID) return []; // nobody bounds the basket
  const position = positions.get(marketRootId) ?? [];
  const found = root.kind === "interval" ? intervalBounds(root, position) : eventBounds(root, position);
  return found.flatMap(({ marketBranchId, bounds, then }): FreeingBound[] => {
    const frees = wei(worstOfRoot(then, position).worst - worst);
    return frees > 0n ? [{ kind: "bound", marketRootId, marketBranchId, bounds, frees }] : [];
  });
}

interface Bounded {
  readonly marketBranchId: number;
  readonly bounds: Bounds;
  readonly then: MarketRoot;
}

/** To either side of the worst outcome, as far as the next breakpoint. */
function intervalBounds(root: Extract<MarketRoot, { kind: "interval" }>, position: Position): Bounded[] {
  const [binding] = worstOfRoot(root, position).values;
  if (binding === undefined) return [];
  const points = breakpoints(
    root.bounds,
    root.strikes.map((strikes) => ({ strikes })),
  );
  const above = points.find((point) => point > binding);
  const below = points.findLast((point) => point < binding);
  const candidates: Bounds[] = [];
  if (above !== undefined) candidates.push({ lower: above, upper: root.bounds.upper });
  if (below !== undefined) candidates.push({ lower: root.bounds.lower, upper: below });
  return candidates.map((bounds) => ({ marketBranchId: 1, bounds, then: { ...root, bounds } }));
}

/** An outcome that weighs something in the worst case is struck out. */
function eventBounds(root: Extract<MarketRoot, { kind: "simplex" }>, position: Position): Bounded[] {
  const { values } = worstOfRoot(root, position);
  const none: Bounds = { lower: 0n as Ticks, upper: 0n as Ticks };
  return values.flatMap((weight, k): Bounded[] => {
    if (weight === 0n || root.weights[k]?.lower !== 0n) return [];
    const weights = root.weights.with(k, none);
    if (!weightsPossible(weights, root.scale)) return [];
    return [{ marketBranchId: k + 1, bounds: none, then: { ...root, weights, bounded: true } }];
  });
}

function traded(position: Position, marketBranchId: number, lots: bigint): Position {
  const length = Math.max(position.length, marketBranchId);
  return Array.from({ length }, (_, b) => ((position[b] ?? 0n) + (b === marketBranchId - 1 ? lots : 0n)) as Lots);
}

/** Sums and differences of wei that the book stores. */
function wei(value: bigint): TokenWei {
  return value as TokenWei;
}

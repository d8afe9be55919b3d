/**
 * Margin accounts (R11 to R16): cash and the sum of the stored worst cases are never negative together. Stored worst cases may
 * be lower than today's, never higher. Twin of `contracts/book/Margin.sol`, which keeps of the same trader the claim on the last
 * leg instead of cash, and of the other legs what is held more of them than of the last (docs/words.md): a full set is cash.
 */
import { branchCount, type MarketRoot } from "../market/market-table.js";
import { leanWorstOfRoot, type LeanWorst } from "../margin/root-worst.js";
import { BASKET_ROOT_ID } from "../signing/package.js";
import type { Journal } from "./journal.js";
import { CLAIM_LIMIT, MAX_LOTS, MAX_NET } from "../amounts/limits.js";

/** Wei. */
export interface MarginAccount {
  /** Deposits, plus premiums received, less premiums paid. */
  readonly cash: bigint;
  /** The sum over all roots of the stored worst case of the position there. */
  readonly worst: bigint;
}

/** What is kept of a position in one root. */
export interface StoredPosition {
  /** Lots of each branch, from branch 1; branches made since are missing. */
  readonly lots: readonly bigint[];
  /** Stored worst case, wei. */
  readonly worst: bigint;
}

/** A trader as one root sees it: the account split into this root and all others. */
export interface Exposure {
  readonly traderId: number;
  readonly cash: bigint;
  /** Stored worst cases of all other roots. */
  readonly otherWorst: bigint;
  /** Stored worst case of this root. */
  readonly rootWorst: bigint;
  /** One entry for each branch of this root. */
  readonly lots: readonly bigint[];
}

/** What a change would do to a trader. */
export interface Cover {
  readonly after: Exposure;
  /** Net collateral in the worst joint outcome, wei. */
  readonly slack: bigint;
  /** Where this root is worst. */
  readonly bindingOutcome: bigint;
}

const NO_ACCOUNT: MarginAccount = { cash: 0n, worst: 0n };
const NO_LOTS: readonly bigint[] = [];
/** Positions of nothing, by number of branches: there are at most 32 of those. */
const ZEROS: (readonly bigint[] | undefined)[] = [];

export class Margin {
  readonly #journal: Journal;
  /** By traderId. */
  readonly #accounts: (MarginAccount | undefined)[] = [];
  /** By traderId, then by root. */
  readonly #positions: (Map<number, StoredPosition> | undefined)[] = [];

  public constructor(journal: Journal) {
    this.#journal = journal;
  }

  public accountOf(traderId: number): MarginAccount {
    return this.#accounts[traderId] ?? NO_ACCOUNT;
  }

  /** By root, as far as there ever was one. */
  public positionsOf(traderId: number): ReadonlyMap<number, StoredPosition> {
    return this.#positions[traderId] ?? new Map<number, StoredPosition>();
  }

  /** Net collateral in the worst joint outcome; never negative. */
  public slackOf(traderId: number): bigint {
    const { cash, worst } = this.accountOf(traderId);
    return cash + worst;
  }

  public load(traderId: number, root: MarketRoot): Exposure {
    const { cash, worst } = this.accountOf(traderId);
    const position = this.#positions[traderId]?.get(root.marketRootId);
    const rootWorst = position?.worst ?? 0n;
    const lots = filled(position?.lots ?? NO_LOTS, branchCount(root));
    return { traderId, cash, otherWorst: worst - rootWorst, rootWorst, lots };
  }

  public store(root: MarketRoot, { traderId, cash, otherWorst, rootWorst, lots }: Exposure): void {
    // A map of nothing is no position: making one needs no undoing.
    const positions = (this.#positions[traderId] ??= new Map<number, StoredPosition>());
    this.#journal.set(positions, root.marketRootId, { lots, worst: rootWorst });
    this.#setAccount(traderId, { cash, worst: otherWorst + rootWorst });
  }

  /** What was kept of a trader; of a book that nothing has been done to. */
  public restore(
    traderId: number,
    account: MarginAccount,
    positions: Iterable<readonly [root: number, StoredPosition]>,
  ): void {
    this.#accounts[traderId] = account;
    const kept = new Map(positions);
    if (kept.size > 0) this.#positions[traderId] = kept;
  }

  #setAccount(traderId: number, account: MarginAccount): void {
    this.#journal.note(restoreAccount, this.#accounts, traderId, this.#accounts[traderId]);
    this.#accounts[traderId] = account;
  }
}

function restoreAccount(
  accounts: (MarginAccount | undefined)[],
  traderId: number,
  before: MarginAccount | undefined,
): void {
  accounts[traderId] = before;
}

/** What it would mean to buy `lots` (negative: sell) of a branch at `price` (paper: checkCollateral). */
export function coverOf(
  root: MarketRoot,
  exposure: Exposure,
  marketBranchId: number,
  lots: bigint,
  price: bigint,
): Cover {
  const ofBranch = (exposure.lots[marketBranchId - 1] ?? 0n) + lots;
  const after = exposure.lots.with(marketBranchId - 1, ofBranch);
  const { worst: rootWorst, bindingOutcome } = worstOf(root, after);
  const cash = exposure.cash - price * lots * root.tickValue;
  const { traderId, otherWorst } = exposure;
  return {
    after: { traderId, cash, otherWorst, rootWorst, lots: after },
    slack: cash + otherWorst + rootWorst,
    bindingOutcome,
  };
}

/** Lots of a market that are bought (negative: sold) at a price. */
export interface Change {
  readonly marketBranchId: number;
  readonly lots: bigint;
  readonly price: bigint;
}

/**
 * Of `lots` (negative: sold) as many as the book can store and the session's maxLots allows. What is bought may take the lots of a
 * market up to the limit, what is sold down to its opposite, so a position that is beyond it may shrink and may not grow. In the
 * basket lots count from those of the last leg, and buying that leg is selling all others (R10).
 * @param maxLots 0 for no limit of the session's
 */
export function roomFor(
  root: MarketRoot,
  held: readonly bigint[],
  marketBranchId: number,
  lots: bigint,
  maxLots: bigint,
): bigint {
  const buys = lots > 0n;
  const limit = limitOf(root, maxLots);
  const rooms = heldOf(root, held, marketBranchId).map((own) => (buys ? limit - own : limit + own));
  const room = rooms.reduce((least, one) => (one < least ? one : least), buys ? lots : -lots);
  if (room <= 0n) return 0n;
  return buys ? room : -room;
}

/** Lots of a market that a trader may have, either way: the session's term, if it has one, and what can be stored. */
function limitOf(root: MarketRoot, maxLots: bigint): bigint {
  const storable = isPair(root) ? MAX_NET : MAX_LOTS;
  return maxLots === 0n || maxLots > storable ? storable : maxLots;
}

/** R10: whether a root is the basket of two assets, of which one leg less the other is all that counts. */
export function isPair(root: MarketRoot): boolean {
  return root.marketRootId === BASKET_ROOT_ID && branchCount(root) === 2;
}

/** What is held of a market; of the basket's last leg what is held of it more than of each other leg. */
function heldOf(root: MarketRoot, lots: readonly bigint[], marketBranchId: number): readonly bigint[] {
  const own = lots[marketBranchId - 1] ?? 0n;
  if (root.marketRootId !== BASKET_ROOT_ID) return [own];
  if (marketBranchId !== lots.length) return [own - (lots.at(-1) ?? 0n)];
  return lots.slice(0, -1).map((other) => own - other);
}

/** Lots of a market as Book_TooManyLots counts them: of the basket's last leg more than of the leg that is furthest that way. */
export function marketLotsOf(root: MarketRoot, lots: readonly bigint[], marketBranchId: number, buys: boolean): bigint {
  const held = heldOf(root, lots, marketBranchId);
  return held.reduce((furthest, own) => (buys === own > furthest ? own : furthest));
}

/** Lots of each branch as the book keeps them: in the basket less those of the last leg, as a full set of legs is cash. */
export function storedLots(root: MarketRoot, lots: readonly bigint[]): readonly bigint[] {
  const last = lots.at(-1) ?? 0n;
  return root.marketRootId === BASKET_ROOT_ID ? lots.map((held) => held - last) : lots;
}

/**
 * R32: the greatest number of lots, at most `lots` (negative: sold), after which R13 holds. As net collateral is concave in the
 * lots, the line through its values at two neighbouring sizes lies above it at all smaller ones: from the whole down to where that
 * line meets zero nothing can be borne, and so on from there.
 */
export function bearable(
  root: MarketRoot,
  exposure: Exposure,
  { marketBranchId, lots, price }: Change,
  maxLots: bigint,
): bigint {
  const one = lots > 0n ? 1n : -1n;
  const slackAt = (size: bigint): bigint => coverOf(root, exposure, marketBranchId, size, price).slack;
  let borne = roomFor(root, exposure.lots, marketBranchId, lots, maxLots);
  let slack = slackAt(borne);
  while (slack < 0n) {
    const perLot = slackAt(borne - one) - slack;
    borne -= one * ((perLot - slack - 1n) / perLot);
    slack = slackAt(borne);
  }
  return borne;
}

/** The most an order can cost its trader, whatever else the trader holds: its price less its own worst case (R15). */
export function needOf(root: MarketRoot, marketBranchId: number, lots: bigint, price: bigint): bigint {
  const alone = filled(NO_LOTS, branchCount(root)).with(marketBranchId - 1, lots);
  const need = price * lots * root.tickValue - worstOf(root, alone).worst;
  return need > 0n ? need : 0n;
}

/** Worst case of a position by today's bounds, and the outcome where it is. */
export function worstOf(root: MarketRoot, lots: readonly bigint[]): LeanWorst {
  return leanWorstOfRoot(root, lots);
}

/** R19: the position becomes `value` wei of cash. */
export function realised(exposure: Exposure, value: bigint): Exposure {
  return { ...exposure, cash: exposure.cash + value, rootWorst: 0n, lots: exposure.lots.map(() => 0n) };
}

/** The exposure with its worst case by today's bounds. */
export function refreshed(root: MarketRoot, exposure: Exposure): Exposure {
  return { ...exposure, rootWorst: worstOf(root, exposure.lots).worst };
}

/** The exposure with so much more cash. */
export function withCash(exposure: Exposure, amount: bigint): Exposure {
  return { ...exposure, cash: exposure.cash + amount };
}

/** Whether the book can store money and lots of the basket. Claims are never negative (R11). */
export function isStorable(basket: MarketRoot, lotValue: bigint, exposure: Exposure): boolean {
  const limit = limitOf(basket, 0n);
  const fits = storedLots(basket, exposure.lots).every((held) => held >= -limit && held <= limit);
  return fits && lastClaim(lotValue, exposure) < CLAIM_LIMIT;
}

/** The claim on the basket's last leg, wei (R16): what the book keeps of a trader's money. */
export function lastClaim(lotValue: bigint, { cash, otherWorst, lots }: Exposure): bigint {
  return cash + otherWorst + (lots.at(-1) ?? 0n) * lotValue;
}

/** Net collateral at each vertex of the basket simplex, every other root at its worst: the claim on each asset, wei (R16). */
export function claimsOf(lotValue: bigint, { cash, otherWorst, lots }: Exposure): bigint[] {
  return lots.map((held) => cash + otherWorst + held * lotValue);
}

/** What is left of an exposure when all its claims are paid. */
export function emptied(exposure: Exposure): Exposure {
  return { ...exposure, cash: -exposure.otherWorst, rootWorst: 0n, lots: exposure.lots.map(() => 0n) };
}

/** As many entries as there are branches: those made since count as zero. */
function filled(lots: readonly bigint[], branches: number): readonly bigint[] {
  if (lots.length === branches) return lots;
  const zeros = ZEROS[branches] ?? (ZEROS[branches] = Array.from({ length: branches }, () => 0n));
  return lots.length === 0 ? zeros : [...lots, ...zeros.slice(lots.length)];
}

/**
 * Margin accounts (R11 to R16): cash and the sum of the stored worst cases are never negative together. Stored worst cases may
 * be lower than today's, never higher. Twin of `contracts/book/Margin.sol` and `contracts/book/Positions.sol`.
 */
import { branchCount, type MarketRoot } from "../market/market-table.js";
import { leanWorstOfRoot, type LeanWorst } from "../margin/root-worst.js";
import { type Range, signedRange } from "../amounts/units.js";
import { BASKET_ROOT_ID } from "../signing/package.js";
import type { Journal } from "./journal.js";
import { MAX_WORST } from "../amounts/limits.js";

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
  /** Whether the book can store it. */
  readonly fits: boolean;
  /** Lots that are bought; sold, if below zero. */
  readonly change: bigint;
  /** Lots of the market that the trader holds then. */
  readonly held: bigint;
}

const NO_ACCOUNT: MarginAccount = { cash: 0n, worst: 0n };
const NO_LOTS: readonly bigint[] = [];
/** Positions of nothing, by number of branches: there are at most 32 of those. */
const ZEROS: (readonly bigint[] | undefined)[] = [];
const INT64 = signedRange(64);
const INT128 = signedRange(128);
const WORST: Range = { least: -MAX_WORST, most: MAX_WORST };

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

  /** @returns false if the book cannot store the sum; nothing has changed then */
  public addCash(traderId: number, amount: bigint): boolean {
    const { cash, worst } = this.accountOf(traderId);
    const sum = cash + amount;
    if (!isWithin(sum, INT128)) return false;
    this.#setAccount(traderId, { cash: sum, worst });
    return true;
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
  const worst = exposure.otherWorst + rootWorst;
  const fits =
    isWithin(ofBranch, INT64) && isWithin(cash, INT128) && isWithin(rootWorst, WORST) && isWithin(worst, WORST);
  const { traderId, otherWorst } = exposure;
  return {
    after: { traderId, cash, otherWorst, rootWorst, lots: after },
    slack: cash + worst,
    bindingOutcome,
    fits,
    change: lots,
    held: marketLotsOf(root, after, marketBranchId),
  };
}

/** R13: solvent in every joint outcome, storable, and within the session's limit of lots. */
export function isCovered(cover: Cover, maxLots: bigint): boolean {
  return cover.slack >= 0n && cover.fits && isWithinLimit(cover, maxLots);
}

/**
 * R13: what is bought may take the market's lots up to the limit, what is sold down to its opposite. So a position that is
 * beyond it already may shrink and may not grow.
 * @param maxLots 0 for no limit
 */
export function isWithinLimit({ change, held }: Cover, maxLots: bigint): boolean {
  return maxLots === 0n || (change > 0n ? held <= maxLots : held >= -maxLots);
}

/**
 * Lots that a position holds of one market. With two assets, buying leg 2 is selling leg 1 (R10): what counts of either leg is
 * what is held of it more than of the other.
 */
function marketLotsOf({ marketRootId }: MarketRoot, lots: readonly bigint[], marketBranchId: number): bigint {
  const held = lots[marketBranchId - 1] ?? 0n;
  return marketRootId === BASKET_ROOT_ID && lots.length === 2 ? held - (lots[2 - marketBranchId] ?? 0n) : held;
}

/**
 * R32: the greatest number of lots, at most `lots` (negative: sold), after which R11 holds and the position is within the limit
 * of lots and fits an int64; 0 if the book could not store the amounts that follow. As net collateral is concave in the lots, the line through its values at
 * two neighbouring sizes lies above it at all smaller ones: from the whole down to where that line meets zero nothing can be
 * borne, and so on from there.
 */
export function bearable(
  root: MarketRoot,
  exposure: Exposure,
  marketBranchId: number,
  lots: bigint,
  price: bigint,
  maxLots: bigint,
): bigint {
  const held = exposure.lots[marketBranchId - 1] ?? 0n;
  const one = lots > 0n ? 1n : -1n;
  const storable = (lots > 0n ? INT64.most : INT64.least) * one - held * one;
  const limit = maxLots === 0n ? storable : maxLots - one * marketLotsOf(root, exposure.lots, marketBranchId);
  const room = limit < 0n ? 0n : limit < storable ? limit : storable;
  const coverAt = (size: bigint): Cover => coverOf(root, exposure, marketBranchId, size, price);
  let borne = lots * one > room ? room * one : lots;
  let cover = coverAt(borne);
  while (cover.slack < 0n) {
    const missing = -cover.slack;
    const perLot = coverAt(borne - one).slack + missing;
    borne -= one * ((missing + perLot - 1n) / perLot);
    cover = coverAt(borne);
  }
  return cover.fits ? borne : 0n;
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

/** R19: the position becomes `value` wei of cash. @returns undefined if the book cannot store that */
export function realised(exposure: Exposure, value: bigint): Exposure | undefined {
  const cash = exposure.cash + value;
  if (!isWithin(cash, INT128) || !isWithin(exposure.otherWorst, WORST)) return undefined;
  return { ...exposure, cash, rootWorst: 0n, lots: exposure.lots.map(() => 0n) };
}

/** The exposure with its worst case by today's bounds. @returns undefined if the book cannot store that */
export function refreshed(root: MarketRoot, exposure: Exposure): Exposure | undefined {
  const { worst: rootWorst } = worstOf(root, exposure.lots);
  const fits = isWithin(rootWorst, WORST) && isWithin(exposure.otherWorst + rootWorst, WORST);
  return fits ? { ...exposure, rootWorst } : undefined;
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

function isWithin(value: bigint, { least, most }: Range): boolean {
  return value >= least && value <= most;
}

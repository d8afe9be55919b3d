/**
 * Herding as Lakonishok, Shleifer and Vishny (1992) measure it: whether traders are on one side of a market more often than chance and
 * that time's general mood would have it. H = |b/n − p̄| − AF(n, p̄), AF the mean of |b/n − p̄| if b is binomial.
 */
import { RiskError } from "./errors.js";

/** A market over some time. */
export interface Side {
  /** b: traders who have bought more than they have sold. */
  readonly buyers: number;
  /** n: those and who have sold more. */
  readonly traders: number;
}

/** p̄: the part of buyers, all markets of that time together; undefined if nobody traded. */
export function moodOf(sides: readonly Side[]): number | undefined {
  const buyers = sides.reduce((sum, side) => sum + side.buyers, 0);
  const traders = sides.reduce((sum, side) => sum + side.traders, 0);
  return traders === 0 ? undefined : buyers / traders;
}

/** AF(n, p̄) = Σ_k C(n, k) p̄^k (1 − p̄)^(n−k) |k/n − p̄|. @throws RiskError PARAMETER_INVALID */
export function adjustment(traders: number, mood: number): number {
  if (!Number.isInteger(traders) || traders < 1) {
    throw new RiskError("PARAMETER_INVALID", { what: "traders", value: traders });
  }
  if (!(mood >= 0 && mood <= 1)) throw new RiskError("PARAMETER_INVALID", { what: "mood", value: mood });
  if (mood === 0 || mood === 1) return 0;
  // De Moivre: with m the first whole number above n·p̄ the sum is 2 C(n, m) m p̄^m (1 − p̄)^(n−m+1) / n.
  const m = Math.floor(traders * mood) + 1;
  let log = Math.log(m) + m * Math.log(mood) + (traders - m + 1) * Math.log1p(-mood);
  for (let k = 1; k <= m; k += 1) log += Math.log((traders - m + k) / k);
  return (2 * Math.exp(log)) / traders;
}

/** H of one market. @throws RiskError PARAMETER_INVALID */
export function herdingOf({ buyers, traders }: Side, mood: number): number {
  if (!Number.isInteger(buyers) || buyers < 0 || buyers > traders) {
    throw new RiskError("PARAMETER_INVALID", { what: "buyers", value: buyers });
  }
  return Math.abs(buyers / traders - mood) - adjustment(traders, mood);
}

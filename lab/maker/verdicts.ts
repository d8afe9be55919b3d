import { holds } from "../session/proof.js";
import type { MakerRun } from "./run.js";

/** What holds of all markets together. */
export interface Verdicts {
  /** No sponsor lost more than it paid in. */
  readonly costWithinBound: boolean;
  /** What came out of each session is what was in it, to the last unit, and its vault is empty. */
  readonly conserved: boolean;
  /** Every fill was at the cost function's price, or better for the maker. */
  readonly fillsAtCost: boolean;
  /** What each sponsor paid is what its prices have learned. */
  readonly natsMatch: boolean;
  /** The verifier, which trusts nobody, finds nothing wrong with any session. */
  readonly verified: boolean;
  /** All else that each session can show. */
  readonly everything: boolean;
}

export function verdictsOf(runs: readonly MakerRun[]): Verdicts {
  const all = (of: (run: MakerRun["proof"]) => boolean): boolean => runs.every(({ proof }) => of(proof));
  return {
    costWithinBound: all(({ costWithinBound }) => costWithinBound.ok),
    conserved: all((p) => p.allocationsSumToBasket.ok && p.profitsSumToZero.ok && p.vaultEmpty.ok),
    fillsAtCost: all(({ fillsAtCost, positionMatches }) => fillsAtCost.ok && positionMatches.ok),
    natsMatch: all(({ natsMatch }) => natsMatch.ok),
    verified: all(({ logsVerified, headMatchesLogs }) => logsVerified.ok && headMatchesLogs.ok),
    everything: all(holds),
  };
}

/**
 * What may be computed for the sake of those who change what waits. Laying all of it anew takes as long as all of it is long: each
 * change, and each package that comes, earns the computing of so many packages, and a laying is done at once if that much was saved.
 */
export interface CreditPlan {
  /** Packages that a change, or one more package, earns. */
  readonly share: number;
  /** Most that is saved. */
  readonly most: number;
}

export interface Credit {
  earn(): void;
  /** @returns whether so many packages were saved; they are spent then */
  spend(packages: number): boolean;
}

/** About 0.2 ms of computing, and 50 ms. */
export const CREDIT_PLAN: CreditPlan = { share: 16, most: 4_096 };

/** It begins with all that can be saved. */
export function createCredit({ share, most }: CreditPlan): Credit {
  let saved = most;
  return {
    earn() {
      saved = Math.min(most, saved + share);
    },
    spend(packages) {
      if (packages > saved) return false;
      saved -= packages;
      return true;
    },
  };
}

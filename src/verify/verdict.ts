/** What a verification comes to. */
import type { SessionEvent } from "./events.js";
import type { Grant } from "./grants.js";
import type { Reason } from "./rules.js";

/** The first thing that does not hold. A place is missing if it is no record: the header, or the log as a whole. */
export interface Failure extends Reason {
  /** Of the record, from 0. */
  readonly index?: number;
  readonly blockNumber?: number;
  readonly logIndex?: number;
  readonly transactionHash?: string;
  /** What it says, if it could be read. */
  readonly record?: SessionEvent["event"];
}

export type Verdict =
  /** Everything was checked, and is as it must be. */
  | { readonly kind: "holds" }
  /** Everything that could be checked is as it must be, and the rest is named. */
  | { readonly kind: "holds-if"; readonly grants: readonly Grant[] }
  /** Something is not as it must be. */
  | { readonly kind: "does-not-hold"; readonly failure: Failure };

/** A failure counts before anything that would have to be granted. */
export function verdictOf(failure: Failure | undefined, grants: readonly Grant[]): Verdict {
  if (failure !== undefined) return { kind: "does-not-hold", failure };
  return grants.length === 0 ? { kind: "holds" } : { kind: "holds-if", grants };
}

/** The first thing that does not hold, if anything. */
export function failureOf(verdict: Verdict): Failure | undefined {
  return verdict.kind === "does-not-hold" ? verdict.failure : undefined;
}

/** What has to be granted, if anything. */
export function grantsOf(verdict: Verdict): readonly Grant[] {
  return verdict.kind === "holds-if" ? verdict.grants : [];
}

/** What somebody who attacks an edition has: the open edition, which is public, and what an edition without names shows of subjects. */

/** A row of an order, as the open edition has it; only what is about the order and not about its place. */
export interface Deed {
  readonly rootId: number;
  readonly branchId: number;
  readonly action: string;
  readonly side: string;
  readonly price: number;
  readonly lots: bigint;
}

/** Somebody, by name or number or under another name, with all that they did in its order. */
export type DeedsBy<Name> = ReadonlyMap<Name, readonly Deed[]>;

/** Numbers of one subject in each bin, the same bins for all: signed lots of aggressors, lots, events, orders, trades. */
export type Series = readonly (readonly bigint[])[];
export type SeriesBy<Name> = ReadonlyMap<Name, Series>;

/** Which trader the attack takes a subject for; nobody if it found nothing. */
export type Guesses<Subject, Name> = ReadonlyMap<Subject, Name>;

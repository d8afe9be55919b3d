/** One change of the source that somebody could make, and that some test must catch. */
export interface Mutant {
  /** Under `contracts`. */
  readonly file: string;
  readonly about: string;
  /** Occurs once in the file. */
  readonly from: string;
  readonly to: string;
}

/** Faults of one file. */
export const of =
  (file: string) =>
  (about: string, from: string, to: string): Mutant => ({ file, about, from, to });

/** What one asset will be worth in another by when sessions end: of several, each measured when its turn comes. */
import type { Fraction } from "../protocol/amounts/fraction.js";
import { type SessionWeights, type TermStructure, termStructure } from "./term-structure.js";

/** What has to be measured of a session: `MeasuresDocument` has it. */
export interface ImpliedThen {
  /** Unix seconds. */
  readonly until: bigint;
  readonly implied: { readonly weights: readonly Fraction[] } | null;
}

/** A session that can be measured. */
export interface Comparable extends Omit<SessionWeights, "weights"> {
  readonly measure: () => Promise<ImpliedThen>;
}

export interface Compared extends Omit<TermStructure, "left"> {
  readonly left: readonly {
    readonly session: string;
    readonly why: TermStructure["left"][number]["why"] | "not measured";
  }[];
}

/** Sessions that are compared at once, those that end first. */
export const MOST_COMPARED = 16;

/**
 * One after the other: each may take seconds. Sessions on other assets, and others that are over, are passed over.
 * @param own that is asked about
 * @param all that are known, that one too
 * @param time Unix seconds, by the chain
 * @param isLeft whether a session of which that is thrown is left out, and the others compared
 * @throws whatever else is thrown where one is measured
 */
export async function compareSessions(
  own: Comparable,
  all: readonly Comparable[],
  time: bigint,
  isLeft: (error: unknown) => boolean,
): Promise<Compared> {
  const [weighed, unmeasured]: [SessionWeights[], Compared["left"][number][]] = [[], []];
  let at = 0n;
  for (const { measure, ...session } of chosen(own, all, time)) {
    try {
      const { until, implied } = await measure();
      if (until > at) at = until;
      weighed.push({ ...session, weights: implied?.weights });
    } catch (error) {
      if (!isLeft(error)) throw error;
      unmeasured.push({ session: session.session, why: "not measured" });
    }
  }
  const { left, ...found } = termStructure(weighed, at);
  return { ...found, left: [...left, ...unmeasured] };
}

function chosen(own: Comparable, all: readonly Comparable[], time: bigint): Comparable[] {
  const assetsOf = ({ assets }: Comparable): string => assets.join().toLowerCase();
  const isOpen = ({ session, t2 }: Comparable): boolean => t2 > time || session === own.session;
  const alike = all.filter((one) => assetsOf(one) === assetsOf(own) && isOpen(one));
  const sooner = alike.sort((a, b) => (a.t2 < b.t2 ? -1 : a.t2 > b.t2 ? 1 : 0)).slice(0, MOST_COMPARED);
  const isThere = sooner.some(({ session }) => session === own.session);
  return isThere ? sooner : [own, ...sooner.slice(0, MOST_COMPARED - 1)];
}

/** The moves that a holder has most to fear, of each kind that is asked for, as they are told. */
import type { Exposed } from "./exposed.js";
import { deviationOf, likeliestMove, type PlausibleMove, worstInBox, worstMove } from "./reverse.js";
import { type ToldMove, toldMove } from "./told-move.js";
import type { Square, Vector } from "./vectors.js";

/** What is asked of each holder. */
export interface AskedMoves {
  /** Undefined if only a box is asked for. */
  readonly covariance: Square | undefined;
  /** κ of the worst move. */
  readonly sigmas: number;
  /** That the likeliest move loses, in the prices' unit. */
  readonly loss: number | undefined;
  /** By how much of its price each asset moves at most. */
  readonly box: Vector | undefined;
}

/** What was found of one holder; each is there if it was asked for and there is one. */
export interface FoundMoves extends Exposed {
  readonly deviation: number | undefined;
  readonly worst: ToldMove | undefined;
  readonly likeliest: ({ readonly move: ToldMove } & Pick<PlausibleMove, "sigmas" | "tail">) | undefined;
  readonly box: ToldMove | undefined;
}

/** @throws RiskError PARAMETER_INVALID */
export function foundMoves(one: Exposed, { covariance, sigmas, loss, box }: AskedMoves): FoundMoves {
  const { floats } = one;
  const worst = covariance && worstMove(floats, covariance, sigmas);
  const likeliest = covariance && loss !== undefined ? likeliestMove(floats, covariance, loss) : undefined;
  const corner = box && worstInBox(floats, box);
  return {
    ...one,
    deviation: covariance && deviationOf(floats, covariance),
    worst: worst && toldMove(worst.returns),
    likeliest: likeliest && { move: toldMove(likeliest.returns), sigmas: likeliest.sigmas, tail: likeliest.tail },
    box: corner && toldMove(corner.returns),
  };
}

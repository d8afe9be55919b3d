/** Where a roller lies: its address follows from its terms alone, so it can be named before it is there. */
import { AbiCoder, getCreateAddress, ZeroHash } from "ethers";

import type { TokenWei } from "../protocol/amounts/units.js";
import { cloneAddress, cloneCode } from "./clones.js";

/** All that is fixed when a roller is made (see IRoller). */
export interface RollPlan {
  /** The old session. */
  readonly from: string;
  /** First second at which nothing is given any more, and the roll is open until the next session's t1. */
  readonly givesUntil: bigint;
  readonly t1: bigint;
  readonly t2: bigint;
  readonly settleLimit: bigint;
  readonly policy: string;
  readonly openMarkets: boolean;
  /** Claims on an asset that a holder gives, if any on that asset. */
  readonly minimum: TokenWei;
  readonly name: string;
  readonly symbol: string;
}

/** The contract's RollTerms, in its order. */
const TERMS =
  "tuple(address from, uint40 givesUntil, uint40 t1, uint40 t2, uint40 settleLimit, address policy, bool openMarkets, uint96 minimum, string name, string symbol)";
/** A factory makes the code of inboxes first, then that of rollers. */
const IMPLEMENTATION_NONCE = 2;

/** @param factory of rollers: with another one they lie elsewhere */
export function rollerAddress(factory: string, plan: RollPlan): string {
  const implementation = getCreateAddress({ from: factory, nonce: IMPLEMENTATION_NONCE });
  const args = AbiCoder.defaultAbiCoder().encode([TERMS], [plan]);
  return cloneAddress(factory, ZeroHash, cloneCode(implementation, args));
}

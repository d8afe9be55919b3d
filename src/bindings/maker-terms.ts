/** Where an automated maker lies: its address follows from its terms alone, so it can be named before it is there. */
import { AbiCoder, getCreateAddress, ZeroHash } from "ethers";

import type { MakerTerms } from "../protocol/maker/maker.js";
import type { Ticks } from "../protocol/amounts/units.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import { cloneAddress, cloneCode } from "./clones.js";

/** All that is fixed when a maker is made. */
export interface MakerPlan extends MakerTerms {
  /** Link of the record that made its root; zero for the basket. */
  readonly rootLink: Hash;
  /** Of an interval root its breakpoints, rising; else none. */
  readonly points: readonly Ticks[];
}

/** The contract's MakerCode, word by word. */
const CODE = ["address", "bytes32", "uint256", "uint256", "uint256", "uint256", "uint256"];
const WEIGHT_BITS = 16;
const POINT_BITS = 32;
const POINTS_A_WORD = 8;
/** A factory makes what its makers are clones of, first of all. */
const IMPLEMENTATION_NONCE = 1;

/** @param factory of makers: with another one they lie elsewhere */
export function makerAddress(factory: string, book: string, plan: MakerPlan): string {
  const { rootLink, liquidity, prior, points } = plan;
  const words = [0, POINTS_A_WORD].map((from) => packed(points.slice(from, from + POINTS_A_WORD), POINT_BITS));
  const values = [book, rootLink, liquidity, prior.length, packed(prior, WEIGHT_BITS), ...words];
  const implementation = getCreateAddress({ from: factory, nonce: IMPLEMENTATION_NONCE });
  return cloneAddress(factory, ZeroHash, cloneCode(implementation, AbiCoder.defaultAbiCoder().encode(CODE, values)));
}

/** The first in the lowest bits. */
function packed(values: readonly bigint[], bits: number): bigint {
  return values.reduce((word, value, i) => word | (BigInt.asUintN(bits, value) << BigInt(bits * i)), 0n);
}

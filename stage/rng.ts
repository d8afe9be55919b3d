import { uniformBigInt } from "pure-rand/distribution/uniformBigInt";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { getBytes, hexlify, id } from "ethers";

/** A stream of pseudo-random numbers. For simulations only: whoever knows the seed knows every number. */
export interface Random {
  /** Uniform in from .. to, both included. */
  readonly integer: (from: number, to: number) => number;
  /** Uniform in from .. to, both included. */
  readonly amount: (from: bigint, to: bigint) => bigint;
  /** Bell-shaped around 0, within ±`reach`: the mean of four uniform numbers. */
  readonly bell: (reach: bigint) => bigint;
  /** True in `percent` of 100 cases. */
  readonly chance: (percent: number) => boolean;
  /** The same items in another order. */
  readonly shuffled: <T>(items: readonly T[]) => T[];
}

/** 32 bytes that follow from the seed and a label alone, as 0x-text: salts, and keys that guard nothing of value. */
export function seededBytes(seed: bigint, label: string): string {
  return id(`session example / seed ${seed.toString()} / ${label}`);
}

/** An own stream for each label, so that one more trader leaves the numbers of all others as they were. */
export function createRandom(seed: bigint, label: string): Random {
  const bytes = getBytes(seededBytes(seed, label));
  const state = [0, 4, 8, 12].map((offset) => Number(hexlify(bytes.subarray(offset, offset + 4))) | 0);
  const generator = xoroshiro128plusFromState(state);

  const integer: Random["integer"] = (from, to) => uniformInt(generator, from, to);
  const amount: Random["amount"] = (from, to) => uniformBigInt(generator, from, to);
  return {
    integer,
    amount,
    bell: (reach) =>
      (amount(-reach, reach) + amount(-reach, reach) + amount(-reach, reach) + amount(-reach, reach)) / 4n,
    chance: (percent) => integer(1, 100) <= percent,
    shuffled: (items) => {
      const left = [...items];
      return items.flatMap(() => left.splice(integer(0, left.length - 1), 1));
    },
  };
}

/** What every call of the differential is: a function of the contract with its arguments, and the same on the library. */
import { ZeroAddress } from "ethers";

import type { Answer, Book } from "../../src/protocol/book/book.js";
import type { Batch } from "../../src/protocol/book/batches.js";
import type { CallContext } from "../../src/protocol/book/outside.js";
import type { Ledger } from "./ledger.js";
import type { Step } from "./steps.js";
import type { Person, Scene } from "./scene.js";

/** The greatest nonce that a call can carry. */
export const MAX_NONCE = 2n ** 24n - 1n;

/** A trader who made all nonces void has none ahead. */
export function nonceAt(wanted: bigint): bigint {
  return wanted > MAX_NONCE ? MAX_NONCE : wanted;
}

/** One call: `args` as the contract's function `name` takes them, and the same for the library. */
export interface Call {
  readonly caller: string;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly run: (book: Book, context: CallContext) => Answer<unknown>;
  /** What is packed in `args`, if anything is. */
  readonly batch?: Batch;
}

/** What a step is drawn from. */
export interface Setting {
  readonly world: Scene;
  readonly book: Book;
  /** Tokens and allowances, as the book meets them. */
  readonly ledger: Ledger;
  /** Of the block that will take the call. */
  readonly timestamp: bigint;
}

export function call(
  { world }: Setting,
  { caller }: Step,
  name: string,
  args: readonly unknown[],
  run: Call["run"],
): Call {
  return { caller: personAt(world, caller).address, name, args, run };
}

export function personAt({ people, organiser }: Scene, index: number): Person {
  return index % 11 === 10 ? organiser : people[index % people.length]!;
}

/** Somebody who may trade: with a key, a contract wallet, one that never approves, or nobody at all. */
export function traderAt(world: Scene, index: number): string {
  if (index === 6) return world.wallet.address;
  if (index === 7) return world.hostileWallet;
  return index === 11 ? ZeroAddress : personAt(world, index).address;
}

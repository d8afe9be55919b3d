/** Up to which row a link covers the session: what who signed over it is known to have known. */
import { numberOf } from "../../protocol/book/checkpoint.js";
import { RING } from "../../protocol/amounts/limits.js";
import type { Hash } from "../../protocol/signing/typed-data.js";

export class SeenLinks {
  readonly #seqs = new Map<Hash, bigint>();

  /** @param genesis the link before the first call */
  public constructor(genesis: Hash) {
    this.#seqs.set(genesis, 0n);
  }

  public add(link: Hash, seq: bigint): void {
    this.#seqs.set(link, seq);
    for (const known of this.#seqs.keys()) {
      if (numberOf(known) > numberOf(link) - RING) break; // they stand in the order of their numbers
      this.#seqs.delete(known);
    }
  }

  /** @throws RangeError for a link that no order may name: the replay has refused such an order before */
  public seqOf(link: Hash): bigint {
    const seq = this.#seqs.get(link);
    if (seq === undefined) throw new RangeError(`${link} is none of the last ${RING} checkpoints`);
    return seq;
  }
}

/** The tokens and keys around the library's book: what the chain does by itself, the test must do here. */
import { AbiCoder, id, keccak256, MaxUint256 } from "ethers";

import type { Approval, Outside } from "../../src/protocol/book/outside.js";
import { recoverSigner } from "../../src/protocol/signing/signatures.js";
import { digestOf, type Hash } from "../../src/protocol/signing/typed-data.js";
import { TokenRefusal } from "./plain.js";
import type { Scene } from "./scene.js";
import { INTERFACES, type World } from "./world.js";

const [, TOKEN] = INTERFACES;
const PERMIT_TYPEHASH = id("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

/** An ERC-2612 permit for the book, over tokens of a leg (0: session tokens). */
export interface Permit {
  readonly leg: number;
  readonly owner: string;
  readonly value: bigint;
  readonly deadline: bigint;
}

/** What one holder has of one token, and what the book may take of it; wei. */
interface Purse {
  readonly balance: bigint;
  readonly allowance: bigint;
  /** Of the next permit. */
  readonly nonce: bigint;
}

const EMPTY: Purse = { balance: 0n, allowance: 0n, nonce: 0n };

export class Ledger implements Outside {
  readonly #world: Scene;
  readonly #purses = new Map<string, Purse>();

  /** @param balanceOf wei of those who may deposit, by leg and holder */
  public constructor(world: Scene, balanceOf: (leg: number, holder: string) => bigint) {
    this.#world = world;
    for (let leg = 0; leg <= world.terms.assets; leg += 1) {
      for (const { address } of holdersOf(world)) {
        // All but the last have allowed the book to take all they have.
        const allowance = address === permitterOf(world).address ? 0n : MaxUint256;
        this.#purses.set(keyOf(leg, address), { balance: balanceOf(leg, address), allowance, nonce: 0n });
      }
    }
  }

  public signedBy(signer: string, digest: Hash, signature: string): Approval | undefined {
    const recovered = recoverSigner(digest, signature);
    if (recovered === signer) return "key";
    const { address, key: own } = this.#world.wallet;
    const isApproved = signer === address && recovered === own.address && signature.length === 2 + 2 * 65;
    return isApproved ? "wallet" : undefined;
  }

  public admits(trader: string): boolean {
    return this.#world.admitted.has(trader);
  }

  public collect(leg: number, from: string, amount: bigint): void {
    const purse = this.#purse(leg, from);
    const { balance, allowance } = purse;
    if (allowance < amount) {
      const spender = this.#world.terms.domain.verifyingContract;
      throw new TokenRefusal("ERC20InsufficientAllowance", { spender, allowance, needed: amount });
    }
    if (balance < amount) {
      throw new TokenRefusal("ERC20InsufficientBalance", { sender: from, balance, needed: amount });
    }
    const left = allowance === MaxUint256 ? allowance : allowance - amount;
    this.#purses.set(keyOf(leg, from), { ...purse, balance: balance - amount, allowance: left });
  }

  public pay(leg: number, to: string, amount: bigint, redeemed: boolean): void {
    if (redeemed) return; // assets, which the book does not take
    const purse = this.#purse(leg, to);
    this.#purses.set(keyOf(leg, to), { ...purse, balance: purse.balance + amount });
  }

  /** The digest that the owner signs; `nonce` is the token's next for that owner by default. */
  public permitDigest({ leg, owner, value, deadline }: Permit, nonce = this.#purse(leg, owner).nonce): Hash {
    const { terms, permitSeparators } = this.#world;
    const types = ["bytes32", "address", "address", "uint256", "uint256", "uint256"];
    const fields = [PERMIT_TYPEHASH, owner, terms.domain.verifyingContract, value, nonce, deadline];
    const struct = keccak256(AbiCoder.defaultAbiCoder().encode(types, fields));
    return digestOf(permitSeparators[leg]!, struct);
  }

  /**
   * Runs `deposit` after the permit, which is passed over if it is not good, as the book does. If the deposit is refused the
   * permit has not happened either.
   */
  public withPermit<Result>(permit: Permit, signature: string, timestamp: bigint, deposit: () => Result): Result {
    const { leg, owner, value, deadline } = permit;
    const before = this.#purses.get(keyOf(leg, owner));
    const isGood = timestamp <= deadline && recoverSigner(this.permitDigest(permit), signature) === owner;
    if (isGood) {
      const { balance, nonce } = this.#purse(leg, owner);
      this.#purses.set(keyOf(leg, owner), { balance, allowance: value, nonce: nonce + 1n });
    }
    try {
      return deposit();
    } catch (error) {
      if (before === undefined) this.#purses.delete(keyOf(leg, owner));
      else this.#purses.set(keyOf(leg, owner), before);
      throw error;
    }
  }

  #purse(leg: number, holder: string): Purse {
    return this.#purses.get(keyOf(leg, holder)) ?? EMPTY;
  }
}

/** Those with tokens. */
export function holdersOf({ organiser, people }: Scene): readonly { readonly address: string }[] {
  return [organiser, ...people.slice(0, 3)];
}

/** Has tokens, but allows the book to take them only by permit. */
export function permitterOf<Someone>({ people }: { readonly people: readonly Someone[] }): Someone {
  return people[2]!;
}

export async function ledgerOf(world: World): Promise<Ledger> {
  const entries = world.tokens.flatMap((to, leg) => holdersOf(world).map(({ address }) => ({ to, leg, address })));
  const answers = await world.ask(
    entries.map(({ to, address }) => ({ to, data: TOKEN!.encodeFunctionData("balanceOf", [address]) })),
  );
  const balances = new Map(entries.map(({ leg, address }, index) => [keyOf(leg, address), BigInt(answers[index]!)]));
  return new Ledger(world, (leg, holder) => balances.get(keyOf(leg, holder)) ?? 0n);
}

function keyOf(leg: number, holder: string): string {
  return `${leg} ${holder}`;
}

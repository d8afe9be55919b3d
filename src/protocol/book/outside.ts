/** What a book asks of the world around it, so that it needs neither a chain nor keys nor tokens of its own. */
import { hasKeyForm } from "../signing/signatures.js";
import type { Hash } from "../signing/typed-data.js";
import type { TokenWei } from "../amounts/units.js";

/** What a good signature is of: the signer's own key, or a contract wallet. */
export type Approval = "key" | "wallet";

export interface Outside {
  /** Whether `signature` over `digest` is by the key of `signer`, or approved by the contract there (R21); undefined: neither. */
  signedBy(signer: string, digest: Hash, signature: string): Approval | undefined;
  /** Whether the session's participation policy lets `trader` in; asked only if there is a policy. */
  admits(trader: string): boolean;
  /** Takes tokens of a leg (0: session tokens) from a holder. Throws what the token refuses with; the call is undone then. */
  collect(leg: number, from: string, amount: TokenWei): void;
  /** Pays tokens of a leg (0: session tokens) out, or redeems them for the assets at the vault. May throw likewise. */
  pay(leg: number, to: string, amount: TokenWei, redeemed: boolean): void;
}

/** The block of a call. */
export interface CallBlock {
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** block.number, the mark of its checkpoint (R24). By default each call has a block of its own. */
  readonly blockNumber?: bigint | undefined;
}

/** Who makes a call, and when. */
export interface CallContext extends CallBlock {
  /** Address of the caller. */
  readonly caller: string;
}

/**
 * A world in which every signature, participant and transfer is good: for what has been checked already. What has a form that a
 * key's signature has is taken for one.
 */
export const TRUSTING: Outside = {
  signedBy: (_signer, _digest, signature) => (hasKeyForm(signature) ? "key" : "wallet"),
  admits: () => true,
  collect: () => undefined,
  pay: () => undefined,
};

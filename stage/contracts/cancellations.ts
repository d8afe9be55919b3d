/** Signed cancellations, by hand. */
import type { ContractTransactionResponse, TypedDataField } from "ethers";

import type { CancelTradesStruct } from "../../typechain-types/interfaces/IOrderBook.sol/IOrderBook.js";
import type { TypedDataSigner } from "./orders.js";
import type { World } from "./world.js";

/** As the contracts hash it; src/protocol/signing has the same words, and these judge them: two writers of what is signed. */
export const CANCEL_TRADES_TYPES: Record<string, TypedDataField[]> = {
  CancelTrades: [
    { name: "trader", type: "address" },
    { name: "fromTradeRootId", type: "uint32" },
    { name: "toTradeRootId", type: "uint32" },
    { name: "nonceFloor", type: "uint64" },
    { name: "deadline", type: "uint40" },
  ],
};

/** A cancellation as a test thinks of it; what is left out: all orders that are given, no nonces, until trading ends. */
export interface CancellationSpec {
  readonly trader: { readonly address: string };
  /** Who signs; the trader by default. */
  readonly key?: TypedDataSigner;
  readonly from?: number;
  readonly to?: number;
  readonly nonceFloor?: bigint;
  readonly deadline?: number;
  /** Instead of signing. */
  readonly signature?: string;
}

export interface SignedCancellation {
  readonly cancellation: CancelTradesStruct;
  readonly signature: string;
}

export async function signCancellation(world: World, spec: CancellationSpec): Promise<SignedCancellation> {
  const cancellation = {
    trader: spec.trader.address,
    fromTradeRootId: spec.from ?? 0,
    toTradeRootId: spec.to ?? (await world.book.chainState()).trades,
    nonceFloor: spec.nonceFloor ?? 0n,
    deadline: spec.deadline ?? world.t2 - 1,
  };
  // A spec without a key is one of an account of the chain, which has its own.
  const key = spec.key ?? (spec.trader as TypedDataSigner);
  const signature = spec.signature ?? (await key.signTypedData(world.domain, CANCEL_TRADES_TYPES, cancellation));
  return { cancellation, signature };
}

/** Somebody who is no party to it brings it. */
export async function bring(
  world: World,
  signed: CancellationSpec | SignedCancellation,
  ...places: readonly number[]
): Promise<ContractTransactionResponse> {
  const { cancellation, signature } = "cancellation" in signed ? signed : await signCancellation(world, signed);
  return world.book.cancelTrades(cancellation, signature, [...places], 0);
}

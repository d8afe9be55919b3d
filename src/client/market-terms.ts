/** What a session fixes about its markets. The book keeps its terms in its own code, so they are read from there. */
import { AbiCoder, dataSlice } from "ethers";

import type { MarketTerms } from "../protocol/marketTable.js";
import { ticks, tokenWei } from "../protocol/units.js";
import { ClientError } from "./errors.js";
import type { SessionHandle } from "./session.js";
import { read } from "./transact.js";

/** Bytes of a minimal clone before its immutable arguments. */
const CLONE_BYTES = 45;

/** The contract's BookTerms, word by word. */
const BOOK_TERMS = [
  ...["address session", "address policy", "address marketCreator", "uint40 t1", "uint40 t2", "uint40 settleLimit"],
  ...["uint16 chainWindow", "uint16 maxOpenOrders", "uint8 assetCount", "int32 basketScale", "uint64 basketTickValue"],
];

/** @throws ClientError Client_NoProvider, Client_NotASession if the book's code is none of ours */
export async function readMarketTerms({ runner, address, bookAddress }: SessionHandle): Promise<MarketTerms> {
  if (runner.provider === null) throw new ClientError("Client_NoProvider");
  const terms = decode(await read(runner.provider.getCode(bookAddress)));
  if (terms?.["session"] !== address) throw new ClientError("Client_NotASession", { address, bookAddress });
  const amount = (name: string): bigint => terms[name] as bigint; // its type above
  return {
    assets: Number(amount("assetCount")),
    basketScale: ticks(amount("basketScale")),
    basketTickValue: tokenWei(amount("basketTickValue")),
    t2: amount("t2"),
    settleLimit: amount("settleLimit"),
    marketCreator: terms["marketCreator"] as string, // its type above
  };
}

function decode(code: string): Record<string, unknown> | undefined {
  try {
    return AbiCoder.defaultAbiCoder().decode(BOOK_TERMS, dataSlice(code, CLONE_BYTES)).toObject();
  } catch {
    return undefined; // shorter than a clone with these arguments
  }
}

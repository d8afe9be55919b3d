/** What a session fixes about its book and markets. The book keeps its terms in its own code, so they are read from there. */
import { AbiCoder, dataSlice } from "ethers";

import type { BookTerms } from "../protocol/book/terms.js";
import type { MarketTerms } from "../protocol/market/market-table.js";
import { ticks, tokenWei } from "../protocol/amounts/units.js";
import { ClientError } from "./errors.js";
import type { SessionHandle } from "./session.js";
import { read } from "./transact.js";

/** Bytes of a minimal clone before its immutable arguments. */
const CLONE_BYTES = 45;

/** The contract's BookTerms, word by word. */
const BOOK_TERMS = [
  "address session",
  "address policy",
  "address marketCreator",
  "uint40 t1",
  "uint40 t2",
  "uint40 settleLimit",
  "uint16 chainWindow",
  "uint16 maxOpenOrders",
  "uint64 maxLots",
  "uint8 assetCount",
  "int32 basketScale",
  "uint64 basketTickValue",
  "uint8 reserveShift",
];

/** @throws ClientError Client_NoProvider, Client_NotASession if the book's code is none of ours */
export async function readMarketTerms(handle: SessionHandle): Promise<MarketTerms> {
  const { assets, basketScale, basketTickValue, t2, settleLimit, marketCreator } = await readBookTerms(handle);
  return { assets, basketScale, basketTickValue, t2, settleLimit, marketCreator };
}

/** All that a session fixes about its book. @throws as above */
export async function readBookTerms({ runner, address, bookAddress, domain }: SessionHandle): Promise<BookTerms> {
  if (runner.provider === null) throw new ClientError("Client_NoProvider");
  const terms = decode(await read(runner.provider.getCode(bookAddress)));
  if (terms?.["session"] !== address) throw new ClientError("Client_NotASession", { address, bookAddress });
  const amount = (name: string): bigint => terms[name] as bigint; // its type above
  const text = (name: string): string => terms[name] as string; // likewise
  return {
    domain,
    session: address,
    policy: text("policy"),
    t1: amount("t1"),
    t2: amount("t2"),
    assets: Number(amount("assetCount")),
    basketScale: ticks(amount("basketScale")),
    basketTickValue: tokenWei(amount("basketTickValue")),
    settleLimit: amount("settleLimit"),
    marketCreator: text("marketCreator"),
    chainWindow: Number(amount("chainWindow")),
    maxOpenOrders: Number(amount("maxOpenOrders")),
    reserveShift: Number(amount("reserveShift")),
    maxLots: amount("maxLots"),
  };
}

function decode(code: string): Record<string, unknown> | undefined {
  try {
    return AbiCoder.defaultAbiCoder().decode(BOOK_TERMS, dataSlice(code, CLONE_BYTES)).toObject();
  } catch {
    return undefined; // shorter than a clone with these arguments
  }
}

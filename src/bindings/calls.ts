/** The calls that a submitter makes, as data for the order book. */
import { IOrderBook__factory } from "../../typechain-types/index.js";
import type { OrderLimits } from "../protocol/book/orders.js";
import { encodeCreateTrades } from "./encode.js";
import type { HintedPackage } from "./packages.js";

export type CallKind = "batch" | "offset" | "matchTrades" | "applyFallback" | "realise";

export interface BookCall {
  readonly kind: CallKind;
  readonly data: string;
}

const book = IOrderBook__factory.createInterface();

export function batchCall(orders: readonly HintedPackage[], { maxMatches, maxWalk }: OrderLimits): BookCall {
  return { kind: "batch", data: encodeCreateTrades(orders, maxMatches, maxWalk) };
}

/** @returns tradeRootIds, 0 for each package that would be skipped */
export function decodeBatchResult(data: string): number[] {
  const [places] = book.decodeFunctionResult("createTrades", data) as unknown as [bigint[]]; // by the ABI
  return [...places].map(Number);
}

export function offsetCall(tradeRootIds: readonly number[]): BookCall {
  return { kind: "offset", data: book.encodeFunctionData("offset", [[...tradeRootIds]]) };
}

export function matchTradesCall(marketRootId: number, marketBranchId: number, maxMatches: number): BookCall {
  return {
    kind: "matchTrades",
    data: book.encodeFunctionData("matchTrades", [marketRootId, marketBranchId, maxMatches]),
  };
}

export function applyFallbackCall(marketRootId: number): BookCall {
  return { kind: "applyFallback", data: book.encodeFunctionData("applyFallback", [marketRootId]) };
}

export function realiseCall(marketRootId: number, traders: readonly string[]): BookCall {
  return { kind: "realise", data: book.encodeFunctionData("realise", [marketRootId, [...traders]]) };
}

export function chainStateCall(): string {
  return book.encodeFunctionData("chainState");
}

/** @returns the newest checkpoint */
export function decodeChainState(data: string): string {
  const [link] = book.decodeFunctionResult("chainState", data) as unknown as [string]; // by the ABI
  return link;
}

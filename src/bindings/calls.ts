/** The calls that a relay makes, as data for the order book. */
import { IOrderBook__factory } from "../../typechain-types/index.js";
import type { OrderLimits } from "../protocol/book/orders.js";
import type { Batch } from "../relay/follow/batch.js";
import { encodeCreateTrades } from "./encode.js";
import type { SubmissionKind } from "../relay/store/submissions.js";

export interface BookCall {
  readonly kind: SubmissionKind;
  readonly data: string;
}

const book = IOrderBook__factory.createInterface();

export function batchCall({ expected, linkAges }: Batch, { maxMatches, maxWalk }: OrderLimits): BookCall {
  const orders = expected.map((one, index) => ({ ...one, linkAge: linkAges[index] ?? 0 }));
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

/** @returns the head */
export function decodeChainState(data: string): string {
  const [head] = book.decodeFunctionResult("chainState", data) as unknown as [string]; // by the ABI
  return head;
}

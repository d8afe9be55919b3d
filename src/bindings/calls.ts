/** The calls that a submitter makes, as data for the order book or for a house that brings an order to it. */
import {
  ILegToken__factory,
  ILmsrMaker__factory,
  IOrderBook__factory,
  ISetRouter__factory,
} from "../../typechain-types/index.js";
import type { House } from "../protocol/book/houses.js";
import type { OrderLimits, Placed } from "../protocol/book/orders.js";
import { type BatchContents, type BatchLimits, packBatch } from "../protocol/signing/batch.js";
import type { SignedPackage } from "../protocol/signing/package.js";
import type { SignedTradesCancellation } from "../protocol/signing/trades-cancellation.js";
import type { Venue } from "../protocol/value/via.js";

/** Calls of the book; `maker` and `set`: one of its houses, which brings an order to it; `record`: a settler, which settles a root. */
export type CallKind =
  "batch" | "cancelTrades" | "offset" | "matchTrades" | "applyFallback" | "realise" | "maker" | "set" | "record";

const BRINGING: ReadonlySet<CallKind> = new Set(["batch", "cancelTrades", "maker", "set"]);

/** Whether it brings what traders have signed, rather than doing a chore of the book. */
export function bringsOrders(kind: CallKind): boolean {
  return BRINGING.has(kind);
}

/** The house that makes such a call; undefined for a call of the book. */
export function houseOf(kind: CallKind): House["kind"] | undefined {
  return kind === "maker" || kind === "set" ? kind : undefined;
}

export interface BookCall {
  readonly kind: CallKind;
  /** Who is called; undefined for the book. */
  readonly to?: string | undefined;
  readonly data: string;
}

/** Through what an order is brought to the book. */
export interface Route {
  readonly through: Venue;
  /** The house's; undefined for the book itself. */
  readonly contract?: string;
}

/** The way that a house is; undefined for the book. */
export function routeBy(house: Pick<House, "kind" | "address"> | undefined): Route {
  return house === undefined ? { through: "book" } : { through: house.kind, contract: house.address };
}

/** The way of what such a call brings. */
export function routeOfCall({ kind, to }: Pick<BookCall, "kind" | "to">): Route {
  const house = houseOf(kind);
  return routeBy(house === undefined || to === undefined ? undefined : { kind: house, address: to });
}

const book = IOrderBook__factory.createInterface();
const CREATE_TRADES = book.getFunction("createTrades").selector;
const WORD_BYTES = 32;

/** Written by hand: the general encoder takes so long for a batch that others wait for their answers. */
export function batchCall(contents: BatchContents, limits: BatchLimits): BookCall {
  const digits = packBatch(contents, limits).slice(2);
  const padding = "0".repeat((2 * WORD_BYTES - (digits.length % (2 * WORD_BYTES))) % (2 * WORD_BYTES));
  return { kind: "batch", data: [CREATE_TRADES, word(WORD_BYTES), word(digits.length / 2), digits, padding].join("") };
}

/** @returns number and place of each order, no number for one that would be skipped */
export function decodeBatchResult(data: string): Placed[] {
  const [placed] = book.decodeFunctionResult("createTrades", data) as unknown as [
    { readonly tradeRootId: bigint; readonly place: bigint }[],
  ]; // by the ABI
  return placed.map(({ tradeRootId, place }) => ({ tradeRootId: Number(tradeRootId), place: Number(place) }));
}

/** A cancellation by itself, by whomever it is signed. @param newest number of the newest checkpoint, 0 to search for it */
export function cancelTradesCall(
  { cancellation, signature }: SignedTradesCancellation,
  places: readonly number[],
  newest: number,
): BookCall {
  const data = book.encodeFunctionData("cancelTrades", [cancellation, signature, [...places], newest]);
  return { kind: "cancelTrades", data };
}

/** An order with the hints of whoever brings it. */
export interface HintedOrder extends SignedPackage {
  readonly insertAfter: number;
  readonly place: number;
}

const maker = ILmsrMaker__factory.createInterface();
const router = ISetRouter__factory.createInterface();

/** Has a house bring an order. @param newest number of the newest checkpoint, 0 to search for it */
export function houseCall(
  { kind, address: to }: Pick<House, "kind" | "address">,
  { package: tradePackage, signature, insertAfter, place }: HintedOrder,
  { maxMatches, maxWalk, newest }: OrderLimits & { readonly newest: number },
): BookCall {
  const taker = { tradePackage, signature, insertAfter, place, newest };
  if (kind === "maker") return { kind, to, data: maker.encodeFunctionData("trade", [taker, maxMatches, maxWalk]) };
  const name = tradePackage.quantityLots > 0n ? "buyThroughSet" : "sellThroughSet";
  return { kind, to, data: router.encodeFunctionData(name as "buyThroughSet", [taker, maxMatches, maxWalk]) };
}

export function offsetCall(orders: readonly Placed[], newest: number): BookCall {
  return { kind: "offset", data: book.encodeFunctionData("offset", [[...orders], newest]) };
}

export function matchTradesCall(
  marketRootId: number,
  marketBranchId: number,
  maxMatches: number,
  newest: number,
): BookCall {
  return {
    kind: "matchTrades",
    data: book.encodeFunctionData("matchTrades", [marketRootId, marketBranchId, maxMatches, newest]),
  };
}

export function applyFallbackCall(marketRootId: number): BookCall {
  return { kind: "applyFallback", data: book.encodeFunctionData("applyFallback", [marketRootId]) };
}

export function realiseCall(marketRootId: number, traders: readonly string[]): BookCall {
  return { kind: "realise", data: book.encodeFunctionData("realise", [marketRootId, [...traders]]) };
}

/** What a book is asked about itself or a trader of its, and the values of the answer by the ABI. */
interface BookAnswers {
  chainState: [link: string, checkpoints: bigint, trades: bigint];
  accountOf: [claim: bigint, worst: bigint, openOrders: bigint, reserved: bigint];
  claimsOf: [claims: readonly bigint[]];
  noncesOf: [nonceFloor: bigint, used: bigint];
}

export interface BookQuestion<Name extends keyof BookAnswers = keyof BookAnswers> {
  readonly data: string;
  readonly name: Name;
}

/** @param trader of whom it is asked; of `chainState` nobody */
export function bookQuestion<Name extends keyof BookAnswers>(name: Name, ...trader: string[]): BookQuestion<Name> {
  return { name, data: book.encodeFunctionData(name as "accountOf", trader as [string]) };
}

/** @throws Error if the data is no answer to that */
export function bookAnswer<Name extends keyof BookAnswers>(
  { name }: BookQuestion<Name>,
  data: string,
): BookAnswers[Name] {
  return book.decodeFunctionResult(name as "accountOf", data).toArray() as BookAnswers[Name]; // by the ABI
}

const tokens = ILegToken__factory.createInterface();

export function balanceQuestion(holder: string): string {
  return tokens.encodeFunctionData("balanceOf", [holder]);
}

/** @returns wei. @throws Error if the data is no answer to that */
export function balanceAnswer(data: string): bigint {
  return (tokens.decodeFunctionResult("balanceOf", data) as unknown as [bigint])[0]; // by the ABI
}

function word(value: number): string {
  return value.toString(16).padStart(2 * WORD_BYTES, "0");
}

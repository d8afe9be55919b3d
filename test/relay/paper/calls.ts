/** Calldata of the order book, done to a book. */
import { getAddress, toBeHex } from "ethers";

import type { Answer, Book } from "../../../src/protocol/book/book.js";
import { bringThrough, type House, ownOrdersFor } from "../../../src/protocol/book/houses.js";
import type { Placed } from "../../../src/protocol/book/orders.js";
import type { CallContext } from "../../../src/protocol/book/outside.js";
import { closeCall } from "../../../src/protocol/book/resting.js";
import { isRefusal } from "../../../src/protocol/market/refusal.js";
import { type PackageFields, tradePackage } from "../../../src/protocol/signing/package.js";
import { unpackBatch } from "../../../src/protocol/signing/batch.js";
import type { TradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import { ILmsrMaker__factory, ISetRouter__factory } from "../../../typechain-types/index.js";
import { BOOK_INTERFACE } from "./logs.js";

/** @throws Refusal as the contract would revert */
export function callBook(book: Book, context: CallContext, data: string): Answer<unknown> {
  const { name, args } = BOOK_INTERFACE.parseTransaction({ data })!;
  switch (name) {
    case "createTrades": {
      const { limits, cancellations, orders } = unpackBatch(args[0] as string); // by the ABI
      const read = orders.map(({ package: order, checkpoint, ...rest }) => {
        return { ...rest, package: { ...order, previousLink: toBeHex(checkpoint, 32) } };
      });
      return book.createTrades(context, { orders: read, cancellations, strict: limits.strict }, limits);
    }
    case "cancelTrades": {
      const [fields, signature, places] = args as unknown as [CancellationWords, string, bigint[]]; // by the ABI
      return book.cancelTrades(context, { cancellation: cancellationOf(fields), signature }, places.map(Number));
    }
    case "offset":
      return book.offset(context, (args[0] as PlacedWords[]).map(placedOf)); // by the ABI
    case "matchTrades": {
      const [root, branch, maxMatches] = [...(args as unknown as bigint[])].map(Number); // by the ABI
      return book.matchTrades(context, root!, branch!, maxMatches!);
    }
    case "realise":
      return book.realise(Number(args[0]), (args[1] as string[]).map(getAddress)); // by the ABI
    case "applyFallback":
      return book.applyFallback(context, Number(args[0]));
    default:
      throw new Error(`a chain on paper does not know ${name}`);
  }
}

const MAKER = ILmsrMaker__factory.createInterface();
const ROUTER = ISetRouter__factory.createInterface();

/** Calldata of a house, done to a book: with what it adds, or as the book alone would take it. @throws Refusal as it would revert */
export function callHouse(book: Book, house: House, context: CallContext, data: string): Answer<Placed> {
  const { args } = (house.kind === "maker" ? MAKER : ROUTER).parseTransaction({ data })!;
  const [signed, maxMatches, maxWalk] = args as unknown as [OrderWords, bigint, bigint]; // by the ABI
  const { marketRootId, marketBranchId, timeInForce, ...fields } = signed.tradePackage.toObject();
  const numbers = {
    ...{ marketRootId: Number(marketRootId), marketBranchId: Number(marketBranchId), timeInForce: Number(timeInForce) },
  };
  const order = tradePackage({ ...fields, ...numbers } as unknown as PackageFields);
  const hints = { insertAfter: Number(signed.insertAfter), place: Number(signed.place) };
  const taker = { package: order, signature: signed.signature, ...hints };
  const limits = { maxMatches: Number(maxMatches), maxWalk: Number(maxWalk) };
  const { timestamp } = context;
  const own = ownOrdersFor(book.state, house, order, { timestamp, ...limits });
  if (own === undefined) return book.createTrade(context, taker, limits);
  const brought = bringThrough(book, house, { own, taker, limits, timestamp });
  if (brought === "incomplete") return book.createTrade(context, taker, limits);
  if (isRefusal(brought)) throw brought;
  closeCall(book.state, context);
  return { result: brought.placed, events: [...brought.events, ...book.state.events.take()] };
}

export function houseResultOf({ tradeRootId, place }: Placed): string {
  return MAKER.encodeFunctionResult("trade", [{ tradeRootId, place }]);
}

/** What `eth_call` gives back. */
export function resultOf(data: string, result: unknown): string {
  const fragment = BOOK_INTERFACE.parseTransaction({ data })!.fragment;
  return BOOK_INTERFACE.encodeFunctionResult(fragment, fragment.outputs.length === 0 ? [] : [result]);
}

interface OrderWords {
  readonly tradePackage: { toObject(): Record<keyof PackageFields, bigint | string> };
  readonly signature: string;
  readonly insertAfter: bigint;
  readonly place: bigint;
}

interface PlacedWords {
  readonly tradeRootId: bigint;
  readonly place: bigint;
}

function placedOf({ tradeRootId, place }: PlacedWords): Placed {
  return { tradeRootId: Number(tradeRootId), place: Number(place) };
}

interface CancellationWords {
  readonly trader: string;
  readonly fromTradeRootId: bigint;
  readonly toTradeRootId: bigint;
  readonly nonceFloor: bigint;
  readonly deadline: bigint;
}

function cancellationOf(words: CancellationWords): TradesCancellation {
  return {
    trader: words.trader,
    fromTradeRootId: Number(words.fromTradeRootId),
    toTradeRootId: Number(words.toTradeRootId),
    nonceFloor: words.nonceFloor,
    deadline: words.deadline,
  };
}

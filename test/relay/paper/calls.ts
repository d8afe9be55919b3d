/** Calldata of the order book, done to a book. */
import { getAddress, toBeHex } from "ethers";

import type { Answer, Book } from "../../../src/protocol/book/book.js";
import type { Placed } from "../../../src/protocol/book/orders.js";
import type { CallContext } from "../../../src/protocol/book/outside.js";
import { unpackBatch } from "../../../src/protocol/signing/batch.js";
import type { TradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
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

/** What `eth_call` gives back. */
export function resultOf(data: string, result: unknown): string {
  const fragment = BOOK_INTERFACE.parseTransaction({ data })!.fragment;
  return BOOK_INTERFACE.encodeFunctionResult(fragment, fragment.outputs.length === 0 ? [] : [result]);
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

/** Calldata of the order book, done to a book. */
import { getAddress } from "ethers";

import { packageOf, type DecodedPackage } from "../../../src/bindings/packages.js";
import type { Answer, Book } from "../../../src/protocol/book/book.js";
import type { CallContext } from "../../../src/protocol/book/outside.js";
import { BOOK_INTERFACE } from "./logs.js";

interface DecodedOrder {
  readonly tradePackage: DecodedPackage;
  readonly signature: string;
  readonly insertAfter: bigint;
}

/** @throws Refusal as the contract would revert */
export function callBook(book: Book, context: CallContext, data: string): Answer<unknown> {
  const { name, args } = BOOK_INTERFACE.parseTransaction({ data })!;
  switch (name) {
    case "createTrades": {
      const [orders, maxMatches, maxWalk] = args as unknown as [DecodedOrder[], bigint, bigint]; // by the ABI
      const batch = orders.map(({ tradePackage, signature, insertAfter }) => {
        return { package: packageOf(tradePackage), signature, insertAfter: Number(insertAfter) };
      });
      return book.createTrades(context, batch, { maxMatches: Number(maxMatches), maxWalk: Number(maxWalk) });
    }
    case "offset":
      return book.offset(context, numbersOf(args[0]));
    case "matchTrades":
      return book.matchTrades(context, ...(numbersOf([...args]) as [number, number, number])); // by the ABI
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

function numbersOf(values: unknown): number[] {
  return [...(values as Iterable<bigint>)].map(Number); // by the ABI
}

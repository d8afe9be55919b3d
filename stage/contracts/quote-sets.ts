/** Quote sets, signed and packed by hand: many orders of one trader under one signature and one nonce (R44). */
import { TypedDataEncoder, type TypedDataField } from "ethers";

import type { TradePackageStruct } from "../../typechain-types/interfaces/IOrderBook.sol/IOrderBook.js";
import { addressOf, compactSignature, hex, packMarket } from "./batches.js";
import { type OrderSpec, packageOf, TRADE_PACKAGE_TYPES, type TypedDataSigner } from "./orders.js";
import type { World } from "./world.js";

export const QUOTE_SET_TYPES: Record<string, TypedDataField[]> = {
  QuoteSet: [{ name: "quotes", type: "TradePackage[]" }],
  ...TRADE_PACKAGE_TYPES,
};

/** What a quote has of its own. */
export type QuoteSpec = Pick<OrderSpec, "lots" | "price" | "leg" | "root" | "insertAfter" | "place">;

/** What all quotes of a set have in common. */
export type QuoteSetSpec = Omit<OrderSpec, keyof QuoteSpec | "newest">;

type SignedQuote = Pick<QuoteSpec, "insertAfter" | "place"> & { readonly tradePackage: TradePackageStruct };

export interface SignedQuoteSet {
  readonly quotes: readonly SignedQuote[];
  /** What was signed. */
  readonly hash: string;
  readonly signature: string;
}

export async function signQuotes(
  world: World,
  common: QuoteSetSpec,
  quotes: readonly QuoteSpec[],
): Promise<SignedQuoteSet> {
  const shared = await packageOf(world, { lots: 0n, price: 0n, ...common });
  const packages = quotes.map((quote): TradePackageStruct => ({
    ...shared,
    marketRootId: quote.root ?? 1,
    marketBranchId: quote.leg ?? 1,
    priceTicks: quote.price,
    quantityLots: quote.lots,
  }));
  const value = { quotes: packages };
  // A spec without a key is one of an account of the chain, which has its own.
  const key = common.key ?? (common.trader as TypedDataSigner);
  const signature =
    common.signature ?? (await key.signTypedData(common.domain ?? world.domain, QUOTE_SET_TYPES, value));
  return {
    quotes: quotes.map((quote, i) => ({ ...quote, tradePackage: packages[i]! })),
    hash: TypedDataEncoder.hashStruct("QuoteSet", QUOTE_SET_TYPES, value),
    signature,
  };
}

/** The primary link of each quote: that of its package. */
export function linksOfQuotes({ quotes }: SignedQuoteSet): string[] {
  return quotes.map(({ tradePackage }) =>
    TypedDataEncoder.hashStruct("TradePackage", TRADE_PACKAGE_TYPES, tradePackage),
  );
}

/** The packages must have in common what a set has once. */
export function packQuoteSet({ quotes, signature }: Pick<SignedQuoteSet, "quotes" | "signature">): string {
  const [first] = quotes;
  if (first === undefined) throw new Error("a set of no quotes");
  const { previousLink, nonce, deadline, timeInForce } = first.tradePackage;
  const { r, vs } = compactSignature(signature);
  return (
    addressOf(first.tradePackage).slice(2).toLowerCase() +
    hex(BigInt(String(previousLink)) & 0xffn, 1) +
    hex(nonce, 3) +
    hex(deadline, 4) +
    hex(timeInForce, 1) +
    hex(quotes.length, 1) +
    r +
    vs +
    quotes.map(packQuote).join("")
  );
}

function packQuote({ tradePackage: p, insertAfter, place }: SignedQuote): string {
  return packMarket(p) + hex(insertAfter ?? 0, 4) + hex(place ?? 0, 4);
}

/** The types of everything that is signed: those of the relay beside those of the book, and no form of an answer among them. */
import {
  CANCEL_TRADES_TYPES,
  MARKET_TYPES,
  QUOTE_SET_TYPES,
  TRADE_PACKAGE_TYPES,
} from "../protocol/signing/typed-data.js";

/** Nothing that the order book could ever take for an order. Mutable, because ethers asks for it. */
export const CANCEL_TYPES: Record<"CancelPackage", { name: string; type: string }[]> = {
  CancelPackage: [{ name: "link", type: "bytes32" }],
};

/** Nothing that the order book could ever take for an order. Mutable, because ethers asks for it. */
export const READ_TYPES: Record<"ReadOwn", { name: string; type: string }[]> = {
  ReadOwn: [
    { name: "trader", type: "address" },
    { name: "until", type: "uint64" },
  ],
};

/** Chain and book stand in the domain. Nothing that the order book could ever take. Mutable, because ethers asks for it. */
export const RECEIPT_TYPES: Record<"Receipt", { name: string; type: string }[]> = {
  Receipt: [
    { name: "kind", type: "string" },
    { name: "hash", type: "bytes32" },
    { name: "seq", type: "uint64" },
    { name: "timeMs", type: "uint64" },
  ],
};

/** All that is signed, by traders, by owners of markets and by the relay, by its primary type, each with the types that it needs and no other: wallets refuse what is not used. */
export const SIGNED_TYPES = {
  TradePackage: TRADE_PACKAGE_TYPES,
  QuoteSet: QUOTE_SET_TYPES,
  CancelTrades: CANCEL_TRADES_TYPES,
  CancelPackage: CANCEL_TYPES,
  Market: MARKET_TYPES,
  ReadOwn: READ_TYPES,
  Receipt: RECEIPT_TYPES,
} as const;

/** The signed cancellation (R43): whoever brings it may take orders of its trader out of the book, and raise its nonce floor. */
import { fieldChecks } from "./fields.js";
import { type Range, unsignedRange } from "../amounts/units.js";

/** Fields of the contract's CancelTrades. Made by `tradesCancellation`. */
export interface TradesCancellation {
  /** The signer's address. */
  readonly trader: string;
  /** The first and the last order that it is about, uint32. The last need not be given yet: then it is a dead man's switch. */
  readonly fromTradeRootId: number;
  readonly toTradeRootId: number;
  /** The nonces below become void, uint64; 0 leaves them. A book takes those below 2^24. */
  readonly nonceFloor: bigint;
  /** Last second at which it may be brought, uint40. */
  readonly deadline: bigint;
}

/** A cancellation and its trader's signature: all that somebody needs who brings it. */
export interface SignedTradesCancellation {
  readonly cancellation: TradesCancellation;
  /** 0x-hex, as of an order. */
  readonly signature: string;
}

const RANGES: Readonly<Record<Exclude<keyof TradesCancellation, "trader">, Range>> = {
  fromTradeRootId: unsignedRange(32),
  toTradeRootId: unsignedRange(32),
  nonceFloor: unsignedRange(64),
  deadline: unsignedRange(40),
};

const check = fieldChecks("CANCELLATION_FIELD_INVALID");

/** Checks every field against what the contract can hold. @throws RuleError CANCELLATION_FIELD_INVALID */
export function tradesCancellation(fields: TradesCancellation): TradesCancellation {
  for (const [field, range] of Object.entries(RANGES) as [keyof typeof RANGES, Range][]) {
    check.range(field, fields[field], range);
  }
  const { fromTradeRootId, toTradeRootId, nonceFloor, deadline } = fields;
  return { trader: check.address("trader", fields.trader), fromTradeRootId, toTradeRootId, nonceFloor, deadline };
}

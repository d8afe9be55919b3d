/** The trade package: what a trader signs (R20). */
import { fieldChecks } from "./fields.js";
import { type Lots, type Range, signedRange, type Ticks, unsignedRange } from "../amounts/units.js";

/** The root market that every session has: the simplex of basket weights. */
export const BASKET_ROOT_ID = 1;

/** How long an order may wait, as signed. */
export const TimeInForce = { GoodTillCancelled: 0, ImmediateOrCancel: 1, FillOrKill: 2, PostOnly: 3 } as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];

/** A market: an outcome variable and a contract on it. */
export interface MarketRef {
  /** uint32 */
  readonly marketRootId: number;
  /** uint16; for the basket root the leg, 1 to the number of assets. */
  readonly marketBranchId: number;
}

/** A package as it may come from anywhere: the fields of the contract's TradePackage, not checked yet. */
export interface PackageFields extends MarketRef {
  /** The signer's address, 0x and 40 hex digits. */
  readonly trader: string;
  /** Limit in ticks of the root, int32. */
  readonly priceTicks: bigint;
  /** Lots, + bid, − offer: int64, neither zero nor the one value without an opposite; a book takes up to 2^39 − 1 (R27). */
  readonly quantityLots: bigint;
  /** 32 bytes as hex: one of the chain's last checkpoints (R25). */
  readonly previousLink: string;
  /** uint64; a book takes those below 2^24 − 1 (R26). */
  readonly nonce: bigint;
  /** Last second at which the order may be accepted or filled, uint40. */
  readonly deadline: bigint;
  /** One of TimeInForce. */
  readonly timeInForce: number;
}

/** One limit order whose fields all fit, from which the three chained trades follow. Made by `tradePackage`. */
export interface TradePackage extends PackageFields {
  readonly priceTicks: Ticks;
  readonly quantityLots: Lots;
  readonly timeInForce: TimeInForce;
}

/** A package and its trader's signature: all that a submitter needs. */
export interface SignedPackage {
  readonly package: TradePackage;
  /** 0x-hex; 65 bytes (r, s, v) from a key, anything from a contract wallet. */
  readonly signature: string;
}

type NumericField = Exclude<keyof PackageFields, "trader" | "previousLink">;

const INT64 = signedRange(64);
const RANGES: Readonly<Record<NumericField, Range>> = {
  marketRootId: unsignedRange(32),
  marketBranchId: unsignedRange(16),
  priceTicks: signedRange(32),
  quantityLots: { least: INT64.least + 1n, most: INT64.most },
  nonce: unsignedRange(64),
  deadline: unsignedRange(40),
  timeInForce: { least: 0n, most: BigInt(TimeInForce.PostOnly) },
};

const check = fieldChecks("PACKAGE_FIELD_INVALID");

/**
 * Checks every field against what the contract can hold, and writes address and link in their one usual way. Which market, link, nonce and deadline are good now is the book's to say.
 * @throws RuleError PACKAGE_FIELD_INVALID with field, value and what is allowed
 */
export function tradePackage(fields: PackageFields): TradePackage {
  for (const field of Object.keys(RANGES) as NumericField[]) check.range(field, fields[field], RANGES[field]);
  if (fields.quantityLots === 0n) check.refuse("quantityLots", fields.quantityLots, "not zero");
  check.hex("previousLink", fields.previousLink, 32);
  const trader = check.address("trader", fields.trader);
  const previousLink = fields.previousLink.toLowerCase();
  return { ...fields, trader, previousLink } as TradePackage; // every field was just checked
}

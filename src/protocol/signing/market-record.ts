/** A record of the market table: what the owner of a market signs (R36). Twin of the contract's MarketRecord. */
import { ZeroHash } from "ethers";

import { fieldChecks } from "./fields.js";
import type { MarketRef } from "./package.js";
import { type Range, signedRange, type Ticks, unsignedRange } from "../amounts/units.js";

/** What kind of outcome variable a root is, as signed. */
export const RootKind = {
  /** Weights with a fixed sum: the basket, and event markets. */
  Simplex: 1,
  /** One number; a branch pays it clamped between its strikes. */
  Interval: 2,
} as const;

/** The marketRootId of a record that makes a root, which the book gives the next unused number. */
export const NEW_ROOT = 0;

/** A record as it may come from anywhere: not checked yet. What a record does not need is zero. */
export interface MarketFields extends MarketRef {
  /** NEW_ROOT, or an existing root; uint32. */
  readonly marketRootId: number;
  /** 1 for a new root, the next unused number for a new sub-market, else an existing branch; uint16. */
  readonly marketBranchId: number;
  /** For a new sub-market the branch whose strikes bound it, uint16. */
  readonly parentBranchId: number;
  /** Who signs every record of the root: 0x and 40 hex digits. */
  readonly owner: string;
  /** Interval: least outcome, lower strike or lower bound. Event: 0 for a new root, else least weight. Ticks, int32. */
  readonly marketMin: bigint;
  /** Interval: greatest outcome, upper strike or upper bound. Event: the scale of a new root, else greatest weight. Ticks, int32. */
  readonly marketMax: bigint;
  /** Of a new root one of RootKind; uint8. */
  readonly kind: number;
  /** Of a new event root the number of outcomes, uint16. */
  readonly outcomes: number;
  /** Of a new root: session-token wei of one tick of one lot, uint128. */
  readonly tickValue: bigint;
  /** Of a new root: first second without trade, uint40. */
  readonly closesAt: bigint;
  /** Of a new root: when anybody may apply the fallback, uint40. */
  readonly settleBy: bigint;
  /** Of a new interval root an outcome in ticks, of a new event root the number of an outcome; int32. */
  readonly fallbackOutcome: bigint;
  /** Of a new root: keccak256 of its description; 32 bytes as hex. */
  readonly descriptionHash: string;
  /** New root: a link of the book's chain, as of an order; else link of the last record of the same root. */
  readonly previousLink: string;
}

/** A record whose fields all fit. Made by `marketRecord`. */
export interface MarketRecord extends MarketFields {
  readonly marketMin: Ticks;
  readonly marketMax: Ticks;
}

type NumericField = Exclude<keyof MarketFields, "owner" | "descriptionHash" | "previousLink">;

const RANGES: Readonly<Record<NumericField, Range>> = {
  marketRootId: unsignedRange(32),
  marketBranchId: unsignedRange(16),
  parentBranchId: unsignedRange(16),
  marketMin: signedRange(32),
  marketMax: signedRange(32),
  kind: unsignedRange(8),
  outcomes: unsignedRange(16),
  tickValue: unsignedRange(128),
  closesAt: unsignedRange(40),
  settleBy: unsignedRange(40),
  fallbackOutcome: signedRange(32),
};

const check = fieldChecks("MARKET_FIELD_INVALID");

/**
 * Checks every field against what the contract can hold, and writes address and hashes in their one usual way. Whether the
 * record is good is for `applyMarketRecord` to say.
 * @throws RuleError MARKET_FIELD_INVALID with field, value and what is allowed
 */
export function marketRecord(fields: MarketFields): MarketRecord {
  for (const field of Object.keys(RANGES) as NumericField[]) check.range(field, fields[field], RANGES[field]);
  check.hex("descriptionHash", fields.descriptionHash, 32);
  check.hex("previousLink", fields.previousLink, 32);
  const owner = check.address("owner", fields.owner);
  const descriptionHash = fields.descriptionHash.toLowerCase();
  const previousLink = fields.previousLink.toLowerCase();
  return { ...fields, owner, descriptionHash, previousLink } as MarketRecord; // every field was just checked
}

/** What every record but a root's first must not repeat. */
export const NO_ROOT_TERMS = {
  kind: 0,
  outcomes: 0,
  tickValue: 0n,
  closesAt: 0n,
  settleBy: 0n,
  fallbackOutcome: 0n,
  descriptionHash: ZeroHash,
} as const;

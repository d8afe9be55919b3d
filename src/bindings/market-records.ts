import type { Signer, TransactionReceipt } from "ethers";

import { type MarketRecord, marketRecord } from "../protocol/signing/market-record.js";
import { type BookDomain, MARKET_TYPES } from "../protocol/signing/typed-data.js";
import { asClientError } from "./errors.js";
import type { SessionHandle } from "./session.js";
import { transact } from "./transact.js";

/** A market record and what is signed of it: all that anybody needs to bring it to the book. */
export interface SignedRecord {
  readonly record: MarketRecord;
  /** 0x-hex; 65 bytes (r, s, v) from a key, anything from a contract wallet. */
  readonly signature: string;
  /** The organiser's, who permits the root of another owner where not everybody may make roots; none by default. */
  readonly organiserSignature?: string;
  /** The text of a new root; empty for every other record. */
  readonly description: string;
}

/** Who calls the book itself signs nothing. */
export const NO_SIGNATURE = "0x";

/** Has a record signed by its owner. @throws ClientError Client_Declined if the wallet's user says no */
export async function signRecord(
  domain: BookDomain,
  owner: Signer,
  record: MarketRecord,
  description = "",
): Promise<SignedRecord> {
  return { record, description, signature: await signatureOver(domain, owner, record) };
}

/** Has the organiser permit the root of another owner. @throws ClientError Client_Declined */
export async function permitRecord(domain: BookDomain, organiser: Signer, signed: SignedRecord): Promise<SignedRecord> {
  return { ...signed, organiserSignature: await signatureOver(domain, organiser, signed.record) };
}

async function signatureOver(domain: BookDomain, signer: Signer, record: MarketRecord): Promise<string> {
  try {
    return await signer.signTypedData(domain, MARKET_TYPES, record);
  } catch (error) {
    throw asClientError(error);
  }
}

/**
 * Appends a record to the market table.
 * @param sender anybody who pays the gas; whoever has to speak and has not signed
 * @throws ClientError the book's refusal; nothing is sent then
 */
export async function submitRecord(
  { book }: SessionHandle,
  sender: Signer,
  { record, signature, organiserSignature = NO_SIGNATURE, description }: SignedRecord,
): Promise<TransactionReceipt> {
  const call = book.createMarket.populateTransaction(record, signature, organiserSignature, description);
  return transact(sender, call);
}

/** A record as ethers decodes it from a log. */
export interface DecodedRecord {
  readonly marketRootId: bigint;
  readonly marketBranchId: bigint;
  readonly parentBranchId: bigint;
  readonly owner: string;
  readonly marketMin: bigint;
  readonly marketMax: bigint;
  readonly kind: bigint;
  readonly outcomes: bigint;
  readonly tickValue: bigint;
  readonly closesAt: bigint;
  readonly settleBy: bigint;
  readonly fallbackOutcome: bigint;
  readonly descriptionHash: string;
  readonly previousLink: string;
}

/** @throws RuleError MARKET_FIELD_INVALID for a record that no order book has accepted */
export function marketRecordOf(decoded: DecodedRecord): MarketRecord {
  const { owner, marketMin, marketMax, tickValue, closesAt, settleBy, fallbackOutcome } = decoded;
  return marketRecord({
    marketRootId: Number(decoded.marketRootId),
    marketBranchId: Number(decoded.marketBranchId),
    parentBranchId: Number(decoded.parentBranchId),
    owner,
    marketMin,
    marketMax,
    kind: Number(decoded.kind),
    outcomes: Number(decoded.outcomes),
    tickValue,
    closesAt,
    settleBy,
    fallbackOutcome,
    descriptionHash: decoded.descriptionHash,
    previousLink: decoded.previousLink,
  });
}

import type { Signer } from "ethers";

import {
  type PackageFields,
  type SignedPackage,
  tradePackage,
  type TradePackage,
} from "../protocol/signing/package.js";
import { type BookDomain, type Hash, TRADE_PACKAGE_TYPES } from "../protocol/signing/typed-data.js";
import { asClientError } from "./errors.js";

export { type SignedPackage, TimeInForce } from "../protocol/signing/package.js"; // part of this client's own vocabulary

/** A package with its name. */
export interface NamedPackage {
  /** Of the primary trade. */
  readonly link: Hash;
  readonly signed: SignedPackage;
}

/**
 * Has a package signed, for one book on one chain.
 * @throws RuleError PACKAGE_FIELD_INVALID before the wallet is asked; ClientError Client_Declined if its user says no
 */
export async function signPackage(domain: BookDomain, signer: Signer, fields: PackageFields): Promise<SignedPackage> {
  const order = tradePackage(fields);
  try {
    return { package: order, signature: await signer.signTypedData(domain, TRADE_PACKAGE_TYPES, order) };
  } catch (error) {
    throw asClientError(error);
  }
}

/** A package as ethers decodes it from a log. */
export interface DecodedPackage {
  readonly marketRootId: bigint;
  readonly marketBranchId: bigint;
  readonly trader: string;
  readonly priceTicks: bigint;
  readonly quantityLots: bigint;
  readonly previousLink: string;
  readonly nonce: bigint;
  readonly deadline: bigint;
  readonly timeInForce: bigint;
}

/** @throws RuleError PACKAGE_FIELD_INVALID for a package that no order book has accepted */
export function packageOf(decoded: DecodedPackage): TradePackage {
  const { trader, priceTicks, quantityLots, previousLink, nonce, deadline } = decoded;
  return tradePackage({
    marketRootId: Number(decoded.marketRootId),
    marketBranchId: Number(decoded.marketBranchId),
    trader,
    priceTicks,
    quantityLots,
    previousLink,
    nonce,
    deadline,
    timeInForce: Number(decoded.timeInForce),
  });
}

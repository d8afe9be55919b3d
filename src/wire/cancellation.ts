/** Asking a relay to give a package back that it has not sent yet. */
import { type Signer, TypedDataEncoder } from "ethers";

import type { BookDomain, Hash } from "../protocol/signing/typed-data.js";
import { asClientError } from "../bindings/errors.js";

/** What is signed: nothing that the order book could ever take for an order. Mutable, because ethers asks for it. */
export const CANCEL_TYPES: Record<"CancelPackage", { name: string; type: string }[]> = {
  CancelPackage: [{ name: "link", type: "bytes32" }],
};

export function cancelDigest(domain: BookDomain, link: Hash): Hash {
  return TypedDataEncoder.hash(domain, CANCEL_TYPES, { link });
}

/** @param link of the package that is to be given back @throws ClientError Client_Declined if the wallet's user says no */
export async function signCancellation(domain: BookDomain, signer: Signer, link: Hash): Promise<string> {
  try {
    return await signer.signTypedData(domain, CANCEL_TYPES, { link });
  } catch (error) {
    throw asClientError(error);
  }
}

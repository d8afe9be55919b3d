/** What is signed to have a relay give a package back that it has not sent yet. */
import { TypedDataEncoder } from "ethers";

import type { BookDomain, Hash } from "../protocol/signing/typed-data.js";

/** Nothing that the order book could ever take for an order. Mutable, because ethers asks for it. */
export const CANCEL_TYPES: Record<"CancelPackage", { name: string; type: string }[]> = {
  CancelPackage: [{ name: "link", type: "bytes32" }],
};

export function cancelDigest(domain: BookDomain, link: Hash): Hash {
  return TypedDataEncoder.hash(domain, CANCEL_TYPES, { link });
}

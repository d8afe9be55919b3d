/** What is signed to have a relay give a package back that it has not sent yet. */
import { TypedDataEncoder } from "ethers";

import type { BookDomain, Hash } from "../protocol/signing/typed-data.js";
import { CANCEL_TYPES } from "./signed-types.js";

export function cancelDigest(domain: BookDomain, link: Hash): Hash {
  return TypedDataEncoder.hash(domain, CANCEL_TYPES, { link });
}

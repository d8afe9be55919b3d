/** Asking a relay to give a package back that it has not sent yet. */
import type { Signer } from "ethers";

import { asClientError } from "../../bindings/errors.js";
import type { BookDomain, Hash } from "../../protocol/signing/typed-data.js";
import { CANCEL_TYPES } from "../../wire/cancellation.js";

/** @param link of the package that is to be given back @throws ClientError Client_Declined if the wallet's user says no */
export async function signCancellation(domain: BookDomain, signer: Signer, link: Hash): Promise<string> {
  try {
    return await signer.signTypedData(domain, CANCEL_TYPES, { link });
  } catch (error) {
    throw asClientError(error);
  }
}

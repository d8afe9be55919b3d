/** ERC-2612 permits, signed by hand. */
import { Signature, type TypedDataDomain } from "ethers";

import type { LegToken, Session } from "../../../typechain-types/index.js";
import type { TypedDataSigner } from "../../../stage/contracts/orders.js";

export const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

export async function permitDomain(token: Session | LegToken): Promise<TypedDataDomain> {
  const { name, version, chainId, verifyingContract } = await token.eip712Domain();
  return { name, version, chainId, verifyingContract };
}

export async function signPermit(
  token: Session | LegToken,
  owner: TypedDataSigner,
  permit: { readonly spender: string; readonly value: bigint; readonly deadline: bigint; readonly nonce?: bigint },
): Promise<Signature> {
  const nonce = permit.nonce ?? (await token.nonces(owner.address));
  const value = { owner: owner.address, ...permit, nonce };
  return Signature.from(await owner.signTypedData(await permitDomain(token), PERMIT_TYPES, value));
}

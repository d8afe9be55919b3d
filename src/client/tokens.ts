import { type ContractRunner, type ContractTransaction, isError, type Provider, Signature, type Signer } from "ethers";

import { type CloneToken, CloneToken__factory } from "../../typechain-types/index.js";
import { asClientError, ClientError } from "../bindings/errors.js";
import { read, transact } from "../bindings/transact.js";

/** What every ERC-20 has: our own token's type, cut to the standard. */
export type Erc20 = Pick<CloneToken, "allowance" | "approve" | "balanceOf" | "getAddress">;

/** An ERC-2612 permit as contracts take it. */
export interface Permit {
  readonly deadline: bigint;
  readonly v: number;
  readonly r: string;
  readonly s: string;
}

const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

/** A permit goes out with the very next transaction; should that fail, it is void before long. */
const PERMIT_SECONDS = 3_600n;

/** EIP-7702: an account whose key delegates to code. It still signs with its key. */
const DELEGATION_PREFIX = "0xef0100";

export function erc20At(address: string, runner: ContractRunner): Erc20 {
  return CloneToken__factory.connect(address, runner);
}

/**
 * What makes an allowance exactly so much: none if it is. Some tokens refuse to change one allowance into another: those go
 * through zero.
 */
export async function approvals(
  asset: Erc20,
  owner: string,
  spender: string,
  amount: bigint,
): Promise<ContractTransaction[]> {
  const allowance = await read(asset.allowance(owner, spender));
  if (allowance === amount) return [];
  const amounts = allowance > 0n ? [0n, amount] : [amount];
  return Promise.all(amounts.map((next) => asset.approve.populateTransaction(spender, next)));
}

/** Sends them. */
export async function approveExactly(
  asset: Erc20,
  signer: Signer,
  owner: string,
  spender: string,
  amount: bigint,
): Promise<void> {
  for (const call of await approvals(asset, owner, spender, amount)) await transact(signer, Promise.resolve(call));
}

/**
 * Signs a permit of `value` wei of one of our tokens (session token or leg) for `spender`.
 * @returns undefined if the owner is a contract or its wallet cannot sign typed data: approve instead
 * @throws ClientError Client_Declined if the wallet's user says no; Client_NoProvider
 */
export async function signPermit(
  tokenAddress: string,
  owner: Signer & { readonly address: string },
  spender: string,
  value: bigint,
): Promise<Permit | undefined> {
  if (owner.provider === null) throw new ClientError("Client_NoProvider");
  if (!(await hasKey(owner.provider, owner.address))) return undefined;
  const token = CloneToken__factory.connect(tokenAddress, owner);
  const [domain, nonce, block] = await read(
    Promise.all([token.eip712Domain(), token.nonces(owner.address), owner.provider.getBlock("latest")]),
  );
  const { name, version, chainId, verifyingContract } = domain;
  const deadline = BigInt(block?.timestamp ?? 0) + PERMIT_SECONDS;
  try {
    const signature = await owner.signTypedData({ name, version, chainId, verifyingContract }, PERMIT_TYPES, {
      owner: owner.address,
      spender,
      value,
      nonce,
      deadline,
    });
    const { v, r, s } = Signature.from(signature);
    return { deadline, v, r, s };
  } catch (error) {
    if (isError(error, "UNSUPPORTED_OPERATION")) return undefined;
    throw asClientError(error);
  }
}

async function hasKey(provider: Provider, address: string): Promise<boolean> {
  const code = await read(provider.getCode(address));
  return code === "0x" || code.toLowerCase().startsWith(DELEGATION_PREFIX);
}

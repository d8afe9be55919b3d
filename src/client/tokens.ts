import {
  type ContractRunner,
  type ContractTransaction,
  getAddress,
  isError,
  type Provider,
  Signature,
  type Signer,
  type TransactionReceipt,
} from "ethers";

import { type CloneToken, CloneToken__factory } from "../../typechain-types/index.js";
import { asClientError, ClientError } from "../bindings/errors.js";
import { newestTime } from "../bindings/lacking.js";
import { read, transact } from "../bindings/transact.js";
import { NodeError } from "../node/errors.js";

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

/** What a contract takes from who calls it. */
export interface Payment {
  readonly token: string;
  readonly spender: string;
  /** Smallest units, exactly. */
  readonly amount: bigint;
}

/**
 * Approves exactly so much, and calls who takes it. Nothing is approved to a contract that refuses the call already now.
 * @throws ClientError ERC20InsufficientBalance, or the contract's refusal, before anything is sent
 */
export async function pay(
  signer: Signer,
  { token, spender, amount }: Payment,
  call: () => Promise<ContractTransaction>,
): Promise<TransactionReceipt> {
  const [owner, asset] = [await signer.getAddress(), erc20At(token, signer)];
  const balance = await read(asset.balanceOf(owner));
  if (balance < amount) throw new ClientError("ERC20InsufficientBalance", { sender: owner, balance, needed: amount });
  const calls = await approvals(asset, owner, spender, amount);
  if (calls.length > 0) await requireWilling(signer, call());
  for (const one of calls) await transact(signer, Promise.resolve(one));
  return transact(signer, call());
}

/** Refusals of our own contracts: they look at the call before they take anything. What a token says is about the allowance, as far as known. */
const OWN = /^(Sale|Window|UmaSettler|Settler|Maker|Roller|FeeVault|MinCapital|Gate|Book|Receiver)_/;

/** Tries a call for which something is still to be approved. @throws ClientError why the contract would refuse it all the same; NodeError */
export async function requireWilling(signer: Signer, call: Promise<ContractTransaction>): Promise<void> {
  try {
    await read(signer.estimateGas(await call));
  } catch (error) {
    if (!(error instanceof ClientError) || OWN.test(error.code)) throw error;
  }
}

/**
 * Signs a permit of `value` smallest units of a token for `spender`. Its domain is the token's to tell (ERC-5267), but it must name the token itself, on
 * this chain: what a hostile one has signed may be a permit of another token.
 * @param until Unix seconds; by default an hour after the newest block
 * @returns undefined if the token tells no domain of its own, the owner is a contract, or its wallet cannot sign typed data: approve instead
 * @throws ClientError Client_Declined if the wallet's user says no; Client_NoProvider
 */
export async function signPermit(
  tokenAddress: string,
  owner: Signer,
  spender: string,
  value: bigint,
  until?: bigint,
): Promise<Permit | undefined> {
  const { provider } = owner;
  if (provider === null) throw new ClientError("Client_NoProvider");
  const address = await owner.getAddress();
  if (!(await hasKey(provider, address))) return undefined;
  const token = CloneToken__factory.connect(tokenAddress, owner);
  const told = await answered(Promise.all([token.eip712Domain(), token.nonces(address)]));
  if (told === undefined) return undefined;
  const [{ name, version, chainId, verifyingContract }, nonce] = told;
  const [network, now] = await Promise.all([read(provider.getNetwork()), newestTime(provider)]);
  if (verifyingContract !== getAddress(tokenAddress) || chainId !== network.chainId) return undefined;
  const deadline = until ?? BigInt(now) + PERMIT_SECONDS;
  try {
    const signature = await owner.signTypedData({ name, version, chainId, verifyingContract }, PERMIT_TYPES, {
      owner: address,
      spender,
      value,
      nonce,
      deadline,
    });
    const { v, r, s } = Signature.from(signature);
    return { deadline, v, r, s };
  } catch (error) {
    const told = asClientError(error);
    if (isError(error, "UNSUPPORTED_OPERATION") || (told instanceof NodeError && hasNoSuchMethod(told)))
      return undefined;
    throw told;
  }
}

/** Of EIP-1193 and of JSON-RPC. */
const NO_SUCH_METHOD: ReadonlySet<unknown> = new Set([4_200, -32_601]);

function hasNoSuchMethod({ values }: NodeError): boolean {
  return NO_SUCH_METHOD.has(values.rpc);
}

/** What a contract answers; undefined if it has no such function. A node that fails says nothing of it. */
export async function answered<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await read(call);
  } catch (error) {
    if (error instanceof ClientError) return undefined;
    throw error;
  }
}

async function hasKey(provider: Provider, address: string): Promise<boolean> {
  const code = await read(provider.getCode(address));
  return code === "0x" || code.toLowerCase().startsWith(DELEGATION_PREFIX);
}

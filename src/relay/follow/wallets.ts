/** Contract wallets (ERC-1271): only their own code can say whether a signature is good. */
import { AbiCoder, concat } from "ethers";

import { WALLET_GAS } from "../../protocol/amounts/limits.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { Reverted } from "../../node/errors.js";
import { RelayError } from "../errors.js";
import type { ChainNode } from "../../node/node.js";

/** isValidSignature(bytes32,bytes), which is also the word that says yes. */
const SELECTOR = "0x1626ba7e";
const YES = SELECTOR.padEnd(66, "0");

export interface Wallets {
  /** @throws RelayError RELAY_WALLET_UNREACHABLE if the node cannot be asked */
  approves(wallet: string, digest: Hash, signature: string): Promise<boolean>;
}

/**
 * Where no code is, nobody is asked: a wrong signature of a key costs a node no call. That is remembered until the next block and no
 * longer, for any address may get code in any block: by deployment, or by a delegation of its key (EIP-7702).
 * @param newest hash of the newest block that was followed
 */
export function createWallets(node: Pick<ChainNode, "call" | "hasCode">, newest: () => Hash | undefined): Wallets {
  let bare = new Set<string>();
  let at: Hash | undefined;
  const isBare = async (address: string): Promise<boolean> => {
    const block = newest();
    if (block !== at) [bare, at] = [new Set(), block];
    if (bare.has(address)) return true;
    if (await hasCode(node, address)) return false;
    if (block !== undefined && block === at) bare.add(address);
    return true;
  };
  return {
    approves: async (wallet, digest, signature) =>
      !(await isBare(wallet)) && (await walletApproves(node, wallet, digest, signature)),
  };
}

async function hasCode(node: Pick<ChainNode, "hasCode">, wallet: string): Promise<boolean> {
  try {
    return await node.hasCode(wallet, "latest");
  } catch (error) {
    throw new RelayError("RELAY_WALLET_UNREACHABLE", { wallet }, error);
  }
}

/** @throws RelayError RELAY_WALLET_UNREACHABLE if the node cannot be asked */
export async function walletApproves(
  node: Pick<ChainNode, "call">,
  wallet: string,
  digest: Hash,
  signature: string,
): Promise<boolean> {
  const data = concat([SELECTOR, AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes"], [digest, signature])]);
  try {
    return (await node.call({ to: wallet, data, gas: WALLET_GAS }, "latest")) === YES;
  } catch (error) {
    if (error instanceof Reverted) return false;
    throw new RelayError("RELAY_WALLET_UNREACHABLE", { wallet }, error);
  }
}

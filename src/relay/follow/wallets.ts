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

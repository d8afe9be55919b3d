/**
 * Where a contract comes to lie, whoever deploys it: CREATE2 through the deployer that has the same address on every chain
 * (github.com/Arachnid/deterministic-deployment-proxy). Nobody has a key of it: its one transaction was made by choosing a signature.
 */
import { concat, getCreate2Address, keccak256, ZeroHash } from "ethers";

/** An address as viem types it too. */
export type Address = `0x${string}`;

export const CREATE2_DEPLOYER = {
  address: "0x4e59b44847b379578588920cA78FbF26c0B4956C",
  code: "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3",
  /** Signed for every chain (before EIP-155), from an account that nobody else can use; its gas price is 100 gwei. */
  transaction:
    "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222",
  sender: "0x3fAB184622Dc19b6109349B94811493BF2a45362",
  /** What that account has to have, wei. */
  cost: 10n ** 16n,
} as const;

/** One build gives one address: there is nothing to choose. */
export const SALT = ZeroHash;

/** @param initCode creation code with its constructor's arguments */
export function addressOf(initCode: string): Address {
  return getCreate2Address(CREATE2_DEPLOYER.address, SALT, keccak256(initCode)) as Address; // 0x and 40 hex digits
}

/** What the deployer is called with. */
export function deployerCall(initCode: string): string {
  return concat([SALT, initCode]);
}

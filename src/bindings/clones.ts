/** Minimal clones whose terms stand behind their code (ERC-1167, with arguments), as all contracts of a session are. */
import { concat, dataLength, dataSlice, getAddress, getCreate2Address, keccak256, toBeHex } from "ethers";

import type { Hash } from "../protocol/signing/typed-data.js";

const CODE_BEFORE = "0x363d3d373d3d3d363d73"; // up to the address whose code is run
const CODE_AFTER = "0x5af43d82803e903d91602b57fd5bf3";
const CREATION = "0x3d81600a3d39f3";
/** Bytes before the arguments. */
const CODE_BYTES = 45;
const IMPLEMENTATION_AT = 10;

/** The code of a clone. */
export function cloneCode(implementation: string, args: string): string {
  return concat([CODE_BEFORE, implementation, CODE_AFTER, args]);
}

/** Where the factory makes a clone with that code. */
export function cloneAddress(factory: string, salt: Hash, code: string): string {
  return getCreate2Address(factory, salt, keccak256(concat(["0x61", toBeHex(dataLength(code), 2), CREATION, code])));
}

/** A clone taken apart; undefined if the code is none. */
export function readClone(code: string): { readonly implementation: string; readonly args: string } | undefined {
  if (dataLength(code) < CODE_BYTES || !code.startsWith(CODE_BEFORE)) return undefined;
  const implementation = getAddress(dataSlice(code, IMPLEMENTATION_AT, IMPLEMENTATION_AT + 20));
  return { implementation, args: dataSlice(code, CODE_BYTES) };
}

/** Code of settlers as this project's daily build makes it, with the words that a constructor would put into it. */
import { getBytes, hexlify, toBeHex } from "ethers";
import { artifacts } from "hardhat";

import { KNOWN_CODE } from "../../src/bindings/known-code-table.js";

/** @param terms by the names of the contract's immutables; zero for what is left out */
export async function settlerCode(
  name: "UmaSettler" | "ChainlinkSettler",
  terms: Readonly<Record<string, string>>,
): Promise<string> {
  const code = getBytes((await artifacts.readArtifact(name)).deployedBytecode);
  const { blanks } = KNOWN_CODE.find((one) => one.name === name && one.build.endsWith(" default"))!; // as each contract has one
  for (const blank of blanks) {
    const value = blank.is === "term" ? terms[blank.name] : undefined;
    if (value !== undefined) code.set(getBytes(toBeHex(BigInt(value), 32)), blank.at);
  }
  return hexlify(code);
}

/** The key of the account that submits and pays: never from a flag. */
import { readFileSync } from "node:fs";

import { isHexString } from "ethers";

export type Environment = Readonly<Record<string, string | undefined>>;

export const KEY_ENV = "RELAY_PRIVATE_KEY";
export const KEY_FILE_ENV = "RELAY_PRIVATE_KEY_FILE";

/** @param problems gets what is wrong with it */
export function readKey(environment: Environment, problems: string[]): string {
  const file = environment[KEY_FILE_ENV];
  const key = environment[KEY_ENV] ?? (file === undefined ? undefined : readFile(file, problems));
  if (key === undefined) {
    if (file === undefined) problems.push(`${KEY_ENV} or ${KEY_FILE_ENV} is missing: the key that submits and pays`);
    return "";
  }
  const hex = key.trim().startsWith("0x") ? key.trim() : `0x${key.trim()}`;
  if (!isHexString(hex, 32)) problems.push(`the key in ${KEY_ENV} or ${KEY_FILE_ENV} is not 32 bytes of hex`);
  return hex;
}

function readFile(path: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    problems.push(`${KEY_FILE_ENV} names a file that cannot be read: ${path}`);
    return undefined;
  }
}

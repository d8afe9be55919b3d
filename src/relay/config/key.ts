/** Keys of the relay, never from a flag: of the account that submits and pays, and of who signs its receipts. */
import { readFileSync } from "node:fs";

import { isHexString } from "ethers";

export type Environment = Readonly<Record<string, string | undefined>>;

export const KEY_ENV = "RELAY_PRIVATE_KEY";
export const KEY_FILE_ENV = "RELAY_PRIVATE_KEY_FILE";

export const RECEIPT_KEY_ENV = "RELAY_RECEIPT_KEY";
export const RECEIPT_KEY_FILE_ENV = "RELAY_RECEIPT_KEY_FILE";

/** @param problems gets what is wrong with it */
export function readKey(environment: Environment, problems: string[]): string {
  const key = keyIn(environment, { name: KEY_ENV, file: KEY_FILE_ENV }, problems);
  if (key === undefined && environment[KEY_FILE_ENV] === undefined) {
    problems.push(`${KEY_ENV} or ${KEY_FILE_ENV} is missing: the key that submits and pays`);
  }
  return key ?? "";
}

/** @returns undefined if there is none: then no receipts are signed @param problems gets what is wrong with it */
export function readReceiptKey(environment: Environment, problems: string[]): string | undefined {
  return keyIn(environment, { name: RECEIPT_KEY_ENV, file: RECEIPT_KEY_FILE_ENV }, problems);
}

/** The variables that a key, or the path of its file, is in. */
interface Named {
  readonly name: string;
  readonly file: string;
}

/** @returns undefined if there is none, or its file cannot be read */
function keyIn(environment: Environment, named: Named, problems: string[]): string | undefined {
  const path = environment[named.file];
  const key = environment[named.name] ?? (path === undefined ? undefined : readFile(path, named, problems));
  if (key === undefined) return undefined;
  const hex = key.trim().startsWith("0x") ? key.trim() : `0x${key.trim()}`;
  if (!isHexString(hex, 32)) problems.push(`the key in ${named.name} or ${named.file} is not 32 bytes of hex`);
  return hex;
}

function readFile(path: string, { file }: Named, problems: string[]): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    problems.push(`${file} names a file that cannot be read: ${path}`);
    return undefined;
  }
}

/** Keys of the relay, never from a flag: of the accounts that submit and pay, and of who signs its receipts. */
import { readFileSync } from "node:fs";

import { isHexString } from "ethers";

export type Environment = Readonly<Record<string, string | undefined>>;

export const KEY_ENV = "RELAY_PRIVATE_KEY";
export const KEY_FILE_ENV = "RELAY_PRIVATE_KEY_FILE";

export const RECEIPT_KEY_ENV = "RELAY_RECEIPT_KEY";
export const RECEIPT_KEY_FILE_ENV = "RELAY_RECEIPT_KEY_FILE";

/** @returns each once, in the order given @param problems gets what is wrong with them */
export function readKeys(environment: Environment, problems: string[]): string[] {
  const named = { name: KEY_ENV, file: KEY_FILE_ENV };
  const text = textIn(environment, named, problems);
  if (text === undefined) {
    if (environment[KEY_FILE_ENV] === undefined) {
      problems.push(`${KEY_ENV} or ${KEY_FILE_ENV} is missing: the key that submits and pays`);
    }
    return [];
  }
  const keys = text.split(/[\s,]+/).filter((key) => key !== "");
  return [...new Set((keys.length === 0 ? [text] : keys).map((key) => keyOf(key, named, problems)))];
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
  const text = textIn(environment, named, problems);
  return text === undefined ? undefined : keyOf(text, named, problems);
}

function textIn(environment: Environment, named: Named, problems: string[]): string | undefined {
  const path = environment[named.file];
  return environment[named.name] ?? (path === undefined ? undefined : readFile(path, named, problems));
}

/** The key itself is never told. */
function keyOf(text: string, { name, file }: Named, problems: string[]): string {
  const hex = text.trim().startsWith("0x") ? text.trim() : `0x${text.trim()}`;
  if (!isHexString(hex, 32)) problems.push(`the key in ${name} or ${file} is not 32 bytes of hex`);
  return hex.toLowerCase();
}

function readFile(path: string, { file }: Named, problems: string[]): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    problems.push(`${file} names a file that cannot be read: ${path}`);
    return undefined;
  }
}

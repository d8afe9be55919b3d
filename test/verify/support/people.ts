/** People with keys of their own, the same in every run. */
import { computeAddress, getAddress, id, SigningKey } from "ethers";

export interface Person {
  readonly address: string;
  readonly key: SigningKey;
}

export function person(name: string): Person {
  const key = new SigningKey(id(name));
  return { key, address: computeAddress(key) };
}

export const ORGANISER = person("organiser");
export const ALICE = person("alice");
export const BOB = person("bob");
export const CAROL = person("carol");
/** Who has no part in anything. */
export const STRANGER = person("stranger");
/** A contract that trades: no key signs for it. */
export const WALLET: Person = { address: addressOf("wallet"), key: new SigningKey(id("key of the wallet")) };

/** An address that nobody has the key of. */
export function addressOf(name: string): string {
  return getAddress(id(name).slice(0, 42));
}

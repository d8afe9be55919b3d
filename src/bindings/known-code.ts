/**
 * Whether a contract on a chain runs this project's code, by the hash of its code. What a constructor has put into the code
 * (immutables) is blanked before it is hashed, and told apart: the contract's own address, fixed texts, and whose code it uses.
 */
import { dataLength, dataSlice, getAddress, keccak256, zeroPadValue } from "ethers";

import { KNOWN_CODE } from "./known-code-table.js";

/** What stands in a blank: the contract's own address, another contract's, a term that it was made with, or always the same word. */
export type Blank =
  | { readonly at: number; readonly is: "self" }
  | { readonly at: number; readonly is: "contract"; readonly name: KnownName }
  | { readonly at: number; readonly is: "term"; readonly name: string }
  | { readonly at: number; readonly is: "word"; readonly value: string };

export type KnownName =
  | "Session"
  | "LegToken"
  | "OrderBook"
  | "OrderBookAccounts"
  | "OrderBookViews"
  | "OrderBookMarkets"
  | "SessionFactory"
  | "LmsrMaker"
  | "LmsrMakerFactory"
  | "SetRouter"
  | "UmaSettler"
  | "ChainlinkSettler";

/** A contract as a build of this project has made it. */
export interface KnownCode {
  readonly name: KnownName;
  /** Version of the package, and settings of the compiler. */
  readonly build: string;
  /** Length of the code. */
  readonly bytes: number;
  /** keccak-256 of the code with zeros in its blanks. */
  readonly hash: string;
  /** By place, in bytes from the code's beginning; 32 bytes each. */
  readonly blanks: readonly Blank[];
}

/** A contract that runs known code, the contracts that its code names, and the words that it was made with. */
export interface Recognised {
  readonly build: string;
  readonly uses: Readonly<Partial<Record<KnownName, string>>>;
  /** By the names that they have in the contract. Whether its constructor would have put them there is not looked at here. */
  readonly terms: Readonly<Record<string, string>>;
}

const WORD = 32;

/**
 * @param address where the code is
 * @param code as a node gives it, 0x-hex
 * @returns undefined if no build that is known has made it under that name
 */
export function recognise(name: KnownName, address: string, code: string): Recognised | undefined {
  for (const known of KNOWN_CODE) {
    if (known.name !== name || known.bytes !== dataLength(code)) continue;
    const found = blanked(known, code) === known.hash ? foundIn(known, address, code) : undefined;
    if (found !== undefined) return { build: known.build, ...found };
  }
  return undefined;
}

/** What is hashed. */
export function blanked({ blanks }: Pick<KnownCode, "blanks">, code: string): string {
  const digits = code.slice(2).split("");
  for (const { at } of blanks) digits.fill("0", at * 2, (at + WORD) * 2);
  return keccak256(`0x${digits.join("")}`);
}

/** @returns undefined if a blank holds what no constructor of ours puts there */
function foundIn({ blanks }: KnownCode, address: string, code: string): Omit<Recognised, "build"> | undefined {
  const uses: Partial<Record<KnownName, string>> = {};
  const terms: Record<string, string> = {};
  for (const blank of blanks) {
    const word = dataSlice(code, blank.at, blank.at + WORD);
    if (blank.is === "contract") {
      const named = addressIn(word);
      if (named === undefined || (uses[blank.name] ?? named) !== named) return undefined;
      uses[blank.name] = named;
    } else if (blank.is === "term") {
      if ((terms[blank.name] ?? word) !== word) return undefined;
      terms[blank.name] = word;
    } else if (word !== (blank.is === "self" ? zeroPadValue(address, WORD).toLowerCase() : blank.value)) {
      return undefined;
    }
  }
  return { uses, terms };
}

function addressIn(word: string): string | undefined {
  return word.startsWith(`0x${"00".repeat(12)}`) ? getAddress(dataSlice(word, 12)) : undefined;
}

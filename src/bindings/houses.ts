/**
 * Which contract trades in a book: one of this project's houses, by its code and by where it lies. What a contract says of itself is not
 * asked. Code never changes, so what was found once stays so.
 */
import { AbiCoder, dataLength, getAddress, toBeHex, ZeroHash } from "ethers";

import { MAX_LOTS, MAX_RUNGS } from "../protocol/amounts/limits.js";
import type { BookTerms } from "../protocol/book/terms.js";
import { cloneAddress, readClone } from "./clones.js";
import { recognise } from "./known-code.js";

/** An automated maker, or a router of complete sets. */
export type House = "maker" | "set";

/** @throws whatever whoever asks for code throws */
export type HouseAt = (address: string) => Promise<House | undefined>;

/** What a node says is at an address, 0x-hex. */
export type CodeAt = (address: string) => Promise<string>;

/** What the code of a book's houses follows from. */
export type HouseTerms = Pick<BookTerms, "domain" | "session" | "assets" | "basketScale" | "maxLots" | "maxOpenOrders">;

/** Addresses that are remembered; each had to sign an order within its own call to be asked about. */
const MOST_REMEMBERED = 10_000;
/** A maker's terms behind the code of a clone. */
const MAKER_BYTES = 0xe0;

/** @param codeAt asked once for each address that has code */
export function createHouses(codeAt: CodeAt, terms: HouseTerms): HouseAt {
  const known = new Map<string, House | undefined>();
  return async (address) => {
    if (known.has(address)) return known.get(address);
    const code = await codeAt(address);
    const house = await houseOf(codeAt, terms, getAddress(address), code);
    // Where there is none the contract is gone again, or the node has not come as far: it is asked again.
    if (code !== "0x" && known.size < MOST_REMEMBERED) known.set(address, house);
    return house;
  };
}

/** What kind of house a contract is by its code, of whatever book. */
export async function houseKindAt(codeAt: CodeAt, address: string): Promise<House | undefined> {
  const code = await codeAt(address);
  if (recognise("SetRouter", getAddress(address), code) !== undefined) return "set";
  const clone = readClone(code);
  if (clone === undefined || dataLength(clone.args) !== MAKER_BYTES) return undefined;
  const { implementation } = clone;
  return recognise("LmsrMaker", implementation, await codeAt(implementation)) === undefined ? undefined : "maker";
}

async function houseOf(codeAt: CodeAt, terms: HouseTerms, address: string, code: string): Promise<House | undefined> {
  if (isRouter(terms, address, code)) return "set";
  return (await isMaker(codeAt, terms, address, code)) ? "maker" : undefined;
}

/** A router's code, with what its constructor makes of this book. */
function isRouter(terms: HouseTerms, address: string, code: string): boolean {
  const { domain, session, assets, basketScale, maxLots, maxOpenOrders } = terms;
  const found = recognise("SetRouter", address, code)?.terms;
  if (found === undefined) return false;
  const expected = {
    BOOK: BigInt(domain.verifyingContract),
    SESSION: BigInt(session),
    LIMIT: maxLots === 0n || maxLots > MAX_LOTS ? MAX_LOTS : maxLots,
    ASSETS: BigInt(assets),
    SCALE: basketScale,
    RUNGS: BigInt(Math.min(maxOpenOrders, MAX_RUNGS)),
  };
  return Object.entries(expected).every(([name, value]) => found[name] === toBeHex(value, 32));
}

/**
 * A clone of a maker's code, for this book, where its factory puts it. Code and factory name each other, so whoever deployed them,
 * nothing but the factory has told the maker which root it is for.
 */
async function isMaker(codeAt: CodeAt, { domain }: HouseTerms, address: string, code: string): Promise<boolean> {
  const clone = readClone(code);
  if (clone === undefined || dataLength(clone.args) !== MAKER_BYTES) return false;
  const { implementation, args } = clone;
  const [book] = AbiCoder.defaultAbiCoder().decode(["uint256"], args) as unknown as [bigint]; // its type
  if (book !== BigInt(domain.verifyingContract)) return false;
  const factory = recognise("LmsrMaker", implementation, await codeAt(implementation))?.uses.LmsrMakerFactory;
  if (factory === undefined || cloneAddress(factory, ZeroHash, code) !== address) return false;
  const made = recognise("LmsrMakerFactory", factory, await codeAt(factory));
  return made?.uses.LmsrMaker === implementation;
}

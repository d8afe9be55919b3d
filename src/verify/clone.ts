/**
 * The contracts of a session are minimal clones whose terms stand behind their code, at addresses that follow from that code,
 * the factory and a salt (R8). So an address proves the terms: other terms have other addresses.
 */
import { AbiCoder, keccak256 } from "ethers";

import { cloneCode } from "../bindings/clones.js";
import { ticks, tokenWei, assetUnits } from "../protocol/amounts/units.js";
import { reserveShiftOf } from "../protocol/book/reserve.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import type { LoggedTerms, LogHeader } from "./log-header.js";

const abi = AbiCoder.defaultAbiCoder();
const SESSION_TERMS =
  "tuple(address factory,address organiser,uint256 supply,uint40 t1,uint40 t2,string name,string symbol,address[] assets,uint128[] quantities)";
const BOOK_TERMS =
  "tuple(address session,address policy,address marketCreator,uint40 t1,uint40 t2,uint40 settleLimit,uint16 chainWindow,uint16 maxOpenOrders,uint64 maxLots,uint8 assetCount,int32 basketScale,uint64 basketTickValue,uint8 reserveShift)";

/** One contract of a session: where it is, and the code that must be there. */
export interface CloneSpec {
  readonly what: string;
  readonly address: string;
  readonly code: string;
}

/** The vault, the book and the legs, as the header has them. */
export function clonesOf(header: LogHeader): CloneSpec[] {
  const { clones, session, book, legs } = header;
  return [
    { what: "session", address: session, code: cloneCode(clones.session, sessionArguments(header)) },
    { what: "book", address: book, code: cloneCode(clones.orderBook, bookArguments(header)) },
    ...legs.map((leg, k) => ({
      what: `leg ${k + 1}`,
      address: leg,
      code: cloneCode(clones.legToken, abi.encode(["address", "uint256"], [session, k + 1])),
    })),
  ];
}

/** What the factory salts addresses with: the caller's own salt, so that nobody can take another's address. */
export function factorySalt(caller: string, salt: Hash): Hash {
  return keccak256(abi.encode(["address", "bytes32"], [caller, salt]));
}

/** Who made a session and by which terms, from the code of its vault and its book. @throws whatever ethers says of other code */
export function readTerms(
  vaultArguments: string,
  bookArguments: string,
): Pick<LogHeader, "factory" | "organiser" | "terms"> {
  // The types are those of the tuples above, as ethers decodes them.
  const vault = abi.decode([SESSION_TERMS], vaultArguments)[0] as unknown as DecodedVault;
  const book = abi.decode([BOOK_TERMS], bookArguments)[0] as unknown as DecodedBook;
  const terms: LoggedTerms = {
    name: vault.name,
    symbol: vault.symbol,
    assets: [...vault.assets],
    quantities: vault.quantities.map(assetUnits),
    supply: tokenWei(vault.supply),
    t1: vault.t1,
    t2: vault.t2,
    policy: book.policy,
    marketCreator: book.marketCreator,
    settleLimit: book.settleLimit,
    chainWindow: Number(book.chainWindow),
    maxOpenOrders: Number(book.maxOpenOrders),
    maxLots: book.maxLots,
    basketScale: ticks(book.basketScale),
    basketTickValue: tokenWei(book.basketTickValue),
  };
  return { factory: vault.factory, organiser: vault.organiser, terms };
}

type DecodedVault = Readonly<
  Record<"factory" | "organiser" | "name" | "symbol", string> & Record<"supply" | "t1" | "t2", bigint>
> & { readonly assets: readonly string[]; readonly quantities: readonly bigint[] };
type DecodedBook = Readonly<
  Record<"policy" | "marketCreator", string> &
    Record<"settleLimit" | "chainWindow" | "maxOpenOrders" | "maxLots" | "basketScale" | "basketTickValue", bigint>
>;

function sessionArguments({ factory, organiser, terms }: LogHeader): string {
  return abi.encode([SESSION_TERMS], [{ ...terms, factory, organiser }]);
}

function bookArguments({ session, terms }: LogHeader): string {
  return abi.encode(
    [BOOK_TERMS],
    [{ ...terms, session, assetCount: terms.assets.length, reserveShift: reserveShiftOf(terms.supply) }],
  );
}

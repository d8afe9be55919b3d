/** The header of a session that no chain has seen: its addresses follow from its terms, as the factory makes them. */
import { id, ZeroAddress } from "ethers";

import { assetUnits, ticks, tokenWei } from "../../../src/protocol/amounts/units.js";
import { cloneAddress } from "../../../src/bindings/clones.js";
import { clonesOf, factorySalt } from "../../../src/verify/clone.js";
import type { LoggedTerms, LogHeader } from "../../../src/verify/log-header.js";
import { addressOf, ORGANISER } from "./people.js";

export const ONE = 10n ** 18n;
/** N, wei. */
export const SUPPLY = 1_000n * ONE;
/** Wei that a lot of a leg is worth at weight 1. */
export const LOT = ONE / 1_000n;
export const SCALE = 10_000n;
export const T1 = 2_000_000_000n;
export const T2 = T1 + 10_000n;
export const SETTLE_LIMIT = T2 + 5_000n;
export const FIRST_BLOCK = 100;

const TERMS: LoggedTerms = {
  name: "Test Session",
  symbol: "TS",
  assets: [addressOf("asset 1"), addressOf("asset 2")],
  quantities: [assetUnits(100n * ONE), assetUnits(7_000_000n)],
  supply: tokenWei(SUPPLY),
  t1: T1,
  t2: T2,
  policy: ZeroAddress,
  marketCreator: ORGANISER.address,
  settleLimit: SETTLE_LIMIT,
  chainWindow: 8,
  maxOpenOrders: 4,
  maxLots: 0n,
  basketScale: ticks(SCALE),
  basketTickValue: tokenWei(LOT / SCALE),
};

/** Terms of as many assets as are asked for. */
export function basketOf(assets: number): Pick<LoggedTerms, "assets" | "quantities"> {
  const numbers = Array.from({ length: assets }, (_, k) => k + 1);
  return {
    assets: numbers.map((k) => addressOf(`asset ${k}`)),
    quantities: numbers.map((k) => assetUnits(BigInt(k) * ONE)),
  };
}

/** @param changes to the usual terms: two assets, and the organiser makes the markets */
export function makeHeader(changes: Partial<LoggedTerms> = {}, salt = id("salt")): LogHeader {
  const terms = { ...TERMS, ...changes };
  const organiser = ORGANISER.address;
  const header: LogHeader = {
    chainId: 31_337n,
    session: ZeroAddress,
    book: ZeroAddress,
    legs: terms.assets.map(() => ZeroAddress),
    factory: addressOf("factory"),
    organiser,
    terms,
    clones: {
      salt: factorySalt(organiser, salt),
      session: addressOf("code of vaults"),
      legToken: addressOf("code of legs"),
      orderBook: addressOf("code of books"),
    },
    fromBlock: FIRST_BLOCK,
    toBlock: FIRST_BLOCK + 10_000,
  };
  return withAddresses(header);
}

/** The header with the addresses that follow from the rest of it. */
export function withAddresses(header: LogHeader): LogHeader {
  const { salt } = header.clones;
  if (salt === undefined) return header;
  const addressesOf = (draft: LogHeader): string[] =>
    clonesOf(draft).map(({ code }) => cloneAddress(draft.factory, salt, code));
  const [session = ""] = addressesOf(header); // the vault's address is in the code of the others
  const [, book = "", ...legs] = addressesOf({ ...header, session });
  return { ...header, session, book, legs };
}

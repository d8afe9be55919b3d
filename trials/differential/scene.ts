/** Who takes part in a history, and by which terms: the same on a chain and without one. */
import { HDNodeWallet, Mnemonic, ZeroAddress } from "ethers";

import { reserveShiftOf } from "../../src/protocol/book/reserve.js";
import type { Ticks, TokenWei } from "../../src/protocol/amounts/units.js";
import type { BookTerms } from "../../src/protocol/book/terms.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import type { Terms } from "./steps.js";

/** Somebody with a key. */
export type Person = HDNodeWallet;

/** What a step is given its meaning from. */
export interface Scene {
  readonly terms: BookTerms;
  readonly supply: bigint;
  /** Traders with keys, then one without a token or an allowance. */
  readonly people: readonly Person[];
  readonly organiser: Person;
  readonly stranger: Person;
  /** A contract wallet, and whose key it heeds. */
  readonly wallet: { readonly address: string; readonly key: Person };
  /** A contract that never approves a signature, each in its own way. */
  readonly hostileWallet: string;
  /** Of the permits of each token, by leg. */
  readonly permitSeparators: readonly string[];
  /** Whom the policy lets in. */
  readonly admitted: ReadonlySet<string>;
}

/** Where the session and what belongs to it are. */
export interface Places {
  readonly book: string;
  readonly session: string;
  readonly policy: string;
  readonly wallet: string;
  readonly hostileWallet: string;
  readonly permitSeparators: readonly string[];
}

const MNEMONIC = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
const CHAIN_ID = 31_337n;
const TRADING_SECONDS = 6_000;
const SECONDS_TO_LIMIT = 2_000;
const PEOPLE = Array.from({ length: 10 }, (_, index) => keyAt(index + 2));
const ORGANISER = keyAt(0);
/** Of the contract wallet. */
export const WALLET_KEY = keyAt(15);
/** The others among the people come uninvited. */
const WELCOME = PEOPLE.slice(0, 7);

/** N: a million lots of the basket, as a rule. */
export function supplyOf({ basketScale, basketTickValue, supplyLots = "1000000" }: Terms): bigint {
  return BigInt(basketScale) * BigInt(basketTickValue) * BigInt(supplyLots);
}

export function timesFrom(t1: number): { readonly t1: number; readonly t2: number; readonly settleLimit: number } {
  const t2 = t1 + TRADING_SECONDS;
  return { t1, t2, settleLimit: t2 + SECONDS_TO_LIMIT };
}

/** A hostile policy lets nobody in for good. */
function admittedBy({ policyManner }: Terms, contracts: readonly string[]): ReadonlySet<string> {
  const welcome = [...WELCOME, ORGANISER].map(({ address }) => address);
  return new Set(policyManner === undefined ? [...welcome, ...contracts] : []);
}

export function sceneOf(terms: Terms, start: number, places: Places): Scene {
  const { t1, t2, settleLimit } = timesFrom(start);
  return {
    terms: {
      assets: terms.assets,
      basketScale: BigInt(terms.basketScale) as Ticks,
      basketTickValue: BigInt(terms.basketTickValue) as TokenWei,
      t1: BigInt(t1),
      t2: BigInt(t2),
      settleLimit: BigInt(settleLimit),
      marketCreator: terms.openMarkets ? ZeroAddress : ORGANISER.address,
      domain: bookDomain(CHAIN_ID, places.book),
      session: places.session,
      policy: places.policy,
      chainWindow: terms.chainWindow,
      maxOpenOrders: terms.maxOpenOrders,
      reserveShift: reserveShiftOf(supplyOf(terms)),
      maxLots: BigInt(terms.maxLots ?? 0),
    },
    supply: supplyOf(terms),
    people: PEOPLE,
    organiser: ORGANISER,
    stranger: PEOPLE.at(-1)!,
    wallet: { address: places.wallet, key: WALLET_KEY },
    hostileWallet: places.hostileWallet,
    permitSeparators: places.permitSeparators,
    admitted: admittedBy(terms, [places.wallet, places.hostileWallet]),
  };
}

function keyAt(index: number): Person {
  return HDNodeWallet.fromMnemonic(MNEMONIC, `m/44'/60'/0'/0/${index}`);
}

/** Calls in the library's book alone: the contract's rules without a chain, thousands a second. */
import { getAddress, toBeHex, ZeroAddress } from "ethers";

import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import { reserveShiftOf } from "../../src/protocol/book/reserve.js";
import type { BookTerms } from "../../src/protocol/book/terms.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import { ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import type { Ground } from "./ground.js";

const addressOf = (number: number): string => getAddress(toBeHex(number, 20));
const OWNER = addressOf(0x0a11);
const FIRST_PERSON = 0xa0000;
const NOW = 1_500n;
const EACH = 10n ** 24n;
/** In the form of a key's, which the library takes for granted: on a chain they are recovered. */
const SIGNATURE = `0x${"5a".repeat(64)}`;

const TERMS: BookTerms = {
  assets: 2,
  basketScale: ticks(10_000n),
  basketTickValue: tokenWei(10n ** 11n),
  t1: 1_000n,
  t2: 2_000n,
  settleLimit: 3_000n,
  marketCreator: OWNER,
  domain: bookDomain(31_337n, addressOf(0xb00)),
  session: addressOf(0x5e5),
  policy: ZeroAddress,
  chainWindow: 64,
  maxOpenOrders: 255,
  reserveShift: reserveShiftOf(1_000n * EACH),
  maxLots: 0n,
};

/** @param people how many trade @param clock when each call is made, Unix seconds from 1 000 to 1 999; always at once by default */
export async function libraryGround(people: number, clock: () => bigint = () => NOW): Promise<Ground> {
  const { hashing } = await fastCrypto();
  return {
    terms: TERMS,
    hashing,
    owner: OWNER,
    people: Array.from({ length: people }, (_, k) => addressOf(FIRST_PERSON + k)),
    each: EACH,
    sign: (order) => Promise.resolve({ package: order, signature: SIGNATURE }),
    send: () => Promise.resolve({ timestamp: clock() }),
    compare: () => Promise.resolve(),
  };
}

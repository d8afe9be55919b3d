/** The terms of a book of examples: two assets, a lot of either of 10^15 wei at most, 1 000 tokens. */
import { getAddress, ZeroAddress } from "ethers";

import { reserveShiftOf } from "../../src/protocol/book/reserve.js";
import type { BookTerms } from "../../src/protocol/book/terms.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import { tick, wei } from "./support.js";

export const BOOK = getAddress(`0x${"0b".repeat(20)}`);
export const SESSION = getAddress(`0x${"5e".repeat(20)}`);
export const BOOK_DOMAIN = bookDomain(31_337n, BOOK);

export function bookTerms(change: Partial<BookTerms> = {}): BookTerms {
  return {
    assets: 2,
    basketScale: tick(10_000),
    basketTickValue: wei(10n ** 11n),
    t1: 1_000n,
    t2: 2_000n,
    settleLimit: 3_000n,
    marketCreator: ZeroAddress,
    domain: BOOK_DOMAIN,
    session: SESSION,
    policy: ZeroAddress,
    chainWindow: 4,
    maxOpenOrders: 255,
    reserveShift: reserveShiftOf(1_000n * 10n ** 18n),
    maxLots: 0n,
    ...change,
  };
}

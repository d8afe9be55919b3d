/** The order books that take the stream. */
import { fastCrypto } from "../../../src/bindings/fast-crypto.js";
import { LimitOrderBook, NodejsOrderBook, type StreamBook } from "./other-books.js";
import { countingHashing, SessionBook } from "./session-book.js";

export interface Contestant {
  readonly id: string;
  readonly what: string;
  readonly make: () => Promise<StreamBook>;
  /** Resting orders beyond which it is not run, because filling it takes minutes. */
  readonly upTo: number;
  /** One that is far slower gets fewer steps. */
  readonly slow: boolean;
}

/** The library without hashing. */
export const ALONE = "alone";

const OTHERS = "no signatures, no collateral, no record";
const OWN = "price-time priority, collateral, nonce, deadline, link";

export const CONTESTANTS: readonly Contestant[] = [
  {
    id: ALONE,
    what: `library: ${OWN}; no hashing`,
    make: () => Promise.resolve(new SessionBook(countingHashing())),
    upTo: Infinity,
    slow: false,
  },
  {
    id: "hashed",
    what: `library: ${OWN}, chain of hashes`,
    make: async () => new SessionBook((await fastCrypto()).hashing),
    upTo: Infinity,
    slow: false,
  },
  {
    id: "nodejs-order-book",
    what: `nodejs-order-book 10.1.1: ${OTHERS}`,
    make: () => Promise.resolve(new NodejsOrderBook()),
    upTo: Infinity,
    slow: false,
  },
  {
    id: "limit-order-book",
    what: `limit-order-book 1.0.1: ${OTHERS}`,
    make: () => Promise.resolve(new LimitOrderBook()),
    upTo: 10_000,
    slow: true,
  },
];

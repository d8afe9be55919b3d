import type { SignedPackage } from "../src/bindings/packages.js";
import type { ChainRecord } from "../src/bindings/records.js";
import type { SessionHandle } from "../src/bindings/session.js";
import type { Submitter } from "../src/client/submitter.js";
import type { Hash } from "../src/protocol/signing/typed-data.js";

/** Steps of matching for each order, and resting orders to pass from a hint to a place, whatever the route. */
export const MAX_MATCHES = 32;
export const MAX_WALK = 128;

/** How signed orders come to the book. */
export interface OrderRoute {
  /** The link to sign next: the book's newest checkpoint after everything that was brought there. */
  readonly link: () => Promise<Hash>;
  /** Brings orders there in the order given, and resolves when each is in the book or refused. */
  readonly bring: (signed: readonly SignedPackage[]) => Promise<Delivery>;
}

/** What came of some orders. */
export interface Delivery {
  /** One for each order. */
  readonly results: readonly OrderResult[];
  /** Gas of each transaction that it took. */
  readonly gas: readonly bigint[];
  /** What the book recorded in them. */
  readonly records: readonly ChainRecord[];
}

export interface OrderResult {
  /** Its place in the chain; undefined if it was refused. */
  readonly tradeRootId: number | undefined;
  /** The code of the refusal; undefined if there was none. */
  readonly refusal: string | undefined;
}

/** Without anybody in between: all orders in one transaction, sent here. */
export function directRoute({ book }: Pick<SessionHandle, "book">, submitter: Submitter): OrderRoute {
  return {
    link: async () => await book.linkToSign({ blockTag: "pending" }),
    async bring(signed) {
      const { gasUsed, records, results } = await submitter.submitBatch(signed);
      return {
        results: results.map((result) => ({
          tradeRootId: result.accepted ? result.tradeRootId : undefined,
          refusal: result.accepted ? undefined : result.refusal.code,
        })),
        gas: [gasUsed],
        records,
      };
    },
  };
}

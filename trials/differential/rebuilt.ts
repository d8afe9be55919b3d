/** The book that follows from the logs of a history must be the one that its calls made. */
import type { Book } from "../../src/protocol/book/book.js";
import { type LoggedEvent, rebuildBook } from "../../src/protocol/book/rebuild.js";
import type { Outside } from "../../src/protocol/book/outside.js";
import { TRUSTING } from "../../src/protocol/book/outside.js";
import { recoverSigner } from "../../src/protocol/signing/signatures.js";
import type { StateDifference } from "./compare.js";
import { plain } from "./plain.js";
import type { Scene } from "./scene.js";

export function compareRebuilt(
  { wallet, terms }: Scene,
  book: Book,
  logged: readonly LoggedEvent[],
): StateDifference[] {
  const outside: Outside = {
    ...TRUSTING,
    signedBy: (signer, digest, signature) => {
      const recovered = recoverSigner(digest, signature);
      if (recovered === signer) return "key";
      return signer === wallet.address && recovered === wallet.key.address ? "wallet" : undefined;
    },
  };
  let rebuilt: Book;
  try {
    rebuilt = rebuildBook(terms, logged, outside);
  } catch (error) {
    const reason = error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error);
    return [{ what: "the logs", contract: "were made", library: reason }];
  }
  const [made, again] = [pictureOf(book), pictureOf(rebuilt)];
  return Object.keys(made).flatMap((what) => {
    const [contract, library] = [plain(made[what]), plain(again[what])];
    const isSame = JSON.stringify(contract) === JSON.stringify(library);
    return isSame ? [] : [{ what: `${what}, rebuilt from the logs`, contract, library }];
  });
}

/** All but reserves and crossed flags, to which the logs do not commit. */
function pictureOf({ state }: Book): Readonly<Record<string, unknown>> {
  const { table } = state.markets;
  const traders = [...state.traders.all()];
  const roots = [...table.roots.values()];
  return {
    chain: state.chain.state,
    traders: traders.map(({ traderId, address, nonces, openOrders }) => ({ traderId, address, nonces, openOrders })),
    accounts: traders.map(({ traderId }) => state.margin.accountOf(traderId)),
    positions: traders.map(({ traderId }) => roots.map((root) => state.margin.load(traderId, root))),
    roots,
    queues: roots.flatMap((root) => {
      const branches = root.kind === "interval" ? root.strikes : root.weights;
      return branches.map((_, b) => {
        const { bids, asks } = state.queues.of({ marketRootId: root.marketRootId, marketBranchId: b + 1 });
        return [...bids, ...asks].map(({ tradeRootId, place, traderId, price, lots, deadline }) => {
          return { tradeRootId, place, traderId, price, lots, deadline };
        });
      });
    }),
    tokens: Array.from({ length: state.terms.assets + 1 }, (_, leg) => state.pool.held(leg)),
  };
}

/** What the view asks for: the books of a composition's markets, and what its orders would do. */
import { keepPreviousData, useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";

import type { Composition } from "../../../src/protocol/value/composition.js";
import type { Depth } from "../../../src/protocol/value/quote.js";
import type { ForeseenAll, UnsignedOrder } from "../../data/mirror/foresight.js";
import { useHead, useSession, useSourceState } from "../../data/session.js";
import { depthOf } from "./legs.js";

/** Of each side. */
const MOST_ORDERS = 200;

/** What others offer in each market of it, by branch. */
export function useDepths(
  marketRootId: number,
  composition: Composition | undefined,
  trader: string | undefined,
): ReadonlyMap<number, Depth> {
  const { source, address } = useSession();
  const head = useHead();
  const branches = composition?.legs.map(({ marketBranchId }) => marketBranchId) ?? [];
  const books = useQueries({
    queries: branches.map((marketBranchId) => ({
      queryKey: [source.url, address, "book", marketRootId, marketBranchId, head?.hash],
      queryFn: () => source.book({ marketRootId, marketBranchId }, MOST_ORDERS),
      placeholderData: keepPreviousData,
      enabled: head !== undefined,
      staleTime: Infinity,
    })),
  });
  return new Map(
    books.flatMap(({ data }, k) => {
      const branch = branches[k];
      return data === undefined || branch === undefined ? [] : [[branch, depthOf(data, trader)] as const];
    }),
  );
}

export interface ForeseenSequence extends ForeseenAll {
  /** Which of the sequences it is of. */
  readonly chosen: number;
}

/** What the first sequence would do that is taken whole; if none is, what the first would. */
export function useSequence(
  sequences: readonly (readonly UnsignedOrder[])[] | undefined,
): UseQueryResult<ForeseenSequence> {
  const { chain, source } = useSession();
  const head = useSourceState(chain ?? source).head;
  return useQuery({
    queryKey: ["foreseen all", chain?.url, head?.hash, textOf(sequences)],
    queryFn: async (): Promise<ForeseenSequence> => {
      if (chain === undefined || sequences === undefined) throw new Error("unreachable: not enabled");
      let first: ForeseenSequence | undefined;
      for (const [chosen, orders] of sequences.entries()) {
        const foreseen = { ...(await chain.foreseeAll(orders)), chosen };
        if (foreseen.refusal === undefined) return foreseen;
        first ??= foreseen;
      }
      if (first === undefined) throw new Error("unreachable: there is one sequence at least");
      return first;
    },
    enabled: chain !== undefined && sequences !== undefined && head !== undefined,
    staleTime: Infinity,
    gcTime: 10_000,
    retry: false,
  });
}

function textOf(sequences: readonly (readonly UnsignedOrder[])[] | undefined): string {
  return (
    sequences?.map((orders) => orders.map((order) => Object.values(order).map(String).join("/")).join(";")).join("|") ??
    ""
  );
}

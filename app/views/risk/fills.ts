/** All that was traded, as the replayed logs have it: asked once for each block, whoever needs it. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import type { ChainSource } from "../../data/chain-source.js";
import { useSession, useSourceState } from "../../data/session.js";
import type { HistoryPage } from "../../../src/wire/history.js";

const ALL = Number.MAX_SAFE_INTEGER;

export type Fills = HistoryPage<"fills">;

export function useFills(chain: ChainSource): UseQueryResult<Fills> {
  const { address } = useSession();
  const hash = useSourceState(chain).head?.hash;
  return useQuery({
    queryKey: [chain.url, address, "all fills", hash],
    queryFn: () => chain.history("fills", { limit: ALL, order: "asc" }),
    placeholderData: (last) => last,
    staleTime: Infinity,
  });
}

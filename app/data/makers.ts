/** A session's automated makers, found by the code that lies at their addresses: nobody has to name them. */
import { useQuery } from "@tanstack/react-query";

import type { SessionHandle } from "../../src/bindings/session.js";
import type { MakerHouse } from "../../src/protocol/book/houses.js";
import { useHandle } from "./handle.js";
import { useSession, useSourceState } from "./session.js";

export interface KnownMakers {
  readonly makers: readonly MakerHouse[];
  /** Whether it is not known yet which there are. */
  readonly areComing: boolean;
  /** Why it cannot be known; null if it can. */
  readonly error: Error | null;
}

/** Those that have traded, and the one that whoever serves the page has named, which may have to trade yet; none without a node. */
export function useMakers(): KnownMakers {
  const { address, sources, source, chain } = useSession();
  const handle = useHandle();
  const hash = useSourceState(chain ?? source).head?.hash;
  const contracts = useQuery({
    queryKey: [chain?.url, address, "contracts", hash],
    queryFn: () => chain?.contracts() ?? [],
    enabled: chain !== undefined,
    placeholderData: (last) => last,
    staleTime: Infinity,
  });
  const named = sources.maker === undefined ? [] : [sources.maker];
  const asked = contracts.data && [...named, ...contracts.data];
  const found = useQuery({
    queryKey: [chain?.url, address, "makers", asked],
    queryFn: () => (handle.data === undefined ? [] : makersOf(handle.data, asked ?? [])),
    enabled: handle.data !== undefined && asked !== undefined,
    placeholderData: (last) => last,
    staleTime: Infinity, // code never changes
  });
  const error = handle.error ?? contracts.error ?? found.error;
  return {
    makers: found.data ?? [],
    areComing: chain !== undefined && found.data === undefined && error === null,
    error,
  };
}

async function makersOf(handle: SessionHandle, addresses: readonly string[]): Promise<readonly MakerHouse[]> {
  const { provider } = handle.runner;
  if (addresses.length === 0 || provider === null) return [];
  const [{ makersAmong }, { readBookTerms }] = await Promise.all([
    import("../../src/bindings/makers.js"),
    import("../../src/bindings/market-terms.js"),
  ]);
  return makersAmong(addresses, await readBookTerms(handle), provider);
}

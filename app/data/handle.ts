import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import type { SessionHandle } from "../../src/bindings/session.js";
import { useSession } from "./session.js";

/** The session as the page's own node has it: what is signed and sent goes by this, and by nothing that a relay says. */
export function useHandle(): UseQueryResult<SessionHandle> {
  const { address, sources } = useSession();
  const { rpcUrl } = sources;
  return useQuery({
    queryKey: ["handle", rpcUrl, address],
    queryFn: async () => {
      const { openSession } = await import("../../src/bindings/session.js");
      return openSession(address, rpcUrl ?? "");
    },
    enabled: rpcUrl !== undefined,
    staleTime: Infinity,
    retry: 1,
  });
}

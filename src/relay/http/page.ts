/** What the page that a relay serves is told: the relay itself, at the address at which the page was asked for, and its session. */
import type { House } from "../../protocol/book/houses.js";
import type { PageFiles } from "../../page/serve.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";

export interface ServedPage {
  /** The built page's. */
  readonly folder: string;
  readonly chainId: bigint;
  /** Not after the first session's first block. */
  readonly fromBlock: number;
  /** Asked whenever somebody asks for the page. */
  readonly sessions: () => readonly PageSession[];
}

export interface PageSession {
  readonly session: string;
  /** Not after its first block. */
  readonly fromBlock: number;
  readonly houses: readonly House[];
}

/** The relay's own node is not told: its address may have a key in it. Whoever wants one names it in the page's settings. */
export function pageOf({ folder, chainId: id, fromBlock, sessions }: ServedPage): PageFiles {
  const chainId = Number(id);
  return {
    folder,
    config(relay) {
      const served = sessions();
      return {
        chains: [{ chainId, name: `Chain ${chainId}`, rpcUrls: [], fromBlock }],
        sessions: served.map((one) => {
          return {
            chainId,
            relay: served.length === 1 ? relay : `${relay}/v1/sessions/${one.session}`,
            ...ofSession(one),
          };
        }),
      };
    },
  };
}

function ofSession({ session: address, fromBlock, houses }: PageSession) {
  const maker = houses.find((house) => house.kind === "maker" && house.marketRootId === BASKET_ROOT_ID)?.address;
  return { address, fromBlock, ...(maker !== undefined && { maker }) };
}

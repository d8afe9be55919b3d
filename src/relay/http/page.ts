/** What the page that a relay serves is told: the relay itself, at the address at which the page was asked for, and its session. */
import type { House } from "../../protocol/book/houses.js";
import type { PageFiles } from "../../page/serve.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";

export interface ServedPage {
  /** The built page's. */
  readonly folder: string;
  readonly chainId: bigint;
  readonly session: string;
  /** Not after the session's first block. */
  readonly fromBlock: number;
  readonly houses: readonly House[];
}

/** The relay's own node is not told: its address may have a key in it. Whoever wants one names it in the page's settings. */
export function pageOf({ folder, chainId: id, session: address, fromBlock, houses }: ServedPage): PageFiles {
  const chainId = Number(id);
  const maker = houses.find((house) => house.kind === "maker" && house.marketRootId === BASKET_ROOT_ID)?.address;
  return {
    folder,
    config: (relay) => ({
      chains: [{ chainId, name: `Chain ${chainId}`, rpcUrls: [], fromBlock }],
      sessions: [{ chainId, address, fromBlock, relay, ...(maker !== undefined && { maker }) }],
    }),
  };
}

import type { PageConfigText } from "../../src/page/config.js";
import type { Ground } from "./ground.js";
import { NAMES } from "./people.js";
import type { Roots } from "./roots.js";

/** Where it is, and whose keys everybody knows. */
export interface LiveFacts {
  readonly rpcUrl: string;
  readonly relayUrl: string | null;
  readonly chainId: number;
  readonly factory: string;
  readonly makerFactory: string;
  readonly session: string;
  /** The session's first block. */
  readonly fromBlock: number;
  /** Of the automated maker of the basket. */
  readonly maker: string | null;
  /** Market roots, by what they are about. */
  readonly roots: { readonly rain: number; readonly wettest: number };
  readonly wallets: readonly { readonly name: string; readonly address: string; readonly privateKey: string }[];
}

export function factsOf(ground: Ground, { rain, wettest }: Roots, relayUrl: string | null): LiveFacts {
  const { node, handle, factory, makerFactory, fromBlock, maker, people } = ground;
  return {
    rpcUrl: node.url,
    relayUrl,
    chainId: Number(handle.domain.chainId),
    ...{ factory, makerFactory, session: handle.address, fromBlock },
    maker: maker ?? null,
    roots: { rain: rain.marketRootId, wettest: wettest.marketRootId },
    wallets: NAMES.map((name) => {
      return { name, address: people[name].address, privateKey: people[name].privateKey };
    }),
  };
}

/** As a page is told of it. */
export function pageConfigOf(facts: LiveFacts): PageConfigText {
  const { chainId, rpcUrl, relayUrl, factory, makerFactory, session, fromBlock, maker } = facts;
  const ofRelay = relayUrl === null ? {} : { relay: relayUrl };
  const ofMaker = maker === null ? {} : { maker };
  return {
    chains: [{ chainId, name: "Local chain", rpcUrls: [rpcUrl], factory, makerFactory, fromBlock }],
    sessions: [{ chainId, address: session, fromBlock, ...ofRelay, ...ofMaker }],
  };
}

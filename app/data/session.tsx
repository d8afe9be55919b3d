/** The session that the page shows: its sources, opened once, and hooks by which views ask them at the newest block. */
import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useMemo, useState, useSyncExternalStore } from "react";

import type { PageConfig } from "../../src/page/config.js";
import type { RelayHouseDepth, RelayMarkets } from "../../src/wire/state.js";
import type { MarketRef } from "../../src/protocol/signing/package.js";
import { isBehind } from "./behind.js";
import { type ChainSource, createChainSource } from "./chain-source.js";
import { type Sources, sourcesOf } from "./config.js";
import { createRelaySource } from "./relay-source.js";
import { onSettings, readSettings } from "./settings.js";
import type { Facts, Head, OwnDepth, SessionSource, SourceState } from "./source.js";
import { type Names, type Root, shortAddress } from "./names.js";

export { type Names, type Root, shortAddress } from "./names.js"; // what views ask for with the hooks

export interface OpenedSession {
  readonly chainId: number;
  readonly address: string;
  readonly sources: Sources;
  /** What views ask: the relay if there is one, else the chain. */
  readonly source: SessionSource;
  /** The logs, replayed here; undefined without a node. */
  readonly chain: ChainSource | undefined;
}

const Context = createContext<OpenedSession | undefined>(undefined);

/** @throws Error outside of a session's routes */
export function useSession(): OpenedSession {
  const session = use(Context);
  if (session === undefined) throw new Error("unreachable: this view is shown within a session");
  return session;
}

export function useSettings(): ReturnType<typeof readSettings> {
  return useSyncExternalStore(onSettings, readSettings);
}

interface ProviderProps {
  readonly config: PageConfig;
  readonly chainId: number;
  readonly address: string;
  /** Shown if there is neither a node nor a relay to ask. */
  readonly otherwise: ReactNode;
  readonly children: ReactNode;
}

export function SessionProvider({ config, chainId, address, otherwise, children }: ProviderProps): ReactNode {
  const settings = useSettings();
  const sources = useMemo(
    () => sourcesOf(config, { chainId, session: address }, settings),
    [config, chainId, address, settings.rpc, settings.relay],
  );
  const { rpcUrl, relayUrl, fromBlock } = sources;
  const [opened, setOpened] = useState<OpenedSession>();
  useEffect(() => {
    const chain = rpcUrl === undefined ? undefined : createChainSource(rpcUrl, address, { fromBlock });
    const relay = relayUrl === undefined ? undefined : createRelaySource(relayUrl, address);
    const source = relay ?? chain;
    setOpened(source === undefined ? undefined : { chainId, address, sources, source, chain });
    let isLeft = false;
    void relay?.isOurs().then(
      (isOurs) => {
        // A chain's usual relay is of one session: another is read from the chain.
        if (!isOurs && !isLeft && chain !== undefined) setOpened({ chainId, address, sources, source: chain, chain });
      },
      () => undefined, // the state of the source tells why it cannot be asked
    );
    return () => {
      isLeft = true;
      relay?.close();
      chain?.close();
    };
  }, [chainId, address, rpcUrl, relayUrl, fromBlock]);
  if (rpcUrl === undefined && relayUrl === undefined) return otherwise;
  return opened === undefined ? null : <Context value={opened}>{children}</Context>;
}

export function useSourceState(source: SessionSource): SourceState {
  return useSyncExternalStore(source.onState, source.state);
}

export function useHead(): Head | undefined {
  return useSourceState(useSession().source).head;
}

/** How long a source may take to catch up with itself before it is asked once more, ms. */
const BEHIND_MS = 1_000;

/**
 * What a source answers at the newest block: asked again when there is another one, and shown until the new answer is here. An answer that
 * holds at an earlier block, of an index that comes behind its relay, is shown, and asked for again until it has come as far.
 * @param key names what is asked, within the session
 */
export function useAt<Value>(
  key: readonly unknown[],
  ask: (source: SessionSource) => Promise<Value>,
): UseQueryResult<Value> {
  const { source, address } = useSession();
  const head = useHead();
  return useQuery({
    queryKey: [source.url, address, ...key, head?.hash],
    queryFn: async () => (await ask(source)) ?? (null as Value),
    placeholderData: keepPreviousData,
    enabled: head !== undefined,
    staleTime: Infinity,
    refetchInterval: ({ state: { data } }) => (isBehind(data, head) ? BEHIND_MS : false),
    retry: 2,
  });
}

/** What never changes: asked once. */
export function useFactsQuery(): UseQueryResult<Facts> {
  const { source, address } = useSession();
  const head = useHead();
  return useQuery({
    queryKey: [source.url, address, "facts"],
    queryFn: () => source.facts(),
    enabled: head !== undefined,
    staleTime: Infinity,
    retry: 2,
  });
}

export function useFacts(): Facts | undefined {
  return useFactsQuery().data;
}

/** Undefined while they are read from the node; addresses in their place where there is none, or it is lost. */
export function useNames(): Names | undefined {
  const { chain, source, address } = useSession();
  const facts = useFacts();
  const { status } = useSourceState(chain ?? source);
  const { data, error } = useQuery({
    queryKey: [chain?.url, address, "names"],
    queryFn: () => (chain === undefined ? Promise.resolve(undefined) : chain.names()),
    enabled: chain !== undefined,
    staleTime: Infinity,
  });
  if (data !== undefined) return data;
  const isToCome = chain !== undefined && status !== "lost" && error === null;
  if (facts === undefined || isToCome) return undefined;
  const assets = facts.assets.map((asset) => ({ symbol: shortAddress(asset.address), decimals: 0 }));
  return { name: shortAddress(address), symbol: "tokens", assets };
}

export function useMarketsQuery(): UseQueryResult<RelayMarkets> {
  return useAt(["markets"], (source) => source.markets());
}

export function useMarkets(): readonly Root[] | undefined {
  return useMarketsQuery().data?.roots;
}

/** The market's levels as they change. */
export function useDepth(market: MarketRef, levels: number): OwnDepth | undefined {
  const { source } = useSession();
  const { marketRootId, marketBranchId } = market;
  const [depth, setDepth] = useState<OwnDepth>();
  useEffect(() => {
    setDepth(undefined);
    return source.watchDepth({ marketRootId, marketBranchId }, levels, setDepth);
  }, [source, marketRootId, marketBranchId, levels]);
  return depth;
}

/** What houses of the relay would add to it, at the newest block; nothing where a session is read from the chain alone. */
export function useHouse({ marketRootId, marketBranchId }: MarketRef): readonly RelayHouseDepth[] {
  const market = { marketRootId, marketBranchId };
  return useAt(["house", marketRootId, marketBranchId], (source) => source.depth(market, 1)).data?.house ?? [];
}

/** What the parts of the trading view ask for. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";

import type { Foreseen, ToldRefusal, UnsignedOrder } from "../../data/mirror/foresight.js";
import { activity, note } from "../../data/activity.js";
import type { AskedCancellation, AskedOrder, Deed } from "../../data/deeds.js";
import type { Desk } from "../../data/source.js";
import { useAt, useHead, useSession, useSourceState } from "../../data/session.js";
import type { HistoryPage } from "../../../src/wire/history.js";
import type { RelayTrader } from "../../../src/wire/state.js";
import { isUnderWay, placeOf } from "./sign.js";
import { toldOf } from "./life.js";

export function useTrader(address: string | undefined): UseQueryResult<RelayTrader | undefined> {
  return useAt(["trader", address], async (source) => (address === undefined ? undefined : source.trader(address)));
}

export function useOrders(address: string | undefined): UseQueryResult<HistoryPage<"orders"> | undefined> {
  return useAt(["orders", address], async (source) =>
    address === undefined ? undefined : source.history("orders", { trader: address, limit: 200 }),
  );
}

/** What an order would do, by the logs as they were replayed here, or as the relay says where there is no node. */
export function useForesight(order: UnsignedOrder | undefined): UseQueryResult<Foreseen> {
  const { chain, source } = useSession();
  const from = chain ?? source;
  const { head } = useSourceState(from);
  return useQuery({
    queryKey: ["foreseen", from.url, head?.hash, textOf(order)],
    queryFn: () => {
      if (order === undefined) throw new Error("unreachable: not enabled");
      return from.foresee(order);
    },
    enabled: order !== undefined && head !== undefined,
    staleTime: Infinity,
    gcTime: 10_000,
    retry: false,
  });
}

export function useMostLots(order: UnsignedOrder | undefined): UseQueryResult<bigint | ToldRefusal> {
  const { chain, source } = useSession();
  const from = chain ?? source;
  const { head } = useSourceState(from);
  return useQuery({
    queryKey: ["most", from.url, head?.hash, textOf(order)],
    queryFn: () => {
      if (order === undefined) throw new Error("unreachable: not enabled");
      return from.mostLots(order);
    },
    enabled: order !== undefined && head !== undefined,
    staleTime: Infinity,
    gcTime: 10_000,
    retry: false,
  });
}

function textOf(order: UnsignedOrder | undefined): string {
  return order === undefined ? "" : Object.values(order).map(String).join("/");
}

/** What was asked for in this session, by this account, newest first. */
export function useDeeds(trader: string | undefined): readonly Deed[] {
  const session = useSession();
  const all = useSyncExternalStore(activity.subscribe, activity.get);
  return all.filter((deed) => deed.place === placeOf(session) && (trader === undefined || deed.trader === trader));
}

const FINAL: ReadonlySet<string> = new Set(["refused", "withdrawn"]);
/** Between two blocks it may be brought, or refused. */
const BETWEEN_MS = 2_000;

/** Asks the relay at each block what has become of what it has, and of what has not landed between two blocks, too. */
export function useFollowing(deeds: readonly Deed[]): void {
  const { source } = useSession();
  const head = useHead();
  const { desk } = source;
  const newest = useRef(deeds);
  newest.current = deeds;
  useEffect(() => {
    if (desk === undefined) return undefined;
    follow(desk, newest.current);
    const timer = setInterval(() => {
      follow(desk, newest.current.filter(mayLand));
    }, BETWEEN_MS);
    return () => {
      clearInterval(timer);
    };
  }, [desk, head?.hash]);
}

function mayLand(deed: Deed): boolean {
  return deed.kind !== "call" && deed.told?.status !== "onChain";
}

function follow(desk: Desk, deeds: readonly Deed[]): void {
  for (const deed of deeds) {
    if (deed.kind === "call" || deed.via !== "relay" || FINAL.has(deed.told?.status ?? "")) continue;
    // One that cannot be told of stays as it was told last.
    if (deed.kind === "order") {
      if (isUnderWay(deed)) continue;
      void desk.package(deed.id).then(
        (state) => {
          noteIfOther(deed, state);
        },
        () => undefined,
      );
    } else {
      void desk.cancellation(deed.id).then(
        ({ status, refusal }) => {
          if (status !== deed.told?.status)
            void note<AskedCancellation>(deed, { told: { status, ...(refusal !== undefined && { refusal }) } });
        },
        () => undefined,
      );
    }
  }
}

function noteIfOther(deed: AskedOrder, state: Parameters<typeof toldOf>[0]): void {
  const told = toldOf(state);
  const isSame =
    told.status === deed.told?.status &&
    told.tradeRootId === deed.told.tradeRootId &&
    told.submissionId === deed.told.submissionId;
  if (isSame) return;
  const { expectedLots, through } = deed.told ?? {};
  const before = { ...(expectedLots !== undefined && { expectedLots }), ...(through !== undefined && { through }) };
  void note<AskedOrder>(deed, { told: { ...before, ...told } });
}

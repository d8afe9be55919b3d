/** A session from nothing but a node: its logs are replayed in a worker, and the worker answers. */
import { proxy, wrap } from "comlink";

import type { MirrorApi } from "./mirror/api.js";
import type { Sources } from "./config.js";
import { type DepthSource, watchAtHeads } from "./depth-at-heads.js";
import { createStore, type SessionSource, type SourceState } from "./source.js";
import { startWorker } from "./workers.js";

export interface ChainSource extends SessionSource {
  readonly names: () => ReturnType<MirrorApi["names"]>;
  readonly description: MirrorApi["description"];
  readonly effect: MirrorApi["effect"];
  readonly foreseeAll: MirrorApi["foreseeAll"];
  readonly foreseeExit: MirrorApi["foreseeExit"];
  readonly paidIn: MirrorApi["paidIn"];
  readonly marketRecords: MirrorApi["marketRecords"];
  readonly standingAt: MirrorApi["standingAt"];
  readonly account: MirrorApi["account"];
  readonly holdings: MirrorApi["holdings"];
  readonly unwinding: MirrorApi["unwinding"];
  readonly contracts: MirrorApi["contracts"];
  readonly calls: MirrorApi["calls"];
  readonly call: MirrorApi["call"];
  readonly findCall: MirrorApi["findCall"];
}

export function createChainSource(
  rpcUrl: string,
  session: string,
  { fromBlock }: Pick<Sources, "fromBlock">,
): ChainSource {
  const worker = startWorker("mirror");
  const mirror = wrap<MirrorApi>(worker);
  const state = createStore<SourceState>({ status: "opening", note: `Asking the node at ${rpcUrl}` });
  const asked: DepthSource = {
    depth: (market, levels) => mirror.depth(market, levels),
    state: state.get,
    onState: state.subscribe,
  };
  void mirror.open({ rpcUrl, session, fromBlock }, proxy(state.set));
  return {
    kind: "chain",
    url: rpcUrl,
    ...asked,
    facts: () => mirror.facts(),
    names: () => mirror.names(),
    markets: () => mirror.markets(),
    book: (market, limit) => mirror.book(market, limit),
    trader: (address) => mirror.trader(address),
    measures: undefined,
    termStructure: undefined,
    monitoring: () => mirror.monitoring(),
    link: () => mirror.link(),
    history: (kind, query) => mirror.history(kind, query ?? {}) as never, // a proxy loses what ties the page to its kind
    candles: (market, query) => mirror.candles(market, query),
    description: (root) => mirror.description(root),
    effect: (record, description) => mirror.effect(record, description),
    foresee: (draft) => mirror.foresee(draft),
    foreseeAll: (drafts) => mirror.foreseeAll(drafts),
    mostLots: (draft) => mirror.mostLots(draft),
    foreseeExit: (trader) => mirror.foreseeExit(trader),
    paidIn: (trader) => mirror.paidIn(trader),
    desk: undefined,
    marketRecords: (root) => mirror.marketRecords(root),
    standingAt: (block, trader) => mirror.standingAt(block, trader),
    account: (address) => mirror.account(address),
    holdings: () => mirror.holdings(),
    unwinding: (trader, makers) => mirror.unwinding(trader, makers),
    contracts: () => mirror.contracts(),
    calls: (query) => mirror.calls(query),
    call: (index) => mirror.call(index),
    findCall: (search) => mirror.findCall(search),
    watchDepth: (market, levels, listener) => watchAtHeads(asked, market, levels, listener),
    close: () => {
      worker.terminate();
    },
  };
}

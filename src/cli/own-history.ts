/** What one account has placed and what has become of it: from the chain's logs, or as a relay's index tells the same. */
import { ClientError } from "../bindings/errors.js";
import { createHouses } from "../bindings/houses.js";
import { readBookTerms } from "../bindings/market-terms.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import type { RelayClient } from "../client/relay/client.js";
import type { FillRow, OffsetRow, OrderRow } from "../history/rows.js";
import { nameHouses } from "../history/vias.js";
import type { Via } from "../protocol/value/via.js";
import { isOver } from "../protocol/book/orders.js";
import { findMarket } from "../protocol/book/state.js";
import type { MarketHead } from "../protocol/market/description.js";
import { hasEnded, type MarketRoot, rootOf } from "../protocol/market/market-table.js";
import type { MarketRef } from "../protocol/signing/package.js";
import type { HistoryItem, HistoryKind, HistoryPage, HistoryQuery } from "../wire/history.js";
import type { RelayMarkets } from "../wire/state.js";
import { nextTime } from "./chain.js";
import { relayAt, relayOf } from "./ask-relay.js";
import type { CliContext } from "./context.js";
import { CliError } from "./cli-error.js";
import { type Placed, readHistory } from "./history.js";
import { openKey } from "./input/keys.js";
import { parseAddress } from "./input/parse.js";
import { readSettings } from "./input/settings.js";
import { headsOf } from "./mirror.js";
import { openSubject, type WhoOptions } from "./who.js";

/** Rows oldest first. */
export interface OwnHistory {
  readonly trader: string;
  readonly orders: readonly Placed<OrderRow>[];
  /** In which the trader is one of the two, and what was taken out of its orders. */
  readonly fills: readonly Placed<FillRow>[];
  readonly offsets: readonly Placed<OffsetRow>[];
  /** Whether what is left of an order can be filled no more. */
  readonly isOver: (order: MarketRef & Pick<OrderRow, "deadline">) => boolean;
  readonly rootOf: (marketRootId: number) => Pick<MarketRoot, "kind">;
  readonly heads: ReadonlyMap<number, MarketHead>;
}

export interface OwnOptions extends Omit<WhoOptions, "relay"> {
  /** True if the relay is the one that is set. */
  readonly relay?: string | true;
}

/** @throws CliError; ClientError, NodeError, RelayRequestError what node or relay say */
export function readOwnHistory(context: CliContext, { relay, ...options }: OwnOptions): Promise<OwnHistory> {
  return relay === undefined ? fromChain(context, options) : fromRelay(context, relayAt(context, relay), options);
}

// ------------------------------------------------------------------ the chain

async function fromChain(context: CliContext, options: WhoOptions): Promise<OwnHistory> {
  const { handle, trader } = await openSubject(context, options);
  const history = await readHistory(context, handle, options);
  const now = await nextTime(handle.runner.provider as Parameters<typeof nextTime>[0]); // `openSubject` has made it
  const { state, orders, offsets } = history;
  const own = history.fills.filter(({ maker, taker }) => maker === trader || taker === trader);
  const houseAt = createHouses((address) => read(codeAt(handle, address)), await readBookTerms(handle));
  return {
    trader,
    orders: orders.filter((order) => order.trader === trader),
    fills: await nameHouses(own, houseAt),
    offsets: offsets.filter((offset) => offset.trader === trader),
    isOver({ marketRootId, marketBranchId, deadline }) {
      const market = findMarket(state, marketRootId, marketBranchId);
      return deadline < now || market === undefined || isOver(state, market, now);
    },
    rootOf: (marketRootId) => rootOf(state.markets.table, marketRootId),
    heads: headsOf(history),
  };
}

function codeAt({ runner: { provider } }: SessionHandle, address: string): Promise<string> {
  if (provider === null) throw new ClientError("Client_NoProvider");
  return provider.getCode(address);
}

// ------------------------------------------------------------------ a relay

async function fromRelay(context: CliContext, url: string, options: WhoOptions): Promise<OwnHistory> {
  const trader = await traderOf(context, options);
  const { relay, facts } = await relayOf(context, url, options);
  context.progress("Asking the relay");
  const rows = await rowsOf(relay, trader);
  const roots = new Map((await relay.markets()).roots.map((root) => [root.marketRootId, root] as const));
  return {
    trader,
    ...rows,
    isOver: (order) => isOverBy(roots, order, facts.time),
    rootOf: (marketRootId) => ({ kind: roots.get(marketRootId)?.kind ?? "interval" }),
    heads: new Map([...roots].flatMap(([root, { head }]) => (head ? [[root, head] as const] : []))),
  };
}

/** No node is needed for it, and no password if an address is given. */
async function traderOf(context: CliContext, options: WhoOptions): Promise<string> {
  if (options.trader !== undefined) return parseAddress("--trader", options.trader);
  return (await openKey(context, readSettings(context, options, "key").key)).address;
}

type Roots = ReadonlyMap<number, RelayMarkets["roots"][number]>;

function isOverBy(roots: Roots, order: MarketRef & Pick<OrderRow, "deadline">, time: bigint): boolean {
  const root = roots.get(order.marketRootId);
  const bounds = root?.branches[order.marketBranchId - 1]?.bounds;
  return order.deadline < time || root === undefined || bounds === undefined || hasEnded(root, bounds, time);
}

/** How often a reorganisation may come in between. */
const TRIES = 3;

/** All of it at one block. @throws CliError HISTORY_MOVED */
async function rowsOf(relay: RelayClient, trader: string): Promise<Pick<OwnHistory, "orders" | "fills" | "offsets">> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const orders = await allOf(relay, "orders", { trader });
    const at = orders.block.number;
    const fills = await allOf(relay, "fills", { trader, at });
    const offsets = await allOf(relay, "offsets", { trader, at });
    const isOne = [fills, offsets].every(({ block }) => block.hash === orders.block.hash);
    if (!isOne) continue;
    return {
      orders: orders.items.map(rowOf),
      fills: fills.items.map((item) => ({ ...rowOf(item), via: item.via as Via })),
      offsets: offsets.items.map((item) => ({ ...rowOf(item), reason: item.reason as OffsetRow["reason"] })),
    };
  }
  throw new CliError("HISTORY_MOVED", { tries: TRIES });
}

const MOST = 1_000;

/** Every page, oldest row first. */
async function allOf<Kind extends "orders" | "fills" | "offsets">(
  relay: RelayClient,
  kind: Kind,
  query: HistoryQuery<Kind>,
): Promise<Pick<HistoryPage<Kind>, "block"> & { readonly items: readonly HistoryItem<Kind>[] }> {
  const items: HistoryItem<Kind>[] = [];
  let page: HistoryPage<HistoryKind> | undefined;
  do {
    const next = page?.next;
    page = await relay.history(kind, { ...query, order: "asc", limit: MOST, ...(next && { cursor: next }) });
    items.push(...(page.items as HistoryItem<Kind>[])); // of that kind, which was asked for
  } while (page.next !== null);
  return { block: page.block, items };
}

/** What the index adds to a row: its own place, and of an order what is told as its life. */
const ADDED: ReadonlySet<string> = new Set(["position", "filled", "offset", "left"]);

function rowOf<Row extends object>(item: Row): Omit<Row, "position" | "filled" | "offset" | "left"> {
  const kept = Object.entries(item).filter(([name]) => !ADDED.has(name));
  return Object.fromEntries(kept) as Omit<Row, "position" | "filled" | "offset" | "left">; // all but those
}

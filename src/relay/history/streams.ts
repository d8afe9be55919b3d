/** What subscribers are told of a block: one list of messages for each stream. */
import { amountsAsText } from "../../protocol/amounts/json.js";
import type { MarketRef } from "../../protocol/signing/package.js";

import type { BlockRows, IndexedBlock, StoredLevel } from "../../history/rows.js";
import type { CountedLevel } from "../../protocol/book/projections.js";

/** JSON already: amounts are decimal text. */
export type Payload = Readonly<Record<string, unknown>>;

export interface StreamMessage {
  readonly stream: string;
  readonly payload: Payload;
}

export const TRADES = "trades";
export const bookStream = ({ marketRootId, marketBranchId }: MarketRef): string =>
  `book:${marketRootId}/${marketBranchId}`;
/** @param trader in its one usual way of writing */
export const ordersStream = (trader: string): string => `orders:${trader}`;

/** @returns the market of a book stream; undefined for other streams */
export function marketOfStream(stream: string): MarketRef | undefined {
  const [, root, branch] = /^book:(\d+)\/(\d+)$/.exec(stream) ?? [];
  if (root === undefined || branch === undefined) return undefined;
  return { marketRootId: Number(root), marketBranchId: Number(branch) };
}

export function messagesOf(block: BlockRows): StreamMessage[] {
  const { rows, skipped, changes } = block;
  const at = placeOf(block);
  const own = (trader: string, payload: Payload): StreamMessage => ({ stream: ordersStream(trader), payload });
  return [
    ...skipped.map(({ trader, ...rest }) => own(trader, { kind: "skipped", ...rest, block: at })),
    ...rows.orders.map(({ trader, ...rest }) => own(trader, amountsAsText({ kind: "created", ...rest, block: at }))),
    ...rows.fills.flatMap((fill) => {
      const { maker, taker, makerRootId, takerRootId, ...rest } = fill;
      const filled = (trader: string, tradeRootId: number, role: string): StreamMessage =>
        own(trader, amountsAsText({ kind: "filled", tradeRootId, role, ...rest, block: at }));
      return [
        { stream: TRADES, payload: amountsAsText({ kind: "trade", ...fill, block: at }) },
        filled(maker, makerRootId, "maker"),
        filled(taker, takerRootId, "taker"),
      ];
    }),
    ...rows.offsets.map(({ trader, ...rest }) => own(trader, amountsAsText({ kind: "offset", ...rest, block: at }))),
    ...changes.map(({ bids, asks, ...market }) => ({
      stream: bookStream(market),
      payload: amountsAsText({
        kind: "levels",
        ...market,
        bids: bids.map(levelText),
        asks: asks.map(levelText),
        block: at,
      }),
    })),
  ];
}

/** Blocks above `ancestor` are void; what of them is still true is told again. */
export function reorganised(ancestor: number): Payload {
  return { kind: "reorganised", ancestor };
}

export function snapshot(market: MarketRef, bids: readonly StoredLevel[], asks: readonly StoredLevel[]): Payload {
  return { kind: "snapshot", ...market, bids, asks };
}

function placeOf({ number, hash, timestamp }: IndexedBlock): Payload {
  return { number, hash, timestamp: timestamp.toString() };
}

function levelText({ price, lots, orders }: CountedLevel): StoredLevel {
  return [price.toString(), lots.toString(), orders];
}

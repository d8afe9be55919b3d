/** What subscribers are told of a block: one list of messages for each stream. */
import { type BlockRows, type IndexedBlock, type StoredLevel, storedLevel } from "../../history/rows.js";
import { amountsAsText } from "../../protocol/amounts/json.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import type { Served } from "../../wire/form.js";
import { type streamEvent, streamName } from "../../wire/stream.js";

type Event = Served<typeof streamEvent>;
/** An event as JSON already: amounts are decimal text. */
export type Payload = Readonly<Record<string, unknown>>;

export interface StreamMessage {
  readonly stream: string;
  readonly payload: Payload;
}

export function messagesOf(block: BlockRows): StreamMessage[] {
  const { rows, skipped, changes } = block;
  const at = { block: placeOf(block) };
  return [
    ...skipped.map(({ trader, ...rest }) => own(trader, { kind: "skipped", ...rest, ...at })),
    ...rows.orders.map(({ trader, ...rest }) => own(trader, { kind: "created", ...rest, ...at })),
    ...rows.fills.flatMap((fill) => {
      const { maker, taker, makerRootId, takerRootId, ...rest } = fill;
      return [
        { stream: streamName({ channel: "trades" }), payload: textOf({ kind: "trade", ...fill, ...at }) },
        own(maker, { kind: "filled", tradeRootId: makerRootId, role: "maker", ...rest, ...at }),
        own(taker, { kind: "filled", tradeRootId: takerRootId, role: "taker", ...rest, ...at }),
      ];
    }),
    ...rows.offsets.map(({ trader, ...rest }) => own(trader, { kind: "offset", ...rest, ...at })),
    ...changes.map(({ bids, asks, ...market }) => {
      const levels = { bids: bids.map(storedLevel), asks: asks.map(storedLevel) };
      const stream = streamName({ channel: "book", ...market });
      return { stream, payload: textOf({ kind: "levels", ...market, ...levels, ...at }) };
    }),
    ...rows.bounds.map(({ marketRootId, marketBranchId, logIndex, transactionHash, cause, lower, upper, settled }) => {
      const told = { marketRootId, marketBranchId, logIndex, transactionHash, cause, lower, upper, settled };
      return { stream: streamName({ channel: "markets" }), payload: textOf({ kind: "bounds", ...told, ...at }) };
    }),
    ...rows.allocations.map(({ trader, claims: wei }) => {
      const claims = wei.map((claim) => `${claim}` as const);
      return { stream: streamName({ channel: "account", trader }), payload: textOf({ kind: "claims", claims, ...at }) };
    }),
    { stream: streamName({ channel: "head" }), payload: textOf({ kind: "head", link: block.head, ...at }) },
  ];
}

/** Blocks above `ancestor` are void; what of them is still true is told again. */
export function reorganised(ancestor: number): Payload {
  return textOf({ kind: "reorganised", ancestor });
}

export function snapshot(market: MarketRef, bids: readonly StoredLevel[], asks: readonly StoredLevel[]): Payload {
  return textOf({ kind: "snapshot", ...market, bids, asks });
}

function own(trader: string, event: Event): StreamMessage {
  return { stream: streamName({ channel: "orders", trader }), payload: textOf(event) };
}

function textOf(event: Event): Payload {
  return amountsAsText({ ...event });
}

function placeOf({ number, hash, timestamp }: IndexedBlock) {
  return { number, hash, timestamp: `${timestamp}` } as const;
}

/** What goes over a stream's WebSocket, both ways. */
import * as z from "zod";

import { VIAS } from "../protocol/value/via.js";
import { checksumAddress } from "../protocol/signing/addresses.js";
import type { MarketRef } from "../protocol/signing/package.js";
import { BOUNDS_CAUSES } from "./history.js";
import { answer, choice, described, type DomainOf, list, maybe, plain, request } from "./form.js";
import { ownBody } from "./own.js";
import { packageState } from "./packages.js";
import { refusal } from "./state.js";
import { cancellationState } from "./trades-cancellation.js";
import {
  anyAddress,
  count,
  address,
  flag,
  hash,
  inLots,
  integer,
  inTicks,
  inWei,
  literal,
  market,
  oneOf,
  storedLevel,
  text,
  ticksSpan,
  timedBlock,
  wordLike,
} from "./values.js";

// ------------------------------------------------------------------ what is asked

const subscribe = { op: literal("subscribe"), after: maybe(plain(z.int().min(0))) };
export const streamRequest = choice(
  "op",
  choice(
    "channel",
    request({
      ...subscribe,
      channel: literal("book"),
      marketRootId: plain(z.int().min(1).max(0xffff_ffff)),
      marketBranchId: plain(z.int().min(1).max(0xffff)),
    }),
    request({ ...subscribe, channel: literal("trades") }),
    /** Each block that the index has come to. */
    request({ ...subscribe, channel: literal("head") }),
    /** What markets can still pay, whenever that is recorded. */
    request({ ...subscribe, channel: literal("markets") }),
    /** What one trader claims, whenever that changes. */
    request({ ...subscribe, channel: literal("account"), trader: plain(anyAddress) }),
    request({
      ...subscribe,
      channel: literal("orders"),
      trader: plain(anyAddress),
      own: described(
        maybe(ownBody),
        "the trader's signature: to hear of packages that have not landed and of its cancellations, too",
      ),
    }),
  ),
  request({ op: literal("unsubscribe"), stream: plain(z.string().max(100)) }),
  /** Answered with a heartbeat: whoever cannot ping, as a page, asks so whether the connection lives. */
  request({ op: literal("ping") }),
);
export type StreamRequest = DomainOf<typeof streamRequest>;
type SubscriptionOf<Request> = Request extends { op: "subscribe" } ? Readonly<Omit<Request, "op" | "after">> : never;
/** What can be subscribed to. */
export type RelaySubscription = SubscriptionOf<StreamRequest>;

/** As messages name the stream. */
export function streamName(subscription: RelaySubscription): string {
  switch (subscription.channel) {
    case "book":
      return `book:${subscription.marketRootId}/${subscription.marketBranchId}`;
    case "trades":
    case "head":
    case "markets":
      return subscription.channel;
    case "orders":
    case "account":
      return `${subscription.channel}:${checksumAddress(subscription.trader.toLowerCase())}`;
  }
}

/** @returns the market of a book's stream; undefined for other streams */
export function marketOfStream(stream: string): MarketRef | undefined {
  const [, root, branch] = /^book:(\d+)\/(\d+)$/.exec(stream) ?? [];
  if (root === undefined || branch === undefined) return undefined;
  return { marketRootId: Number(root), marketBranchId: Number(branch) };
}

// ------------------------------------------------------------------ what is told

const logged = { logIndex: count, transactionHash: hash };
/** Events that were told before it was looked at have none. */
const via = maybe(described(wordLike(VIAS), "through what it came"));
const fill = { ...market, ...logged, priceTicks: inTicks, lots: inLots, takerBuys: flag, via };
const levels = { ...market, bids: list(storedLevel), asks: list(storedLevel) };
const at = { block: timedBlock };

export const snapshot = answer({ kind: literal("snapshot"), ...levels });
export const streamEvent = choice(
  "kind",
  answer({
    kind: literal("trade"),
    ...fill,
    makerRootId: count,
    takerRootId: count,
    maker: address,
    taker: address,
    ...at,
  }),
  answer({
    kind: literal("created"),
    ...market,
    ...logged,
    tradeRootId: count,
    link: hash,
    priceTicks: inTicks,
    quantityLots: inLots,
    nonce: integer,
    deadline: integer,
    timeInForce: count,
    ...at,
  }),
  answer({ kind: literal("filled"), ...fill, tradeRootId: count, role: oneOf(["maker", "taker"]), ...at }),
  answer({ kind: literal("offset"), ...market, ...logged, tradeRootId: count, lots: inLots, reason: text, ...at }),
  /** A transaction brought the package in vain; another may not. */
  answer({ kind: literal("skipped"), nonce: integer, transactionHash: hash, code: text, ...at }),
  /** Levels that changed; those that are gone have no lots. */
  answer({ kind: literal("levels"), ...levels, ...at }),
  /** The index stands at this block: all that it has brought was told, or follows at once. */
  answer({ kind: literal("head"), link: described(hash, "newest checkpoint of the order chain after it"), ...at }),
  /** What a lot of a branch can still pay, as a record says; of a root every branch whose bounds may be others. */
  answer({
    kind: literal("bounds"),
    ...market,
    ...logged,
    cause: wordLike(BOUNDS_CAUSES),
    ...ticksSpan,
    settled: flag,
    ...at,
  }),
  /** What a trader claims after the block. */
  answer({ kind: literal("claims"), claims: described(list(inWei), "v, wei of claim on each asset"), ...at }),
  /** The whole book again, after a reorganisation. */
  snapshot,
  /** All events of blocks above are void; what of them is still true is told again. */
  answer({ kind: literal("reorganised"), ancestor: plain(z.int()) }),
);
export type RelayEvent = DomainOf<typeof streamEvent>;

const numbered = { stream: text, seq: count };
export const streamMessage = choice(
  "type",
  /** Events after `seq` follow. */
  answer({ type: literal("subscribed"), ...numbered }),
  /** A book to start from: changes after `seq` follow. */
  answer({ type: literal("snapshot"), ...numbered, data: snapshot }),
  answer({ type: literal("event"), ...numbered, data: streamEvent }),
  /** Events `from` to `to` cannot be told any more; for a book a snapshot follows. */
  answer({ type: literal("gap"), stream: text, from: count, to: count }),
  answer({ type: literal("unsubscribed"), stream: text }),
  /** After `subscribed`, to the trader alone: its packages that have not landed, in the order of their acknowledgement. */
  answer({ type: literal("packages"), stream: text, packages: list(packageState) }),
  /** To the trader alone: one that was taken, or of which something else has become since. It has no number: nothing of it is told again. */
  answer({ type: literal("package"), stream: text, data: packageState }),
  /** The same of its signed cancellations: those of which more may still come, and one that was taken or of which something else has become. */
  answer({ type: literal("cancellations"), stream: text, cancellations: list(cancellationState) }),
  answer({ type: literal("cancellation"), stream: text, data: cancellationState }),
  /** The connection lives: the last number that was sent of each stream. Whoever has a lower one comes back for what is missing. */
  answer({ type: literal("heartbeat"), streams: list(answer(numbered)) }),
  answer({ type: literal("error"), ...refusal }),
);
export type StreamMessage = DomainOf<typeof streamMessage>;
/** What a reader of the stream hears; heartbeats are the client's own affair. */
export type RelayMessage = Exclude<StreamMessage, { type: "error" | "heartbeat" }>;

/** Records of the market table, and what settlement does to accounts (R19, R36 to R39). Twin of `contracts/OrderBookMarkets.sol`. */
import { ZeroHash } from "ethers";

import { fallbackChange, recordChange } from "../market/market-chain.js";
import type { MarketRecord } from "../signing/market-record.js";
import { marketDigest, marketLink } from "../signing/typed-data.js";
import type { Ticks, TokenWei } from "../amounts/units.js";
import { realised, refreshed, worstOf } from "./margin.js";
import type { CallContext } from "./outside.js";
import { Refusal } from "../market/refusal.js";
import type { BookState } from "./state.js";

/** A record as it is submitted; the owner calls with an empty signature, or anybody brings the owner's. */
export interface SubmittedRecord {
  readonly record: MarketRecord;
  readonly signature: string;
  /** What a new root is about. */
  readonly description: string;
}

export function createMarket(
  state: BookState,
  { caller, timestamp }: CallContext,
  { record, signature, description }: SubmittedRecord,
): void {
  const { owner } = record;
  const link = marketLink(record);
  const digest = marketDigest(state.terms.domain, record);
  const ownerCalls = caller === owner && signature === "0x";
  if (!ownerCalls && !state.outside.isValidSignature(owner, digest, signature)) {
    throw new Refusal("Book_SignatureInvalid", { trader: owner, digest });
  }
  const ownerRegistered = state.traders.find(owner) !== undefined;
  const change = recordChange(state.markets.table, record, { timestamp, description, ownerRegistered });
  state.markets.apply(change, state.chain.checkpoints + 1n);
  const { marketRootId, marketBranchId } = record;
  state.chain.appendMarket({ marketRootId, marketBranchId, link, outcome: 0n as Ticks });
  state.events.emit({ kind: "marketRecorded", link, record, signature, description });
  state.chain.close(state.events);
}

export function applyFallback(state: BookState, { timestamp }: CallContext, marketRootId: number): void {
  const change = fallbackChange(state.markets.table, marketRootId, timestamp);
  state.markets.apply(change, state.chain.checkpoints + 1n);
  const { fallbackOutcome } = change.root;
  // An int32 since the root was made.
  state.chain.appendMarket({ marketRootId, marketBranchId: 0, link: ZeroHash, outcome: fallbackOutcome as Ticks });
  state.events.emit({ kind: "fallbackApplied", marketRootId, fallbackOutcome });
  state.chain.close(state.events);
}

/** R19: turns positions in a settled root into cash. One outcome is left, so worst and best case are the same. */
export function realise(state: BookState, marketRootId: number, traders: readonly string[]): void {
  const root = state.markets.known(marketRootId);
  if (!root.settled) throw new Refusal("Book_MarketNotSettled", { marketRootId: BigInt(marketRootId) });
  for (const trader of traders) {
    const { traderId } = state.traders.registered(trader);
    const exposure = state.margin.load(traderId, root);
    const { worst: cash } = worstOf(root, exposure.lots);
    const after = realised(exposure, cash);
    if (after === undefined) throw new Refusal("Book_PositionOverflow", { trader });
    state.margin.store(root, after);
    state.events.emit({ kind: "realised", marketRootId, traderId, cash: cash as TokenWei });
  }
}

/** Brings stored worst cases up to date with the root's bounds, which frees collateral. */
export function refresh(state: BookState, marketRootId: number, traders: readonly string[]): void {
  const root = state.markets.known(marketRootId);
  if (root.settled) throw new Refusal("Book_MarketSettled", { marketRootId: BigInt(marketRootId) });
  for (const trader of traders) {
    const { traderId } = state.traders.registered(trader);
    const after = refreshed(root, state.margin.load(traderId, root));
    if (after === undefined) throw new Refusal("Book_PositionOverflow", { trader });
    state.margin.store(root, after);
    state.events.emit({ kind: "refreshed", marketRootId, traderId, worst: after.rootWorst as TokenWei });
  }
}

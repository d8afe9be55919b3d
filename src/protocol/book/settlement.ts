/** Records of the market table, and what settlement does to accounts (R19, R36 to R39). Twin of `contracts/OrderBookMarkets.sol`. */
import { ZeroAddress, ZeroHash } from "ethers";

import { fallbackChange, recordChange, type RootLinks } from "../market/market-chain.js";
import { type MarketRecord, NEW_ROOT } from "../signing/market-record.js";
import { marketDigest } from "../signing/typed-data.js";
import type { Ticks, TokenWei } from "../amounts/units.js";
import { realised, refreshed, storedLots, worstOf } from "./margin.js";
import type { CallContext } from "./outside.js";
import { Refusal } from "../market/refusal.js";
import type { BookState } from "./state.js";

/** A record as it is submitted; the owner calls with an empty signature, or anybody brings the owner's. */
export interface SubmittedRecord {
  readonly record: MarketRecord;
  readonly signature: string;
  /** For the root of another owner where not everybody may make roots; none (0x) if the organiser calls. */
  readonly organiserSignature?: string;
  /** What a new root is about. */
  readonly description: string;
}

const NO_SIGNATURE = "0x";

/** @returns the number that a new root was given, else the record's */
export function createMarket(state: BookState, context: CallContext, submitted: SubmittedRecord): number {
  const marketRootId = appendRecord(state, context, submitted);
  closeMarketCall(state, context.blockNumber ?? state.chain.nextMark);
  return marketRootId;
}

/** As `createMarket`, without the end of the call. */
export function appendRecord(state: BookState, context: CallContext, submitted: SubmittedRecord): number {
  const { record, signature, organiserSignature = NO_SIGNATURE, description } = submitted;
  const organiserPermits = requireSaid(state, context, submitted);
  const ownerRegistered = state.traders.find(record.owner) !== undefined;
  const { timestamp } = context;
  const said = { timestamp, description, ownerRegistered, organiserPermits, links: linksOf(state) };
  const change = recordChange(state.markets.table, record, said);
  state.markets.apply(change);
  const { marketRootId, tip: link } = change.root;
  state.chain.appendMarket({ marketRootId, marketBranchId: record.marketBranchId, link, outcome: 0n as Ticks });
  const given = { marketRootId, link, record, signature, organiserSignature, description };
  state.events.emit({ kind: "marketRecorded", ...given });
  return marketRootId;
}

/** R36: the owner speaks, and the organiser if its signature is there. @returns whether the organiser permits a root */
function requireSaid(state: BookState, { caller }: CallContext, submitted: SubmittedRecord): boolean {
  const { record, signature, organiserSignature = NO_SIGNATURE } = submitted;
  const digest = marketDigest(state.terms.domain, record);
  const requireSaidBy = (speaker: string, text: string): void => {
    // No signature means that the speaker calls.
    const said =
      text === NO_SIGNATURE ? caller === speaker : state.outside.signedBy(speaker, digest, text) !== undefined;
    if (!said) throw new Refusal("Book_SignatureInvalid", { trader: speaker, digest });
  };
  requireSaidBy(record.owner, signature);
  const { marketCreator } = state.markets.table.terms;
  if (organiserSignature === NO_SIGNATURE) return caller === marketCreator;
  if (record.marketRootId !== NEW_ROOT || marketCreator === ZeroAddress) {
    throw new Refusal("Book_SignatureInvalid", { trader: marketCreator, digest });
  }
  requireSaidBy(marketCreator, organiserSignature);
  return true;
}

function linksOf({ chain, markets, terms }: BookState): RootLinks {
  return {
    rootMadeBy: (link) => markets.rootMadeBy(link),
    accepts: (previousLink) => chain.accepts(previousLink, terms.chainWindow, 0n),
    current: chain.link,
  };
}

export function applyFallback(state: BookState, context: CallContext, marketRootId: number): void {
  appendFallback(state, context, marketRootId);
  closeMarketCall(state, context.blockNumber ?? state.chain.nextMark);
}

/** As `applyFallback`, without the end of the call. */
export function appendFallback(state: BookState, { timestamp }: CallContext, marketRootId: number): void {
  const change = fallbackChange(state.markets.table, marketRootId, timestamp);
  state.markets.apply(change);
  const { fallbackOutcome } = change.root;
  // An int32 since the root was made.
  state.chain.appendMarket({ marketRootId, marketBranchId: 0, link: ZeroHash, outcome: fallbackOutcome as Ticks });
  state.events.emit({ kind: "fallbackApplied", marketRootId, fallbackOutcome });
}

/** Ends a call that may have made a root, which its checkpoint is the first to know. */
export function closeMarketCall({ chain, events, markets }: BookState, mark: bigint): void {
  markets.date(BigInt(chain.numberInCall(mark)));
  chain.close(events, mark);
}

/** R19: turns positions in a settled root into cash. One outcome is left, so worst and best case are the same. */
export function realise(state: BookState, marketRootId: number, traders: readonly string[]): void {
  const root = state.markets.known(marketRootId);
  if (!root.settled) throw new Refusal("Book_MarketNotSettled", { marketRootId: BigInt(marketRootId) });
  for (const trader of traders) {
    const { traderId } = state.traders.registered(trader);
    const exposure = state.margin.load(traderId, root);
    const { worst: cash } = worstOf(root, exposure.lots);
    state.margin.store(root, realised(exposure, cash));
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
    state.margin.store(root, after);
    // In the basket a full set is cash: what counts is the worst of the rest.
    const { worst } = worstOf(root, storedLots(root, after.lots));
    state.events.emit({ kind: "refreshed", marketRootId, traderId, worst: worst as TokenWei });
  }
}

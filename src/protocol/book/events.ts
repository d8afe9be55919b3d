/** What a book records: one shape for each event of the contract, with the same values in the same order. */
import type { MarketRecord } from "../signing/market-record.js";
import type { TradePackage } from "../signing/package.js";
import type { QuoteFields, QuoteSetTerms } from "../signing/quote-set.js";
import type { TradesCancellation } from "../signing/trades-cancellation.js";
import type { Hash } from "../signing/typed-data.js";
import type { Lots, Ticks, TokenWei } from "../amounts/units.js";
import type { Journal } from "./journal.js";
import type { Refusal } from "../market/refusal.js";

/** Why an order's remaining lots were taken out, in the order of the contract's OffsetReason. */
export const OFFSET_REASONS = ["cancelled", "expired", "uncovered", "ownOrder", "remainder"] as const;
export type OffsetReason = (typeof OFFSET_REASONS)[number];

/**
 * Amounts are wei, prices ticks; `lots` are unsigned here, `leg` 0 is the session token.
 * @typeParam Reason how a refusal is given that a batch went on without: by the book itself, or as decoded from a log
 */
export type BookEvent<Reason = Refusal> =
  | { readonly kind: "userCreated"; readonly traderId: number; readonly trader: string }
  | { readonly kind: "deposited"; readonly traderId: number; readonly leg: number; readonly amount: TokenWei }
  | {
      readonly kind: "withdrawn";
      readonly traderId: number;
      readonly leg: number;
      readonly amount: TokenWei;
      readonly to: string;
    }
  | {
      readonly kind: "exited";
      readonly traderId: number;
      readonly to: string;
      readonly claims: readonly TokenWei[];
      readonly redeemed: boolean;
    }
  | { readonly kind: "noncesInvalidated"; readonly traderId: number; readonly nonceFloor: bigint }
  | {
      readonly kind: "tradeCreated";
      readonly tradeRootId: number;
      readonly package: TradePackage;
      /** Of the trader's key, 64 bytes (ERC-2098); `0x` if its contract wallet has approved the package: that comes next. */
      readonly signature: string;
    }
  | { readonly kind: "tradeApproved"; readonly tradeRootId: number; readonly signature: string }
  /** The order rests at a place that was used before. Any other rests at the place of its own number. */
  | { readonly kind: "tradePlaced"; readonly tradeRootId: number; readonly place: number }
  | {
      readonly kind: "matched";
      readonly makerRootId: number;
      readonly takerRootId: number;
      readonly priceTicks: Ticks;
      readonly lots: Lots;
    }
  | { readonly kind: "offset"; readonly tradeRootId: number; readonly lots: Lots; readonly reason: OffsetReason }
  | { readonly kind: "tradesCancelled"; readonly cancellation: TradesCancellation; readonly signature: string }
  | {
      readonly kind: "skipped";
      readonly index: number;
      readonly trader: string;
      readonly nonce: bigint;
      readonly refusal: Reason;
    }
  | { readonly kind: "cancellationSkipped"; readonly trader: string; readonly refusal: Reason }
  | {
      readonly kind: "quoteSetSkipped";
      readonly index: number;
      readonly trader: string;
      readonly nonce: bigint;
      readonly refusal: Reason;
    }
  | ({
      readonly kind: "quoteSetCreated";
      /** Of its first quote that is appended. */
      readonly tradeRootId: number;
      /** Of the trader's key over the set, 64 bytes (ERC-2098). */
      readonly signature: string;
      /** How many follow, each as quoteCreated or quoteSkipped. */
      readonly quotes: number;
    } & QuoteSetTerms)
  /** What of it rests, rests at `place`; no tradePlaced says so. */
  | ({ readonly kind: "quoteCreated"; readonly tradeRootId: number; readonly place: number } & QuoteFields)
  | {
      readonly kind: "quoteSkipped";
      readonly trader: string;
      /** Its number in the set, from 0. */
      readonly quote: number;
      readonly primaryLink: Hash;
      readonly refusal: Reason;
    }
  | { readonly kind: "offsetSkipped"; readonly tradeRootId: number; readonly refusal: Reason }
  | { readonly kind: "checkpoint"; readonly head: Hash; readonly link: Hash }
  | {
      readonly kind: "marketRecorded";
      /** The number that a new root was given, else the record's. */
      readonly marketRootId: number;
      readonly link: Hash;
      readonly record: MarketRecord;
      readonly signature: string;
      readonly organiserSignature: string;
      readonly description: string;
    }
  | { readonly kind: "fallbackApplied"; readonly marketRootId: number; readonly fallbackOutcome: bigint }
  | { readonly kind: "realised"; readonly marketRootId: number; readonly traderId: number; readonly cash: TokenWei }
  | { readonly kind: "refreshed"; readonly marketRootId: number; readonly traderId: number; readonly worst: TokenWei };

/** The events of the call that runs. */
export class EventLog {
  readonly #journal: Journal;
  #events: BookEvent[] = [];

  static readonly #undoEmit = (log: EventLog): void => {
    log.#events.pop();
  };

  public constructor(journal: Journal) {
    this.#journal = journal;
  }

  public emit(event: BookEvent): void {
    this.#events.push(event);
    this.#journal.note(EventLog.#undoEmit, this);
  }

  /** Hands out what was recorded since the last time. */
  public take(): BookEvent[] {
    const taken = this.#events;
    this.#events = [];
    return taken;
  }
}

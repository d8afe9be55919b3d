/** What a rebuild says of logged events: which they are, whether two are the same, and that one cannot be. */
import { RuleError } from "../amounts/errors.js";
import { toTaggedJson } from "../amounts/json.js";
import type { Refusal } from "../market/refusal.js";
import type { BookEvent } from "./events.js";

export type EventOf<Kind extends BookEvent["kind"]> = Extract<BookEvent, { kind: Kind }>;

/** How far the call has come: cancellations come before orders, and a record of the market table comes alone. */
export type Phase = "none" | "cancelling" | "ordering" | "market";

/** What begins a part of a call, or ends it. */
export const PHASES: Readonly<Partial<Record<BookEvent["kind"], Phase>>> = {
  checkpoint: "none",
  fallbackApplied: "market",
  marketRecorded: "market",
  quoteSetCreated: "ordering",
  tradeCreated: "ordering",
  tradesCancelled: "cancelling",
};

/** Nothing has changed by what was left out. */
const SKIPS = ["cancellationSkipped", "offsetSkipped", "quoteSetSkipped", "skipped"] as const;
type Skip = Extract<BookEvent<unknown>, { kind: (typeof SKIPS)[number] }>;

export function isSkip(event: BookEvent<unknown>): event is Skip {
  return SKIPS.some((kind) => kind === event.kind);
}

export type QuoteEvent = Extract<BookEvent<unknown>, { kind: "quoteCreated" | "quoteSkipped" }>;

export function refuse(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw refusal;
}

export function impossible(
  event: BookEvent<unknown> | undefined,
  values: Readonly<Record<string, string | number | bigint>>,
  cause?: unknown,
): RuleError {
  return new RuleError(
    "RECORD_IMPOSSIBLE",
    event === undefined ? values : { record: toTaggedJson(event), ...values },
    cause,
  );
}

/** Whether two events, or two values of theirs, are equal in every part. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const parts = new Map<string, unknown>(Object.entries(b));
  const own = Object.entries(a);
  return own.length === parts.size && own.every(([name, value]) => parts.has(name) && isSame(value, parts.get(name)));
}

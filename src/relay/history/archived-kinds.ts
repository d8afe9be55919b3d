/** The kinds of rows that are archived, as files call them; blocks come first, as other rows are told of a block. */
import type { HistoryRows } from "../../history/rows.js";

export const ARCHIVED_KINDS = [
  "blocks",
  "orders",
  "fills",
  "offsets",
  "bounds",
  "allocations",
  "markets",
  "weights",
  "records",
  "accounts",
  "checkpoints",
] as const satisfies readonly ("blocks" | keyof HistoryRows)[];

export type ArchivedKind = (typeof ARCHIVED_KINDS)[number];

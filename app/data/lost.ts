import type { SourceState } from "./source.js";

/** What a source becomes when it does not answer: what was shown stays, with its age. */
export function lostAfter(before: SourceState, reason: string): SourceState {
  const since = before.status === "lost" ? before.since : Date.now();
  return { status: "lost", reason, since, ...(before.head !== undefined && { head: before.head }) };
}

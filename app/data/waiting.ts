import type { SourceState } from "./source.js";

/** What a source becomes when it does not answer: what was shown stays, with its age. */
export function lostAfter(before: SourceState, reason: string): SourceState {
  const since = before.status === "lost" ? before.since : Date.now();
  return { status: "lost", reason, since, ...(before.head !== undefined && { head: before.head }) };
}

export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

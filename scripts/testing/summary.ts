/** The numbers that a suite's process sends to the one that started it. */

export interface SuiteSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function parseSuiteSummary(message: unknown): SuiteSummary | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { passed, failed, skipped } = message as Partial<Record<keyof SuiteSummary, unknown>>; // each checked below
  return isCount(passed) && isCount(failed) && isCount(skipped) ? { passed, failed, skipped } : undefined;
}

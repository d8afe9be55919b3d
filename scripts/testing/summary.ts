/** The numbers that a suite's process sends to the one that started it, and what has failed in it. */

export interface SuiteSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Tests that failed, by their whole names, each with its message. */
  readonly failures: readonly string[];
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

export function parseSuiteSummary(message: unknown): SuiteSummary | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { passed, failed, skipped, failures } = message as Partial<Record<keyof SuiteSummary, unknown>>; // each checked below
  if (!isCount(passed) || !isCount(failed) || !isCount(skipped) || !isTexts(failures)) return undefined;
  return { passed, failed, skipped, failures };
}

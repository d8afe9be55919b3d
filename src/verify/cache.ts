/** Answers that depend on nothing but the question, for whoever verifies many logs that are almost the same. */
import type { SessionEvent } from "./events.js";

export interface VerifyCache {
  /** Whose key signed, by digest and signature. */
  readonly signers: Map<string, string | undefined>;
  /** What a record says, by its address, topics and data. */
  readonly events: Map<string, SessionEvent>;
  /** Worst cases by the reference, wei, by root and lots. */
  readonly worsts: Map<string, bigint>;
}

/** Grows with every different question: for a while, not for ever. Use one only for copies of one log. */
export function createVerifyCache(): VerifyCache {
  return { signers: new Map(), events: new Map(), worsts: new Map() };
}

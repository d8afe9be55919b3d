/** Questions to a node whose answer may fail to come: then it is said what could not be checked, and no verdict follows from it. */
import { asClientError } from "../bindings/errors.js";
import { nodeErrorOf, revertOf } from "../node/classify.js";
import { ProtocolError } from "../protocol/amounts/errors.js";
import { Violation } from "./violation.js";

/** How much of a node's words is repeated. */
const MOST_WORDS = 300;

/** @returns the answer, or what the node said instead. @throws Violation, and whatever is no node's error */
export async function ask<Answer>(
  question: () => Promise<Answer>,
): Promise<{ readonly answer: Answer } | { readonly refused: string }> {
  try {
    return { answer: await question() };
  } catch (error) {
    return { refused: wordsOf(error) };
  }
}

/** Whether a contract has answered, by a revert. What else a node says of a call says nothing of the contract. */
export function isRevert(error: unknown): boolean {
  return revertOf(error) !== undefined;
}

/** The node's own words. @throws the error itself, if it is a finding or a fault of the program */
export function wordsOf(error: unknown): string {
  const told = nodeErrorOf(error) ?? revertOf(error);
  const isFault = told === undefined && error instanceof TypeError && !("code" in error); // ethers has codes
  if (error instanceof Violation || isFault) throw error;
  const { message } = told ?? (error instanceof ProtocolError ? error : asClientError(error));
  const words = message.replace(/\s+/g, " ");
  return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)} …` : words;
}

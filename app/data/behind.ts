/** The block at which an answer holds. */
interface At {
  readonly number: number;
  readonly hash: string;
}

/** Whether an answer says of itself that it holds at a block before the newest, or at one that is not on the chain any more. */
export function isBehind(answer: unknown, head: At | undefined): boolean {
  const at = blockOf(answer);
  if (at === undefined || head === undefined) return false;
  return at.number < head.number || (at.number === head.number && at.hash.toLowerCase() !== head.hash.toLowerCase());
}

function blockOf(answer: unknown): At | undefined {
  if (typeof answer !== "object" || answer === null || !("block" in answer)) return undefined;
  const { block } = answer;
  if (typeof block !== "object" || block === null || !("number" in block) || !("hash" in block)) return undefined;
  const { number, hash } = block;
  return typeof number === "number" && typeof hash === "string" ? { number, hash } : undefined;
}

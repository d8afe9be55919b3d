/** Which commands make sense next, from where a session and somebody in it stand. */
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import type { WalletFacts } from "./wallet.js";

const PHASES = ["created", "cancelled", "funded", "open", "settling"] as const;
export type Phase = (typeof PHASES)[number];

export async function phaseOf({ session }: SessionHandle): Promise<Phase> {
  return PHASES[Number(await read(session.phase()))] ?? "created"; // an enum of the contract
}

export interface Standing {
  readonly phase: Phase;
  /** 0 if the book does not know the trader. */
  readonly traderId: number;
  /** What the account is worth in the worst outcome: above zero if there is anything to take out. */
  readonly claim: bigint;
  readonly openOrders: number;
  /** Settled roots in which there is a position. */
  readonly settledRoots: readonly number[];
  readonly wallet: WalletFacts;
}

/** Words after `session`. */
export function nextSteps(standing: Standing): string[] {
  const { phase, traderId, openOrders, settledRoots, wallet } = standing;
  const realise = settledRoots.map((marketRootId) => `realise ${marketRootId}`);
  if (phase === "settling") return [...realise, ...afterTheEnd(standing)];
  if (realise.length > 0) return realise;
  const hasTokens = wallet.sessionTokenWei > 0n;
  if (traderId === 0) return hasTokens ? ["deposit AMOUNT"] : [];
  const sets = wallet.legTokenWei.length > 0 && wallet.legTokenWei.every((wei) => wei > 0n) ? ["merge AMOUNT"] : [];
  return ["trade buy LOTS --price PRICE", ...(openOrders > 0 ? ["orders"] : []), ...sets];
}

/** From t2 on: everything out of the book, then every token into its assets. */
function afterTheEnd({ traderId, claim, wallet }: Standing): string[] {
  const exit = traderId !== 0 && claim > 0n ? ["exit --in-kind"] : [];
  return [...exit, ...redemptions(wallet)];
}

/** One command for each kind of token that there is. */
export function redemptions({ sessionTokenWei, legTokenWei }: WalletFacts): string[] {
  const legs = legTokenWei.flatMap((wei, k) => (wei > 0n ? [`redeem all --leg ${k + 1}`] : []));
  return [...(sessionTokenWei > 0n ? ["redeem all"] : []), ...legs];
}

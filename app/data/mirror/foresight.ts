/** What an order would do, by the mirror's book: it is played and taken back, and nothing of it stays. */
import { effectOfOrder, mostLots, type OrderEffect } from "../../../src/protocol/book/order-effect.js";
import { firstUnused } from "../../../src/client/nonces.js";
import { FRESH_NONCES } from "../../../src/protocol/book/nonces.js";
import { linkToSign } from "../../../src/protocol/book/projections.js";
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { isRefusal, type Refusal, REFUSAL_ADVICE } from "../../../src/protocol/market/refusal.js";
import { type PackageFields, tradePackage, type TradePackage } from "../../../src/protocol/signing/package.js";
import type { Followed } from "./follow.js";

/** An order before it has a nonce, and a link that it is signed over. */
export type UnsignedOrder = Omit<PackageFields, "previousLink" | "nonce">;

/** A refusal as it comes out of the worker, which sends no classes. */
export interface ToldRefusal {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  /** Whether the same may succeed later. */
  readonly retryable: boolean;
  readonly values: Readonly<Record<string, bigint | string | number>>;
}

export interface Foreseen {
  /** The block that it was foreseen at. */
  readonly block: number;
  readonly effect: OrderEffect | undefined;
  readonly refusal: ToldRefusal | undefined;
}

type Ground = Pick<Followed, "projector" | "sharesMarks" | "tip">;

export function foresee(ground: Ground, draft: UnsignedOrder): Foreseen {
  const block = ground.tip.number;
  const order = orderOf(ground, draft);
  if ("code" in order) return { block, effect: undefined, refusal: order };
  const effect = effectOfOrder(ground.projector.book, nextTime(ground), order);
  if (isRefusal(effect)) return { block, effect: undefined, refusal: told(effect) };
  return { block, effect, refusal: undefined };
}

export function mostOf(ground: Ground, draft: UnsignedOrder): bigint | ToldRefusal {
  const order = orderOf(ground, draft);
  if ("code" in order) return order;
  const most = mostLots(ground.projector.book, nextTime(ground), order);
  return isRefusal(most) ? told(most) : most;
}

/** The order as it would be signed now. */
function orderOf({ projector, sharesMarks }: Ground, draft: UnsignedOrder): TradePackage | ToldRefusal {
  const { state } = projector;
  const nonces = state.traders.find(draft.trader)?.nonces ?? FRESH_NONCES;
  const nonce = firstUnused(nonces) ?? nonces.floor;
  try {
    return tradePackage({ ...draft, nonce, previousLink: linkToSign(state, sharesMarks) });
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    const { code, message, values } = error;
    return { code, message, advice: "Correct the order.", retryable: false, values };
  }
}

/** A block that comes next is at least a second younger. */
function nextTime({ tip }: Ground): bigint {
  return tip.timestamp + 1n;
}

function told({ code, message, values }: Refusal): ToldRefusal {
  return { code, message, ...REFUSAL_ADVICE[code], values: { ...values } };
}

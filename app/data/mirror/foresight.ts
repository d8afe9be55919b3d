/** What an order would do, by the mirror's book: it is played and taken back, and nothing of it stays. */
import { paidIn as payments } from "../../../src/protocol/book/payments.js";
import { effectOfOrder, effectOfOrders, mostLots, type OrderEffect } from "../../../src/protocol/book/order-effect.js";
import { FRESH_NONCES, nextNonces } from "../../../src/protocol/book/nonces.js";
import { bindingIn, linkToSign } from "../../../src/protocol/book/projections.js";
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

/** What several orders would do, one after the other. */
export interface ForeseenAll {
  readonly block: number;
  /** Of each that would be taken, up to the first that would not. */
  readonly effects: readonly OrderEffect[];
  /** Of the next one. */
  readonly refusal: ToldRefusal | undefined;
}

/** @param drafts of one trader */
export function foreseeAll(ground: Ground, drafts: readonly UnsignedOrder[]): ForeseenAll {
  const block = ground.tip.number;
  const orders: TradePackage[] = [];
  for (const draft of drafts) {
    const order = orderOf(ground, draft, orders.length);
    if ("code" in order) return { block, effects: [], refusal: order };
    orders.push(order);
  }
  const { effects, refusal } = effectOfOrders(ground.projector.book, nextTime(ground), orders);
  return { block, effects, refusal: refusal && told(refusal) };
}

export function mostOf(ground: Ground, draft: UnsignedOrder): bigint | ToldRefusal {
  const order = orderOf(ground, draft);
  if ("code" in order) return order;
  const most = mostLots(ground.projector.book, nextTime(ground), order);
  return isRefusal(most) ? told(most) : most;
}

/** What `exit` would pay now. */
export interface ForeseenExit {
  /** Wei of claim on each asset that it pays: in session and leg tokens exactly these. */
  readonly claims: readonly bigint[];
  /** Roots in which something is at stake still: paid by another exit once they are settled. */
  readonly later: readonly number[];
}

/** @returns undefined before t2, and when nothing is due */
export function foreseeExit({ projector, tip }: Ground, trader: string): ForeseenExit | undefined {
  const { book } = projector;
  const known = book.state.traders.find(trader);
  if (known === undefined) return undefined;
  return book.state.journal.rehearse(() => {
    try {
      const { result } = book.exit({ caller: trader, timestamp: tip.timestamp + 1n }, trader, false);
      const later = bindingIn(book.state, known.traderId).roots.map(({ marketRootId }) => marketRootId);
      return { claims: result, later };
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  });
}

/** Wei of claim on each asset that a trader has paid in and not taken out: what it would have if it had never traded. */
export function paidIn(
  { records, projector, terms }: Pick<Followed, "records" | "projector" | "terms">,
  trader: string,
): readonly bigint[] {
  const traderId = projector.state.traders.find(trader)?.traderId ?? 0;
  const assets = terms.basket.quantities.length;
  // What was paid out at the end was not traded away.
  const paid = payments(
    records.filter(({ kind }) => kind !== "exited"),
    assets,
  );
  return paid.get(traderId) ?? Array.from({ length: assets }, () => 0n);
}

/** The order as it would be signed now. @param before others of this trader, which are signed before it */
function orderOf({ projector, sharesMarks }: Ground, draft: UnsignedOrder, before = 0): TradePackage | ToldRefusal {
  const { state } = projector;
  const nonces = state.traders.find(draft.trader)?.nonces ?? FRESH_NONCES;
  try {
    const nonce = nextNonces(nonces, before + 1)[before] ?? nonces.floor;
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

/**
 * What a cancellation will do that comes before packages which are laid on already, found without laying them on again: from the book
 * as it is behind them, from what each of them has taken out, and from the nonces that were used before it.
 */
import { refusalOfCancellation } from "../../protocol/book/cancellation.js";
import { type NonceWindow, withNonceFloor } from "../../protocol/book/nonces.js";
import type { Refusal } from "../../protocol/market/refusal.js";
import type { Trader } from "../../protocol/book/traders.js";
import type { TradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import type { Batch, Expected } from "../follow/batch.js";
import { nothingMeant, ordersMeant } from "../follow/cancelling.js";
import type { Mirror } from "../follow/mirror.js";
import type { NamedCancellation } from "../store/cancellations.js";

/** Orders that a cancellation takes out, in the order in which they came, and whether these are all that it is about. */
export interface Foresight {
  readonly orders: readonly { readonly tradeRootId: number }[];
  readonly isWhole: boolean;
}

/** What of a batch will come behind. */
export type Behind = Pick<Batch, "cancellations" | "expected">;

export interface Place {
  /** What is laid on and will come behind it, in its order. */
  readonly behind: readonly Behind[];
  /** Cancellations that will come before it though the book has them behind packages. */
  readonly ahead: readonly NamedCancellation[];
  readonly timestamp: bigint;
  /** Orders that one can take out. */
  readonly most: number;
}

/** @returns what comes of it, or why nothing would */
export function foresee({ book }: Pick<Mirror, "book">, named: NamedCancellation, place: Place): Foresight | Refusal {
  const { cancellation } = named.signed;
  const { state } = book;
  const { timestamp, most } = place;
  const known = state.traders.find(cancellation.trader);
  const trades = tradesBefore(place) ?? state.chain.trades;
  const nonces = known && noncesBefore(known, place);
  const ground = {
    ...{ hashing: state.hashing, outside: state.outside },
    traders: { find: () => nonces && { nonces } },
    chain: { trades, separator: state.chain.separator },
  };
  const refusal = refusalOfCancellation(ground, timestamp, named.signed, ["key", "wallet"]);
  if (refusal !== undefined || known === undefined || nonces === undefined)
    return refusal ?? nothingMeant(cancellation);
  const gone = goneBehind(known, place).filter(
    (tradeRootId) => tradeRootId <= trades && isInRange(cancellation, tradeRootId),
  );
  const resting = ordersMeant(book, cancellation, trades).map(({ tradeRootId }) => tradeRootId);
  const meant = [...resting, ...gone].sort((a, b) => a - b);
  if (meant.length === 0 && cancellation.nonceFloor <= nonces.floor) return nothingMeant(cancellation);
  return { orders: meant.slice(0, most).map((tradeRootId) => ({ tradeRootId })), isWhole: meant.length <= most };
}

/** Numbers that were given before the first package behind it. */
function tradesBefore({ behind }: Place): number | undefined {
  for (const { expected } of behind) {
    for (const { outcome, tradesBefore: before } of expected) if (typeof outcome === "number") return before;
  }
  return undefined;
}

function noncesBefore({ address, nonces: now }: Trader, { behind, ahead }: Place): NonceWindow {
  let nonces = firstOf(address, behind)?.noncesBefore ?? now;
  for (const { signed } of ahead) {
    const { trader, nonceFloor } = signed.cancellation;
    if (trader === address && nonceFloor > nonces.floor) nonces = withNonceFloor(nonces, nonceFloor);
  }
  return nonces;
}

/** The first of a trader's. */
function firstOf(address: string, behind: readonly Behind[]): Pick<Expected, "noncesBefore"> | undefined {
  for (const { cancellations, expected } of behind) {
    const first =
      cancellations.find(({ signed }) => signed.cancellation.trader === address) ??
      expected.find(({ signed }) => signed.package.trader === address);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Orders of a trader that rest before what is behind, and not behind it; without those that go before that. */
function goneBehind({ traderId, address }: Trader, { behind, ahead }: Place): number[] {
  const gone: number[] = [];
  for (const { cancellations, expected } of behind) {
    for (const { signed, orders } of cancellations) {
      if (signed.cancellation.trader === address) gone.push(...orders.map(({ tradeRootId }) => tradeRootId));
    }
    for (const one of expected)
      for (const each of one.gone) if (each.traderId === traderId) gone.push(each.tradeRootId);
  }
  const own = ahead.filter(({ signed }) => signed.cancellation.trader === address);
  return gone.filter((tradeRootId) => !own.some(({ signed }) => isInRange(signed.cancellation, tradeRootId)));
}

function isInRange({ fromTradeRootId, toTradeRootId }: TradesCancellation, tradeRootId: number): boolean {
  return tradeRootId >= fromTradeRootId && tradeRootId <= toTradeRootId;
}

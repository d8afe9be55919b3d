/** The terms of a session: what its first log says, what its addresses prove, and that they are possible (R8). */
import {
  MAX_ASSETS,
  MAX_CHAIN_WINDOW,
  MAX_OPEN_ORDERS,
  MAX_SUPPLY,
  MAX_TIME,
  MIN_CHAIN_WINDOW,
} from "../protocol/amounts/limits.js";
import type { SessionCreated } from "./events.js";
import { cloneAddress } from "../bindings/clones.js";
import { clonesOf } from "./clone.js";
import type { LogHeader } from "./log-header.js";
import { requireSame, Violation } from "./violation.js";

const ZERO = `0x${"0".repeat(40)}`;

/** @throws Violation R8 */
export function requireCreation(header: LogHeader, event: SessionCreated, timestamp: bigint): void {
  const { terms, session, book, organiser } = header;
  const { params } = event;
  const said = { session: event.session, orderBook: event.orderBook, organiser: event.organiser };
  requireSame("R8", "The header names other contracts than the log of the creation.", said, {
    session,
    orderBook: book,
    organiser,
  });
  const lists = (assets: unknown, quantities: unknown, legs: unknown) => ({
    assets: String(assets),
    quantities: String(quantities),
    legs: String(legs),
  });
  requireSame(
    "R8",
    "The header has other assets than the log of the creation.",
    lists(params["assets"], params["quantities"], event.legTokens),
    lists(terms.assets, terms.quantities, header.legs),
  );
  const { name, symbol, supply, t1, t2, policy, settleLimit, chainWindow, maxOpenOrders } = terms;
  const { maxLots, basketScale, basketTickValue, marketCreator } = terms;
  requireSame("R8", "The header has other terms than the log of the creation.", params, {
    name,
    symbol,
    supply,
    t1,
    t2,
    policy,
    settleLimit,
    basketScale,
    basketTickValue,
    chainWindow: BigInt(chainWindow),
    maxOpenOrders: BigInt(maxOpenOrders),
    maxLots,
    openMarkets: marketCreator === ZERO,
  });
  if (marketCreator !== ZERO) {
    requireSame(
      "R36",
      "The organiser makes markets, or everybody does.",
      { marketCreator },
      { marketCreator: organiser },
    );
  }
  requirePossible(header, timestamp);
  requireAddresses(header);
}

/** What the factory asks of terms. */
function requirePossible({ terms, legs }: LogHeader, timestamp: bigint): void {
  const { assets, quantities, supply, t1, t2, settleLimit, chainWindow, maxOpenOrders } = terms;
  const { basketScale, basketTickValue } = terms;
  const demands = {
    assets: assets.length >= 1 && assets.length <= MAX_ASSETS && new Set(assets).size === assets.length,
    legs: legs.length === assets.length,
    quantities: quantities.length === assets.length && quantities.every((quantity) => quantity > 0n),
    window: timestamp < t1 && t1 < t2 && t2 <= settleLimit && settleLimit <= MAX_TIME,
    units: basketScale >= 1n && basketTickValue >= 1n,
    supply: supply >= basketScale * basketTickValue && supply <= MAX_SUPPLY,
    chainWindow: chainWindow >= MIN_CHAIN_WINDOW && chainWindow <= MAX_CHAIN_WINDOW,
    maxOpenOrders: maxOpenOrders >= 1 && maxOpenOrders <= MAX_OPEN_ORDERS,
  };
  for (const [what, holds] of Object.entries(demands)) {
    if (!holds) throw new Violation("R8", `The factory makes no session with such terms: ${what}.`);
  }
}

/** Each address follows from the factory, the salt and the code with the terms in it: other terms, another address. */
function requireAddresses(header: LogHeader): void {
  const { salt } = header.clones;
  if (salt === undefined) return;
  for (const { what, address, code } of clonesOf(header)) {
    const expected = cloneAddress(header.factory, salt, code);
    requireSame(
      "R8",
      `The terms in the header lead to another address of the ${what}.`,
      { address },
      { address: expected },
    );
  }
}

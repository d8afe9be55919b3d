/** Who trades, and what the book knows of them besides money. Twin of `contracts/book/Traders.sol`. */
import { getAddress, ZeroAddress } from "ethers";

import { MAX_FLOOR } from "../amounts/limits.js";
import type { Journal } from "./journal.js";
import { FRESH_NONCES, type NonceWindow, withNonce, withNonceFloor } from "./nonces.js";
import { reserveFor } from "./reserve.js";
import { Refusal } from "../market/refusal.js";

export interface Trader {
  readonly traderId: number;
  readonly address: string;
  readonly nonces: NonceWindow;
  readonly openOrders: number;
  /** Wei that the trader's open orders may need, at most (R15), in whole units of reserve. */
  readonly reserved: bigint;
}

export class Traders {
  readonly #journal: Journal;
  readonly #reserveShift: number;
  readonly #ids = new Map<string, number>();
  /** Trader number n is at index n - 1. */
  readonly #traders: Trader[] = [];

  /** @param reserveShift a unit of reserve is 2^reserveShift wei */
  public constructor(journal: Journal, reserveShift: number) {
    this.#journal = journal;
    this.#reserveShift = reserveShift;
  }

  public get count(): number {
    return this.#traders.length;
  }

  public all(): IterableIterator<Trader> {
    return this.#traders.values();
  }

  /** The trader of an address in its checksum form; undefined if it is not registered. */
  public find(address: string): Trader | undefined {
    const traderId = this.#ids.get(address);
    return traderId === undefined ? undefined : this.#traders[traderId - 1];
  }

  /** @throws RangeError if there is none: numbers of traders come from the book itself */
  public byId(traderId: number): Trader {
    const found = this.#traders[traderId - 1];
    if (found === undefined) throw new RangeError(`no trader ${traderId}`);
    return found;
  }

  /** @throws Refusal Book_TraderUnknown */
  public registered(address: string): Trader {
    const found = this.find(address);
    if (found === undefined) throw new Refusal("Book_TraderUnknown", { trader: address });
    return found;
  }

  /** Gives `trader` the next number. @throws Refusal Book_ZeroAddress, Book_TraderExists, Book_NotAdmitted */
  public register(trader: string, policy: string, admits: (trader: string) => boolean): Trader {
    if (trader === ZeroAddress) throw new Refusal("Book_ZeroAddress", {});
    const existing = this.#ids.get(trader);
    if (existing !== undefined) throw new Refusal("Book_TraderExists", { trader, traderId: BigInt(existing) });
    if (policy !== ZeroAddress && !admits(trader)) throw new Refusal("Book_NotAdmitted", { trader, policy });
    const traderId = this.#traders.length + 1;
    const made = { traderId, address: getAddress(trader), nonces: FRESH_NONCES, openOrders: 0, reserved: 0n };
    this.#journal.set(this.#ids, made.address, traderId);
    this.#put(made);
    return made;
  }

  public useNonce(traderId: number, nonce: bigint): void {
    const trader = this.byId(traderId);
    this.#put({ ...trader, nonces: withNonce(trader.nonces, nonce) });
  }

  /** As `raiseNonceFloor` of the book, without its event. */
  public raiseNonceFloor({ traderId, address, nonces }: Trader, floor: bigint): boolean {
    if (floor > MAX_FLOOR) {
      throw new Refusal("Book_NonceTooFar", { trader: address, nonce: floor, limit: MAX_FLOOR + 1n });
    }
    if (floor <= nonces.floor) return false;
    this.#put({ ...this.byId(traderId), nonces: withNonceFloor(nonces, floor) });
    return true;
  }

  /** One more open order, which may need `need` wei. The reserve is the largest need, not the sum: orders share it. */
  public openOrder(traderId: number, need: bigint): void {
    const trader = this.byId(traderId);
    const own = reserveFor(need, this.#reserveShift);
    const reserved = own > trader.reserved ? own : trader.reserved;
    this.#put({ ...trader, openOrders: trader.openOrders + 1, reserved });
  }

  /** One open order less; the reserve ends with the last. */
  public closeOrder(traderId: number): void {
    const trader = this.byId(traderId);
    const openOrders = trader.openOrders - 1;
    this.#put({ ...trader, openOrders, reserved: openOrders === 0 ? 0n : trader.reserved });
  }

  /** The next trader as it was kept; of a book that nothing has been done to. @throws RangeError for another number */
  public restore(trader: Trader): void {
    if (trader.traderId !== this.#traders.length + 1) throw new RangeError(`trader ${trader.traderId} is not the next`);
    this.#ids.set(trader.address, trader.traderId);
    this.#traders.push(trader);
  }

  #put(trader: Trader): void {
    const index = trader.traderId - 1;
    this.#journal.note(undoPut, this.#traders, index, this.#traders[index]);
    this.#traders[index] = trader;
  }
}

/** @param before undefined if the trader was not registered: then it is the last one */
function undoPut(traders: Trader[], index: number, before: Trader | undefined): void {
  if (before === undefined) traders.length = index;
  else traders[index] = before;
}

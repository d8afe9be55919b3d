/** Orders in few bytes, as `createTrades` takes them (contracts/book/Batch.sol); by hand, as everything that the tests send. */
import { Signature } from "ethers";

import type { SignedOrder } from "./orders.js";

/** A cancellation as its trader has signed it, and the places of the orders that it is about. */
export interface SignedCancellation {
  readonly trader: string;
  readonly from: number;
  readonly to: number;
  readonly nonceFloor: bigint;
  readonly deadline: number;
  readonly signature: string;
  readonly places: readonly number[];
}

export interface BatchOptions {
  readonly maxMatches?: number;
  readonly maxWalk?: number;
  /** Number of the newest checkpoint; 0 to let the book search. */
  readonly newest?: number;
  /** Whether one refusal refuses everything. */
  readonly strict?: boolean;
  readonly cancellations?: readonly SignedCancellation[];
  /** Quote sets, packed. */
  readonly sets?: readonly string[];
  /** Numbers of the orders that a wallet has signed, from 0. */
  readonly wallets?: ReadonlySet<number>;
}

const BY_WALLET = 0x80n;

export function packBatch(orders: readonly SignedOrder[], options: BatchOptions = {}): string {
  const { cancellations = [], sets = [], wallets = new Set<number>() } = options;
  const header =
    hex(options.strict === true ? 1 : 0, 1) +
    hex(options.maxMatches ?? 20, 2) +
    hex(options.maxWalk ?? 20, 2) +
    hex(options.newest ?? 0, 4) +
    hex(cancellations.length, 1) +
    hex(orders.length, 2) +
    hex(sets.length, 1) +
    hex(wallets.size, 1);
  const signatures = orders.filter((_, i) => wallets.has(i)).map(({ signature }) => String(signature).slice(2));
  const packed = orders.map((order, i) => packOrder(order, wallets.has(i)));
  return `0x${header}${cancellations.map(packCancellation).join("")}${packed.join("")}${sets.join("")}${signatures.join("")}`;
}

function packOrder({ tradePackage: p, signature, insertAfter, place }: SignedOrder, byWallet: boolean): string {
  const { r, vs } = byWallet
    ? { r: hex(0, 32), vs: hex((String(signature).length - 2) / 2, 32) }
    : compactSignature(String(signature));
  return (
    addressOf(p).slice(2).toLowerCase() +
    packMarket(p) +
    hex(BigInt(String(p.previousLink)) & 0xffn, 1) +
    hex(p.nonce, 3) +
    hex(p.deadline, 4) +
    hex(BigInt(p.timeInForce) | (byWallet ? BY_WALLET : 0n), 1) +
    hex(insertAfter, 4) +
    hex(place, 4) +
    r +
    vs
  );
}

/** Market, price and lots. */
export function packMarket(p: SignedOrder["tradePackage"]): string {
  return (
    hex((BigInt(p.marketRootId) << 6n) | BigInt(p.marketBranchId), 3) + hex(p.priceTicks, 4) + hex(p.quantityLots, 5)
  );
}

/** A package of the tests names its trader by address. */
export function addressOf({ trader }: SignedOrder["tradePackage"]): string {
  if (typeof trader !== "string") throw new Error("a trader without an address");
  return trader;
}

/** In the form of ERC-2098; what is no key's signature becomes one that is not valid. */
export function compactSignature(signature: string): { readonly r: string; readonly vs: string } {
  if (![130, 132].includes(signature.length)) return { r: hex(1, 32), vs: hex(1, 32) };
  const { r, yParityAndS } = Signature.from(signature);
  return { r: r.slice(2), vs: yParityAndS.slice(2) };
}

function packCancellation(c: SignedCancellation): string {
  const { r, vs } = compactSignature(c.signature);
  const places = c.places.map((place) => hex(place, 4)).join("");
  return (
    c.trader.slice(2).toLowerCase() +
    hex(c.from, 4) +
    hex(c.to, 4) +
    hex(c.nonceFloor, 3) +
    hex(c.deadline, 4) +
    hex(c.places.length, 1) +
    r +
    vs +
    places
  );
}

/** Two's complement in so many bytes. */
export function hex(value: bigint | number | string | { toString(): string }, bytes: number): string {
  const given = BigInt(String(value));
  const bits = BigInt(8 * bytes);
  if (given >= 1n << bits || given < -(1n << (bits - 1n))) throw new Error(`${given} does not fit ${bytes} bytes`);
  return BigInt.asUintN(Number(bits), given)
    .toString(16)
    .padStart(2 * bytes, "0");
}

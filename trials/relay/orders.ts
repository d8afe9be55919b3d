/** Signed packages of many traders, drawn from a seed. */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";

import type { SignedPackage } from "../../src/bindings/packages.js";
import { TimeInForce, tradePackage } from "../../src/protocol/signing/package.js";
import {
  type BookDomain,
  digestOf,
  domainSeparator,
  type Hash,
  primaryLink,
} from "../../src/protocol/signing/typed-data.js";
import { plainSign, type Sign } from "./load-signer.js";
import type { StageTrader } from "../../stage/traders.js";

/** Whoever can sign orders. */
export type Signatory = Pick<StageTrader, "address" | "key">;

export interface OrderSource {
  /** A good order of one of the traders, over that link. */
  next(link: Hash): SignedPackage;
  /** The trader's nonce was not used: the next order has it. */
  giveBack(signed: SignedPackage): void;
}

export interface OrderPlan {
  readonly domain: BookDomain;
  readonly traders: readonly Signatory[];
  /** Last second at which an order may be filled. */
  readonly deadline: bigint;
  readonly seed: number;
  /** How a key signs a digest; plainly if not given. */
  readonly sign?: Sign;
}

const MIDDLE = 5_000;
const SPREAD = 400;
const MAX_LOTS = 20;
const BASKET = { marketRootId: 1, marketBranchId: 1 };
const KINDS = [
  TimeInForce.GoodTillCancelled,
  TimeInForce.GoodTillCancelled,
  TimeInForce.GoodTillCancelled,
  TimeInForce.ImmediateOrCancel,
];

/** Prices around the middle, both sides: about half of the orders meet another one. */
export function createOrderSource({ domain, traders, deadline, seed, sign = plainSign }: OrderPlan): OrderSource {
  const random = xoroshiro128plus(seed);
  const below = (limit: number): number => uniformInt(random, 0, limit - 1);
  const separator = domainSeparator(domain);
  const nonces = new Map<string, bigint>();
  const free = new Map<string, bigint[]>();
  let turn = 0;
  return {
    next(previousLink) {
      const trader = traders[turn++ % traders.length];
      if (trader === undefined) throw new RangeError("no traders");
      const returned = free.get(trader.address)?.shift();
      const nonce = returned ?? nonces.get(trader.address) ?? 0n;
      if (returned === undefined) nonces.set(trader.address, nonce + 1n);
      const lots = BigInt(1 + below(MAX_LOTS));
      const buys = below(2) === 0;
      const lean = buys ? -SPREAD / 4 : SPREAD / 4;
      const order = tradePackage({
        ...BASKET,
        trader: trader.address,
        priceTicks: BigInt(MIDDLE + lean + below(SPREAD) - SPREAD / 2),
        quantityLots: buys ? lots : -lots,
        previousLink,
        nonce,
        deadline,
        timeInForce: KINDS[below(KINDS.length)] ?? TimeInForce.GoodTillCancelled,
      });
      return { package: order, signature: sign(trader.key, digestOf(separator, primaryLink(order))) };
    },
    giveBack({ package: { trader, nonce } }) {
      free.set(
        trader,
        [...(free.get(trader) ?? []), nonce].sort((a, b) => Number(a - b)),
      );
    },
  };
}

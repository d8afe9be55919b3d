/** Orders and cancellations that a lent key signs, by hand: 65 bytes of the key, and behind them what was signed. */
import { AbiCoder, concat } from "ethers";

import type { SignedCancellation } from "./cancellations.js";
import { type OrderSpec, packageOf, type SignedOrder, signPackage } from "./orders.js";
import type { World } from "./world.js";

const ORDER = "tuple(uint32,uint16,address,int32,int64,bytes32,uint64,uint40,uint8)";
const CANCELLATION = "tuple(address,uint32,uint32,uint64,uint40)";
const coder = AbiCoder.defaultAbiCoder();

export function orderWords(p: SignedOrder["tradePackage"]): string {
  const terms = [p.marketRootId, p.marketBranchId, p.trader, p.priceTicks, p.quantityLots];
  return coder.encode([ORDER], [[...terms, p.previousLink, p.nonce, p.deadline, p.timeInForce]]);
}

export function cancellationWords({ cancellation: c }: SignedCancellation): string {
  const terms = [c.trader, c.fromTradeRootId, c.toTradeRootId, c.nonceFloor, c.deadline];
  return coder.encode([CANCELLATION], [terms]);
}

/** @param spec with the key that signs, for the account that is the trader */
export async function signByKey(world: World, spec: OrderSpec): Promise<SignedOrder> {
  const unsigned = await packageOf(world, spec);
  const own = await signPackage(world, spec, unsigned);
  return {
    tradePackage: unsigned,
    signature: concat([own, orderWords(unsigned)]),
    insertAfter: 0,
    place: 0,
    newest: 0,
  };
}

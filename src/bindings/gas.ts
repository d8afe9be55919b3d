/**
 * How much gas a batch of orders may need. Generous: what is not used is not paid for, and an estimate of the node would be the
 * least with which the call succeeds, which a batch does even when packages in it are skipped for want of gas.
 */
export interface GasFigures {
  /** The call: 21 000, its header, the checkpoint, the lock. */
  readonly call: bigint;
  /** An order: calldata, signature, one order's and one trader's slots, all fresh. */
  readonly order: bigint;
  /** A step of matching: a trader's and an order's slots again, on both sides of a fill, or an order taken out. */
  readonly step: bigint;
}

/** For who has seen on a mirror how many steps each order will take. A wallet's gas is added where there is one. */
export const FORESEEN: GasFigures = { call: 150_000n, order: 200_000n, step: 110_000n };

/** For who knows nothing of the book: each order may have to ask a contract wallet. */
export const UNFORESEEN: GasFigures = { call: 200_000n, order: 800_000n, step: 150_000n };

/**
 * What must be left when an order begins, used or not (contracts/book/Batch.sol): with less it is skipped, so a batch is given that
 * much beyond what its orders may need. It is more than the book wants to be left at the last step of matching, too.
 */
const TO_BEGIN_ORDER = 700_000n;
/** At its beginning a batch must have that and so much for each order, or it is refused whole. */
const TO_BEGIN_BATCH = 60_000n;
/** Of a batch before the book looks at its gas: 21 000, the clone, what it reads; and the bytes of an order. */
const BEFORE = { call: 60_000n, order: 4_000n } as const;

/** More than the 500 000 that a contract wallet may use to check a signature. */
const WALLET = 600_000n;
/** Of a signature, in calldata and log. */
const SIGNATURE_BYTE = 50n;

/** What a contract wallet's signature adds to an order. @param signature 0x-hex */
export function gasOfWallet(signature: string): bigint {
  return WALLET + (BigInt(signature.length) / 2n) * SIGNATURE_BYTE;
}

export function gasOfOrder({ order, step }: GasFigures, steps: number, wallet = 0n): bigint {
  return order + BigInt(steps) * step + wallet;
}

/** @param orders gas of each. @param cap most gas of a transaction */
export function gasOfBatch({ call }: GasFigures, orders: readonly bigint[], cap: bigint): bigint {
  const wanted = orders.reduce((sum, gas) => sum + gas, call + TO_BEGIN_ORDER);
  return wanted < cap ? wanted : cap;
}

/** What a maker's own part of a call may need: its prices, its order, and to take it out again. */
export const MAKER_GAS = 1_500_000n;
/** What a router of complete sets wants to be there at its beginning, used or not, and for each leg besides (contracts/periphery/SetRouter.sol). */
const ROUTER_GAS = { call: 1_800_000n, leg: 200_000n } as const;

/** What a house adds to an order that it brings. @param own orders of its own */
export function gasOfHouse(kind: "maker" | "set", own: number): bigint {
  if (kind === "maker") return MAKER_GAS;
  // A leg for each order of its own, and the taker's: no less than there are.
  return ROUTER_GAS.call + BigInt(own + 1) * (ROUTER_GAS.leg + FORESEEN.order);
}

/** The least gas with which the book looks at a batch of so many orders. @param wallets how many of them are those of contracts */
export function leastGasOfBatch(orders: number, wallets: number): bigint {
  return BEFORE.call + TO_BEGIN_ORDER + BigInt(orders) * (BEFORE.order + TO_BEGIN_BATCH) + BigInt(wallets) * WALLET;
}

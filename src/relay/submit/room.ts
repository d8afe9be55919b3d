/**
 * How much gas a transaction may have: what was set, what a block has room for, and what the node has been found to take. What was
 * found is forgotten after a while, for another node may stand behind the same address.
 */
import type { ChainNode } from "../../node/node.js";
import { least } from "./fees.js";

export interface GasRoom {
  /** Most gas of a transaction that is made now. */
  most(): bigint;
  /** Asks the node for a block's room, if that was long ago. */
  refresh(): Promise<void>;
  /** A transaction was offered at that price, wei a unit of gas. */
  offered(maxFee: bigint): void;
  /** The node takes none with so much gas. */
  tooMuchGas(gasLimit: bigint): void;
  /** The node takes none that may spend so much, wei. @param cap what it takes, if it says */
  tooMuchFee(fee: bigint, cap: bigint | undefined): void;
  /** The most that a transaction may spend, wei; undefined as long as none was refused for it. */
  readonly feeCap: bigint | undefined;
}

/** Since EIP-7825. A chain that has it says so only when it refuses. */
const TRANSACTION_CAP = 2n ** 24n;
/** One order and what the book wants to be left: with less nothing can be brought. */
const LEAST = 1_100_000n;
const REFRESH_MS = 30_000;
const FORGET_MS = 600_000;

/** @param gasCap that was set. @param now ms of a clock that never jumps */
export function createGasRoom(node: Pick<ChainNode, "blockGasLimit">, gasCap: bigint, now: () => number): GasRoom {
  const forgetful = <Value>() => {
    let [value, until] = [undefined as Value | undefined, 0];
    return {
      get: (): Value | undefined => (now() < until ? value : undefined),
      set: (found: Value): void => void ([value, until] = [found, now() + FORGET_MS]),
    };
  };
  const [gasFound, feeFound] = [forgetful<bigint>(), forgetful<bigint>()];
  let [blockLimit, asked, price] = [gasCap, -Infinity, 0n];
  return {
    most() {
      const fee = feeFound.get();
      const found = least(gasFound.get() ?? gasCap, fee === undefined || price === 0n ? gasCap : fee / price);
      const wanted = least(gasCap, blockLimit);
      return least(wanted, found < LEAST ? LEAST : found);
    },
    async refresh() {
      if (now() - asked < REFRESH_MS) return;
      blockLimit = await node.blockGasLimit();
      asked = now();
    },
    offered(maxFee) {
      price = maxFee;
    },
    tooMuchGas(gasLimit) {
      gasFound.set(gasLimit > TRANSACTION_CAP ? TRANSACTION_CAP : gasLimit / 2n);
    },
    tooMuchFee(fee, cap) {
      feeFound.set(cap ?? fee / 2n);
    },
    get feeCap() {
      return feeFound.get();
    },
  };
}

/** A chain's clock that walks, at any speed. */
import { newestTime } from "../../src/bindings/lacking.js";
import type { NodeProvider } from "../../src/node/provider.js";
import { sleep } from "../../src/node/sleep.js";

const TICK_MS = 1_000;

export interface Walk {
  /** Seconds of the chain in a second of the wall. */
  readonly speed: number;
  readonly signal: AbortSignal;
  /** Of a second that the node would not make; the next one is tried all the same. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Makes a block each second, until the signal. The chain begins where the wall's clock is, or where it is itself if that is later,
 * and goes on from there at `speed`.
 */
export async function walk(provider: NodeProvider, { speed, signal, onFault }: Walk): Promise<void> {
  const wall = Date.now();
  const chain = Math.max(await newestTime(provider), Math.floor(wall / 1_000));
  while (await sleep(TICK_MS, signal)) {
    try {
      await advance(provider, chain + Math.floor(((Date.now() - wall) * speed) / 1_000));
    } catch (error) {
      onFault(error);
    }
  }
}

/**
 * Makes a block at that second, unless the chain is there already. Transactions make blocks too, at the same time: one that comes
 * between the question and the command may take the second, and then the command is refused, or the block is a second later.
 */
export async function advance(provider: NodeProvider, second: number): Promise<void> {
  if ((await newestTime(provider)) >= second) return;
  try {
    await provider.send("evm_setNextBlockTimestamp", [second]);
  } catch (error) {
    if ((await newestTime(provider)) >= second) return;
    throw error;
  }
  await provider.send("evm_mine", []);
}

/** From now on blocks are all made at the second at which the chain is, whatever the wall says. */
export async function freeze(provider: NodeProvider): Promise<void> {
  await provider.send("anvil_setBlockTimestampInterval", [0]);
}

/** From now on time passes between blocks again. */
export async function thaw(provider: NodeProvider): Promise<void> {
  await provider.send("anvil_removeBlockTimestampInterval", []);
}

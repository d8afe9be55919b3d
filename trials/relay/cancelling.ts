/**
 * Users who cancel on the chain through a relay, whatever happens to it, and traders who arm switches and fall silent; and the look,
 * afterwards, whether all of it was done.
 */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";

import { recordsOf } from "../../src/bindings/records.js";
import { replayRecords } from "../../src/bindings/replay.js";
import { MAX_TRADES } from "../../src/protocol/amounts/limits.js";
import { type TradesCancellation, tradesCancellation } from "../../src/protocol/signing/trades-cancellation.js";
import { cancellationDigest, cancellationHash, type Hash } from "../../src/protocol/signing/typed-data.js";
import { countsOf } from "../../src/protocol/book/checkpoint.js";
import type { RawClient } from "./http-client.js";
import { pause } from "./load-generator.js";
import type { Signatory } from "./orders.js";
import type { RelayStage } from "./stage.js";

export interface CancelLoad {
  /** Acknowledged cancellations, and armed switches by the name of theirs. */
  readonly cancelled: ReadonlyMap<Hash, TradesCancellation>;
  readonly armed: ReadonlyMap<Hash, TradesCancellation>;
  run(signal: AbortSignal): Promise<void>;
  /** Where to cancel from now on; undefined while there is nobody. */
  target: RawClient | undefined;
}

export interface CancelPlan {
  /** Whose orders are cancelled. Their nonces are left alone, for others sign over them. */
  readonly traders: readonly Signatory[];
  /** Who have no orders: what their switches do shows in their nonces. */
  readonly silent: readonly Signatory[];
  readonly seed: number;
}

const PAUSE_MS = 30;
const INTERVAL_MS = 1_000;
/** One of so many is a switch. */
const SWITCHES = 4;
const FIRE_MS = 60_000;

export function createCancelLoad({ handle }: RelayStage, { traders, silent, seed }: CancelPlan): CancelLoad {
  const random = xoroshiro128plus(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[uniformInt(random, 0, items.length - 1)] as Item; // below the length
  const [cancelled, armed] = [new Map<Hash, TradesCancellation>(), new Map<Hash, TradesCancellation>()];
  const load: CancelLoad = { cancelled, armed, run, target: undefined };
  let drawn = 0;

  async function offer(
    path: string,
    kept: Map<Hash, TradesCancellation>,
    { address, key }: Signatory,
    fields: Partial<TradesCancellation>,
    more: object = {},
  ): Promise<void> {
    drawn += 1; // no two have the same name
    const deadline = BigInt(handle.t2 - drawn);
    const range = { fromTradeRootId: 1, toTradeRootId: 1, nonceFloor: 0n };
    const cancellation = tradesCancellation({ trader: address, deadline, ...range, ...fields });
    const { serialized: signature } = key.sign(cancellationDigest(handle.domain, cancellation));
    const answer = await load.target?.post(path, { cancellation, signature, ...more });
    if (answer !== undefined && answer.status > 200 && answer.status < 300) {
      kept.set(cancellationHash(cancellation), cancellation);
    }
  }

  async function one(relay: RawClient): Promise<void> {
    if (uniformInt(random, 1, SWITCHES) === 1) {
      const fields = { toTradeRootId: MAX_TRADES, nonceFloor: BigInt(drawn + 1) };
      await offer("/v1/switches", armed, pick(silent), fields, { intervalMs: INTERVAL_MS });
    } else {
      const { trades } = countsOf(await relay.link());
      await offer("/v1/cancellations", cancelled, pick(traders), { toTradeRootId: trades });
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (load.target !== undefined) await one(load.target).catch(() => undefined); // the relay is away
      await pause(PAUSE_MS);
    }
  }
  return load;
}

/** @param client of a relay that is ready and has nothing left to send. @returns what must not be: empty if all is well */
export async function auditCancelling(
  { provider, handle }: RelayStage,
  client: RawClient,
  { cancelled, armed }: Pick<CancelLoad, "armed" | "cancelled">,
): Promise<string[]> {
  const problems: string[] = [];
  for (const [hash] of [...cancelled, ...armed]) {
    const said = await fateOf(client, hash);
    if (said !== "onChain" && said !== "refused") problems.push(`cancellation ${hash} is ${said}`);
  }
  const records = recordsOf(handle, await provider.getLogs({ address: handle.bookAddress, fromBlock: 0 }));
  const { state } = await replayRecords(handle, records);
  for (const [hash, { trader, toTradeRootId }] of cancelled) {
    const known = state.traders.find(trader);
    for (const order of state.queues.orders()) {
      if (order.traderId !== known?.traderId || order.tradeRootId > toTradeRootId) continue;
      problems.push(`order ${order.tradeRootId} rests, which ${hash} was to take out`);
    }
  }
  for (const [hash, { trader, nonceFloor }] of armed) {
    const floor = state.traders.find(trader)?.nonces.floor ?? 0n;
    if (floor < nonceFloor) problems.push(`switch ${hash} has not fired: its trader's floor is ${floor}`);
  }
  return problems;
}

/** What has fired is known as a cancellation; a switch may take its time. */
async function fateOf(client: RawClient, hash: Hash): Promise<string> {
  const end = performance.now() + FIRE_MS;
  let said = "unknown";
  while (performance.now() < end) {
    const { status, body } = await client.get(`/v1/cancellations/${hash}`);
    said = status === 200 ? String(body["status"]) : `unknown, status ${status}`;
    if (said === "onChain" || said === "refused") break;
    await pause(PAUSE_MS);
  }
  return said;
}

/** What a relay of many sessions is tried on: one chain, one factory, and sessions with traders and deposits, in which trading has begun. */
import { type LocalNode, startNode } from "../../src/local/nodes.js";
import { assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";
import { type Chain, chainAt } from "../../stage/chain.js";
import { openStage, type Stage } from "../../stage/stage.js";
import { manyTraders, relayKey } from "../../stage/traders.js";
import { pause } from "../relay/load-generator.js";
import { createOrderSource, type OrderSource } from "../relay/orders.js";

export interface VenueStage {
  readonly node: LocalNode;
  readonly chain: Chain;
  readonly factory: string;
  readonly sessions: readonly Stage[];
  /** Keys of accounts with coin for gas, for relays. */
  readonly relayKeys: readonly string[];
  /** One more session of the factory, in which trading has begun, too. */
  readonly open: () => Promise<Stage>;
  readonly close: () => Promise<void>;
}

export interface VenueStagePlan {
  readonly sessions: number;
  /** Of each session. */
  readonly traders: number;
  readonly relays?: number;
}

const ONE = 10n ** 18n;
const HOUR = 3_600;
const DAYS = 30 * 24 * HOUR;

export async function openVenueStage(
  { sessions: count, traders, relays = 1 }: VenueStagePlan,
  tell: (line: string) => void = () => undefined,
): Promise<VenueStage> {
  const node = await startNode("anvil");
  const chain = await chainAt(node.url);
  const factory = await chain.deploy();
  const sessions: Stage[] = [];
  const openAt = async (t1: number): Promise<Stage> => {
    const stage = await openStage(chain, {
      seed: BigInt(sessions.length + 1),
      factory,
      token: { name: `Venue ${sessions.length}`, symbol: "VEN" },
      assets: ["A", "B"].map((symbol) => ({ symbol, quantity: assetUnits(1_000n * ONE) })),
      supply: tokenWei(1_000_000n * ONE),
      t1,
      t2: t1 + DAYS,
      terms: { chainWindow: 32 },
      traders: manyTraders(traders, { depositedForIt: tokenWei(1_000n * ONE) }),
    });
    sessions.push(stage);
    return stage;
  };
  const t1 = (await chain.clock.now()) + HOUR;
  while (sessions.length < count) {
    await openAt(t1);
    if (sessions.length % 10 === 0) tell(`${sessions.length} of ${count} sessions are open`);
  }
  const relayKeys: string[] = [];
  for (let relay = 0; relay < relays; relay += 1) relayKeys.push(await relayKey(chain, 1n, `venue relay ${relay}`));
  await chain.clock.moveTo(t1);
  return {
    ...{ node, chain, factory, sessions, relayKeys },
    async open() {
      const begins = (await chain.clock.now()) + HOUR;
      const stage = await openAt(begins);
      await chain.clock.moveTo(begins);
      return stage;
    },
    async close() {
      await chain.close();
      await node.stop();
    },
  };
}

/** Orders of a session's traders that are good until its trading ends. */
export function ordersIn({ handle, traders }: Stage, seed: number): OrderSource {
  return createOrderSource({ domain: handle.domain, traders, deadline: BigInt(handle.t2 - 1), seed });
}

const LOOK_MS = 50;

/** Looks again and again until it is so. @throws Error after `ms` */
export async function until(what: string, ms: number, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it did not come to this within ${ms} ms: ${what}`);
    await pause(LOOK_MS);
  }
}

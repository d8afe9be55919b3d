/** What relays are tried on: a stage on a node of its own, with trading begun, orders to submit and accounts for relays. */
import { chainAt, type ChainAccount, type ChainProvider } from "../../stage/chain.js";
import { type LocalNode, startNode } from "../../src/local/nodes.js";
import { type RelayProcess, type RelayProcessOptions, startRelayProcess } from "../../stage/relay-process.js";
import { openStage, type Stage } from "../../stage/stage.js";
import { manyTraders, relayKey } from "../../stage/traders.js";
import { assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";
import { type CancelLoad, createCancelLoad } from "./cancelling.js";
import { createOrderSource, type OrderPlan, type OrderSource } from "./orders.js";

export interface RelayStage extends Stage {
  readonly node: LocalNode;
  readonly provider: ChainProvider;
  readonly organiser: ChainAccount;
  /** Keys of accounts with coin for gas, for relays. */
  readonly relayKeys: readonly string[];
  readonly close: () => Promise<void>;
}

export interface RelayStagePlan {
  readonly traders: number;
  readonly chainWindow?: number;
  readonly maxOpenOrders?: number;
  /** Seconds from t1 to t2. */
  readonly seconds?: number;
}

const ONE = 10n ** 18n;
const SEED = 1n;
const RELAYS = ["relay 1", "relay 2", "relay 3", "relay 4"];
const HOUR = 3600;
/** So many of the others cancel their orders again and again. */
const CANCELLING = 8;

export async function openRelayStage(plan: RelayStagePlan): Promise<RelayStage> {
  const { traders, chainWindow = 256, maxOpenOrders = 255, seconds = 30 * 24 * HOUR } = plan;
  const node = await startNode("anvil");
  const chain = await chainAt(node.url);
  const t1 = (await chain.clock.now()) + HOUR;
  const stage = await openStage(chain, {
    seed: SEED,
    token: { name: "Relayed", symbol: "RLY" },
    assets: ["A", "B"].map((symbol) => ({ symbol, quantity: assetUnits(1_000n * ONE) })),
    supply: tokenWei(1_000_000n * ONE),
    t1,
    t2: t1 + seconds,
    terms: { chainWindow, maxOpenOrders },
    traders: manyTraders(traders, { depositedForIt: tokenWei(1_000n * ONE) }),
  });
  const relayKeys: string[] = [];
  for (const who of RELAYS) relayKeys.push(await relayKey(chain, SEED, who));
  await chain.clock.moveTo(t1);
  return {
    ...stage,
    node,
    provider: chain.provider,
    organiser: chain.organiser,
    relayKeys,
    async close() {
      await chain.close();
      await node.stop();
    },
  };
}

/** Of a stage's traders so many are silent: they have no orders. */
export const SILENT = 4;

/** Orders of the stage's traders, but for those who are silent, that are good until trading ends. */
export function ordersBesides(stage: RelayStage, plan: Parameters<typeof ordersOn>[1]): OrderSource {
  return ordersOn({ ...stage, traders: stage.traders.slice(SILENT) }, plan);
}

/** Cancellations of those orders, and switches of those who are silent. */
export function cancellingOn(stage: RelayStage, seed: number): CancelLoad {
  const [silent, traders] = [stage.traders.slice(0, SILENT), stage.traders.slice(SILENT, SILENT + CANCELLING)];
  return createCancelLoad(stage, { traders, silent, seed });
}

/** Orders of the stage's traders that are good until trading ends. */
export function ordersOn(
  { handle, traders }: RelayStage,
  plan: Omit<OrderPlan, "domain" | "traders" | "deadline">,
): OrderSource {
  return createOrderSource({ domain: handle.domain, traders, deadline: BigInt(handle.t2 - 1), ...plan });
}

/** What a trial says of a relay that it starts; the account is one of the stage's, the first if not given. */
export interface RelayPlan extends Omit<RelayProcessOptions, "rpcUrl" | "session" | "privateKey"> {
  readonly account?: number;
}

/** A relay of the stage's session, in a process of its own. */
export function startRelayOn(
  { node, handle, relayKeys }: RelayStage,
  { account = 0, ...options }: RelayPlan,
): Promise<RelayProcess> {
  const privateKey = relayKeys[account % relayKeys.length] ?? "";
  return startRelayProcess({ rpcUrl: node.url, session: handle.address, privateKey, ...options });
}

import type { TestAsset } from "../typechain-types/index.js";
import type { SessionHandle } from "../src/bindings/session.js";
import type { SessionParams } from "../src/client/organiser.js";
import type { Chain } from "./chain.js";
import { seededBytes } from "./rng.js";
import { mintAssets, openFunded, paramsOf, type SessionPlan } from "./session.js";
import { createStageTrader, fundTraders, type StageTrader, type TraderPlan } from "./traders.js";

/** What to open a session with. */
export interface StagePlan extends SessionPlan {
  /** Of every key and of the session's address. */
  readonly seed: bigint;
  readonly traders: readonly TraderPlan[];
  /** One that is there already; one of its own is deployed if not given. */
  readonly factory?: string;
}

/** A funded session with its traders' deposits in the book, just before trading begins. */
export interface Stage {
  readonly chain: Chain;
  readonly factory: string;
  readonly params: SessionParams;
  /** The basket's, in its order. */
  readonly assets: readonly TestAsset[];
  readonly handle: SessionHandle;
  readonly traders: readonly StageTrader[];
  readonly depositGas: bigint;
}

/** Deploys, creates and funds a session, and brings its traders their tokens. */
export async function openStage(
  chain: Chain,
  plan: StagePlan,
  tell: (line: string) => void = () => undefined,
): Promise<Stage> {
  if (plan.factory === undefined) tell("Deploying the contracts");
  const factory = plan.factory ?? (await chain.deploy());

  tell(`Minting the basket of ${plan.assets.map(({ symbol }) => symbol).join(", ")} and funding a session with it`);
  const assets = await mintAssets(chain, plan.assets);
  const params = await paramsOf(plan, assets);
  const handle = await openFunded(chain, factory, params, seededBytes(plan.seed, "session"));

  tell(`Handing the session tokens to ${plan.traders.length} traders, who deposit them`);
  const traders = plan.traders.map((trader) => createStageTrader(handle, chain, plan.seed, trader));
  const depositGas = await fundTraders(handle, chain, traders);
  return { chain, factory, params, assets, handle, traders, depositGas };
}

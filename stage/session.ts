/** A session of one's own making: its assets, its terms, its basket paid in. */
import { mined } from "../src/bindings/transact.js";
import { TestAsset__factory, type TestAsset } from "../typechain-types/index.js";
import type { SessionHandle } from "../src/bindings/session.js";
import { createSession, fundSession, type SessionParams } from "../src/client/organiser.js";
import type { AssetUnits, TokenWei } from "../src/protocol/amounts/units.js";
import type { Chain } from "./chain.js";

/** One of the basket's assets, made for this session, and how much of it the basket takes. */
export interface AssetPlan {
  readonly symbol: string;
  readonly quantity: AssetUnits;
}

export interface SessionPlan {
  readonly token: { readonly name: string; readonly symbol: string };
  readonly assets: readonly AssetPlan[];
  /** N, in wei. */
  readonly supply: TokenWei;
  /** Seconds since 1970. */
  readonly t1: number;
  readonly t2: number;
  /** What the session says beyond that, if not what sessions usually say: policy, window, caps. */
  readonly terms?: Omit<Partial<SessionParams>, keyof Omit<SessionPlan, "terms"> | "name" | "symbol" | "quantities">;
}

const DECIMALS = 18;

/** A test asset for each symbol; the organiser gets exactly what the basket takes. */
export async function mintAssets(
  chain: Pick<Chain, "deployer" | "organiser">,
  assets: readonly AssetPlan[],
): Promise<TestAsset[]> {
  const minted: TestAsset[] = [];
  for (const { symbol, quantity } of assets) {
    const asset = await new TestAsset__factory(chain.deployer).deploy(`Test ${symbol}`, symbol, DECIMALS);
    await asset.waitForDeployment();
    await mined(await asset.mint(chain.organiser.address, quantity));
    minted.push(asset);
  }
  return minted;
}

/** The plan as the factory takes it. */
export async function paramsOf(plan: SessionPlan, minted: readonly TestAsset[]): Promise<SessionParams> {
  const { token, assets, supply, t1, t2, terms } = plan;
  return {
    ...token,
    assets: await Promise.all(minted.map((asset) => asset.getAddress())),
    quantities: assets.map(({ quantity }) => quantity),
    supply,
    t1,
    t2,
    ...terms,
  };
}

/** Created and funded by the organiser, who holds all of N then. */
export async function openFunded(
  { organiser }: Pick<Chain, "organiser">,
  factory: string,
  params: SessionParams,
  salt: string,
): Promise<SessionHandle> {
  const handle = await createSession(factory, organiser, params, salt);
  await fundSession(handle, organiser);
  return handle;
}

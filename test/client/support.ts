import { expect } from "chai";
import { parseEther, type Wallet } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { type ChainAccount, chainOver } from "../../stage/chain.js";
import { mintAssets, paramsOf, type SessionPlan } from "../../stage/session.js";
import { openStage } from "../../stage/stage.js";
import { createStageTrader, fundTraders, type TraderPlan } from "../../stage/traders.js";
import { ClientError, type ErrorArgs } from "../../src/bindings/errors.js";
import type { SessionParams } from "../../src/client/organiser.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { createSubmitter, type Submitter } from "../../src/client/submitter.js";
import type { Trader } from "../../src/client/trader.js";
import { assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";
import type { TestAsset } from "../../typechain-types/index.js";

/** One chain a test file; each test starts from a snapshot of it. */
export const chain: NetworkConnection = await network.create();
const box = await chainOver(chain);

export const { networkHelpers } = chain;

export type TestSigner = ChainAccount;

export const ONE = parseEther("1");
export const SUPPLY = 1_000n * ONE;
export const LOT = ONE / 1_000n;
const DAY = 24 * 3600;
const SEED = 1n;
const NEWCOMER = { tokens: tokenWei(200n * ONE), deposits: tokenWei(0n) };

export interface Deployed {
  readonly factory: string;
  readonly assets: readonly TestAsset[];
  readonly organiser: TestSigner;
  readonly params: SessionParams;
}

export interface Market extends Deployed {
  readonly handle: SessionHandle;
  readonly alice: Trader;
  readonly bob: Trader;
  readonly submitter: Submitter;
  readonly aliceSigner: Wallet;
  readonly bobSigner: Wallet;
}

async function planFor(assetCount: number): Promise<SessionPlan> {
  const now = await box.clock.now();
  return {
    token: { name: "Test Session", symbol: "TS" },
    assets: Array.from({ length: assetCount }, (_, k) => ({ symbol: `A${k + 1}`, quantity: assetUnits(100n * ONE) })),
    supply: tokenWei(SUPPLY),
    t1: now + 7 * DAY,
    t2: now + 37 * DAY,
  };
}

/** Contracts, as many test assets in the organiser's hands as a session needs, and the terms of one. */
export async function deployTwo(): Promise<Deployed> {
  const plan = await planFor(2);
  const factory = await box.deploy();
  const assets = await mintAssets(box, plan.assets);
  return { factory, assets, organiser: box.organiser, params: await paramsOf(plan, assets) };
}

/** A funded session in which trading has begun, with traders as they are planned. */
export async function openWith(
  assetCount: number,
  traders: readonly TraderPlan[],
  terms: NonNullable<SessionPlan["terms"]> = {},
) {
  const stage = await openStage(box, { ...(await planFor(assetCount)), terms, seed: SEED, traders });
  await box.clock.moveTo(stage.handle.t1);
  const submitter = createSubmitter(stage.handle, (await chain.ethers.getSigners())[9]!);
  return { ...stage, organiser: box.organiser, submitter };
}

/** Alice and Bob each hold 100 session tokens and have deposited as many. */
async function openMarket(assetCount: number): Promise<Market> {
  const funding = { tokens: tokenWei(200n * ONE), deposits: tokenWei(100n * ONE) };
  const { traders, ...opened } = await openWith(assetCount, [
    { name: "alice", funding },
    { name: "bob", funding },
  ]);
  const [alice, bob] = [traders[0]!, traders[1]!];
  return { ...opened, alice: alice.trader, bob: bob.trader, aliceSigner: alice.wallet, bobSigner: bob.wallet };
}

// Fixtures must be named functions, one for each starting point.
export const openTwo = async (): Promise<Market> => openMarket(2);
export const openThree = async (): Promise<Market> => openMarket(3);

let newcomers = 0;

/** A wallet with a key of its own, 200 session tokens and money for gas. */
export async function newTrader(handle: SessionHandle): Promise<Wallet> {
  newcomers += 1;
  const trader = createStageTrader(handle, box, SEED, { name: `newcomer ${newcomers}`, funding: NEWCOMER });
  await fundTraders(handle, box, [trader]);
  return trader.wallet;
}

/** Asserts the code and all values that are given. @returns the error, for more questions */
export async function expectClientError(
  attempt: Promise<unknown>,
  code: string,
  args: ErrorArgs = {},
): Promise<ClientError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ClientError);
  const refusal = error as ClientError; // asserted above
  expect(refusal.code, refusal.message).to.equal(code);
  expect(refusal.args).to.deep.include(args);
  return refusal;
}

import { expect } from "chai";
import { HDNodeWallet, parseEther, Wallet } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import SessionContracts from "../../deploy/modules/session-contracts.js";
import { ClientError, type ErrorArgs } from "../../src/bindings/errors.js";
import { createSession, fundSession, type SessionParams } from "../../src/client/organiser.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { createSubmitter, type Submitter } from "../../src/client/submitter.js";
import { createTrader, type Trader } from "../../src/client/trader.js";
import { type TestAsset, TestAsset__factory } from "../../typechain-types/index.js";

/** One chain a test file; each test starts from a snapshot of it. */
export const chain: NetworkConnection = await network.create();

export const { networkHelpers } = chain;

type Signers = Awaited<ReturnType<typeof chain.ethers.getSigners>>;
export type TestSigner = Signers[number];

export const ONE = parseEther("1");
export const SUPPLY = 1_000n * ONE;
export const LOT = ONE / 1_000n;
const DAY = 24 * 3600;

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

/** Contracts, as many test assets in the organiser's hands as a session needs, and the terms of one. */
async function deployWith(assetCount: number): Promise<Deployed> {
  const organiser = (await chain.ethers.getSigners())[0]!;
  const { factory } = await chain.ignition.deploy(SessionContracts);
  const assets: TestAsset[] = [];
  for (let k = 1; k <= assetCount; k++) {
    const asset = await new TestAsset__factory(organiser).deploy(`Asset ${k}`, `A${k}`, 18);
    await asset.mint(organiser.address, 100n * ONE);
    assets.push(asset);
  }
  const now = await networkHelpers.time.latest();
  const params: SessionParams = {
    name: "Test Session",
    symbol: "TS",
    assets: await Promise.all(assets.map((asset) => asset.getAddress())),
    quantities: assets.map(() => 100n * ONE),
    supply: SUPPLY,
    t1: now + 7 * DAY,
    t2: now + 37 * DAY,
  };
  return { factory: await factory.getAddress(), assets, organiser, params };
}

/** A funded session in which trading has begun. Alice and Bob each hold and have deposited 100 session tokens. */
async function openMarket(assetCount: number): Promise<Market> {
  const deployed = await deployWith(assetCount);
  const { organiser, factory, params } = deployed;
  const handle = await createSession(factory, organiser, params);
  await fundSession(handle, organiser);
  const [aliceSigner, bobSigner] = await Promise.all([newTrader(handle, organiser), newTrader(handle, organiser)]);
  const [alice, bob] = [createTrader(handle, aliceSigner), createTrader(handle, bobSigner)];
  await alice.deposit(100n * ONE);
  await bob.deposit(100n * ONE);
  await networkHelpers.time.increaseTo(params.t1);
  const submitter = createSubmitter(handle, (await chain.ethers.getSigners())[9]!);
  return { ...deployed, handle, alice, bob, submitter, aliceSigner: aliceSigner, bobSigner: bobSigner };
}

/** A wallet with a key of its own, 200 session tokens and money for gas. */
export async function newTrader(handle: SessionHandle, organiser: TestSigner): Promise<Wallet> {
  const { privateKey } = HDNodeWallet.createRandom();
  const wallet = new Wallet(privateKey, chain.ethers.provider);
  await networkHelpers.setBalance(wallet.address, 100n * ONE);
  await (await handle.session.connect(organiser).transfer(wallet.address, 200n * ONE)).wait();
  return wallet;
}

// Fixtures must be named functions, one for each starting point.
export const deployTwo = async (): Promise<Deployed> => deployWith(2);
export const openTwo = async (): Promise<Market> => openMarket(2);
export const openThree = async (): Promise<Market> => openMarket(3);

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

/** What there is before anything happens: a chain, money, gates, a funded session, and people. */
import { type Signer, Wallet } from "ethers";

import { mined } from "../../src/bindings/transact.js";
import { type TestAsset, TestAsset__factory } from "../../typechain-types/index.js";
import { ClientError } from "../../src/bindings/errors.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import type { SessionParams } from "../../src/client/organiser.js";
import { type Chain, startChain } from "../../stage/chain.js";
import { seededBytes } from "../../stage/rng.js";
import { mintAssets, openFunded, paramsOf } from "../../stage/session.js";
import { createStageTrader, keyOf, manyTraders, type StageTrader } from "../../stage/traders.js";
import { tokenWei } from "../../src/protocol/amounts/units.js";
import { type Gates, openGates } from "./gates.js";
import { DAY, type Plan, USD } from "./plan.js";

/** Somebody or something that can hold tokens. */
export interface Place {
  readonly name: string;
  readonly address: string;
}

/** Money, and how much of it there is. */
export interface Cash {
  readonly token: TestAsset;
  readonly address: string;
  readonly minted: bigint;
}

export interface Ground {
  readonly plan: Plan;
  readonly chain: Chain;
  readonly factory: string;
  readonly params: SessionParams;
  readonly assets: readonly TestAsset[];
  readonly cash: Cash;
  readonly gates: Gates;
  readonly handle: SessionHandle;
  readonly traders: readonly StageTrader[];
  /** Nobody whom the gate knows: buys for cash in the end. */
  readonly buyer: Wallet;
}

const FUNDING_DAYS = 30;
const CASH_EACH = 100_000n * USD;
/** Buys a good part of the basket. */
const CASH_OF_BUYER = 1_000_000n * USD;
const NOTHING = tokenWei(0n);

/** Opens the session, and gives everybody money. The sponsor's key is that of `openSponsored`. */
export async function openGround(plan: Plan, tell: (line: string) => void): Promise<Ground> {
  const { seed, times, metals, supply, maxLots } = plan;
  const chain = await startChain(times.t1 - FUNDING_DAYS * DAY);
  tell("Deploying the contracts");
  const factory = await chain.deploy();
  const token = await deployed(new TestAsset__factory(chain.deployer).deploy("Test dollar", "USD", 6));
  const names = manyTraders(plan.traders, { tokens: NOTHING, deposits: NOTHING });
  const listed = names.map(({ name }) => new Wallet(keyOf(seed, name)).address);
  tell("Opening the gate, and a session behind it");
  const gates = await openGates(chain, await token.getAddress(), listed);
  const assets = await mintAssets(chain, metals);
  const terms = { policy: gates.policy, maxLots };
  const made = { token: { name: "Metals", symbol: "MTL" }, assets: metals, supply, t1: times.t1, t2: times.t2, terms };
  const params = await paramsOf(made, assets);
  const handle = await openFunded(chain, factory, params, seededBytes(seed, "session"));
  const traders = names.map((trader) => createStageTrader(handle, chain, seed, trader));
  const buyer = new Wallet(keyOf(seed, "buyer"), chain.provider);
  const sponsor = new Wallet(keyOf(seed, "sponsor"));
  for (const { address } of [...traders, buyer, sponsor]) {
    await chain.giveGas(address);
    await mined(await token.mint(address, address === buyer.address ? CASH_OF_BUYER : CASH_EACH));
  }
  const cash = { token, address: await token.getAddress(), minted: await token.totalSupply() };
  return { plan, chain, factory, params, assets, cash, gates, handle, traders, buyer };
}

/** A contract that is there, by the transaction that brings it. */
export async function deployed<C extends { waitForDeployment(): Promise<unknown> }>(sent: Promise<C>): Promise<C> {
  const contract = await sent;
  await contract.waitForDeployment();
  return contract;
}

/** Its address alone. */
export async function placed(
  sent: Promise<{ waitForDeployment(): Promise<{ getAddress(): Promise<string> }> }>,
): Promise<string> {
  return (await (await sent).waitForDeployment()).getAddress();
}

/** The code with which something is refused; undefined if it is not. */
export async function refusalOf(attempt: Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (error instanceof ClientError) return error.code;
    throw error;
  }
}

/** Anybody who pays for what anybody may do. */
export function anybody({ chain }: Ground): Signer {
  return chain.relayer;
}

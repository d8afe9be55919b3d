/** People with keys, and how their money comes to the book. */
import { type ContractTransactionResponse, type SigningKey, Wallet } from "ethers";

import { mined } from "../src/bindings/transact.js";
import type { SessionHandle } from "../src/bindings/session.js";
import { createTrader, type Trader } from "../src/client/trader.js";
import type { TokenWei } from "../src/protocol/amounts/units.js";
import type { Chain } from "./chain.js";
import { seededBytes } from "./rng.js";

/**
 * Where a trader's tokens come from. Either it gets them, and coin for gas, and deposits some or all of them itself; or the
 * organiser deposits for it, which takes a fraction of the time where there are hundreds.
 */
export type Funding =
  { readonly tokens: TokenWei; readonly deposits: TokenWei } | { readonly depositedForIt: TokenWei };

export interface TraderPlan {
  readonly name: string;
  readonly funding: Funding;
}

export interface StageTrader extends TraderPlan {
  readonly address: string;
  /** Knows the chain. */
  readonly wallet: Wallet;
  readonly key: SigningKey;
  readonly trader: Trader;
  /** Session tokens received from the organiser, deposited or not. */
  readonly received: TokenWei;
}

/** Two hundred traders for fifty years need a hundredth of it. */
const RELAY_GAS = 10n ** 22n;
/** Stated, so that deposits for many need not be estimated one by one. */
const DEPOSIT_GAS = 500_000;

/** `trader 01`, `trader 02` and so on, each funded alike. */
export function manyTraders(count: number, funding: Funding): TraderPlan[] {
  return Array.from({ length: count }, (_, index) => {
    return { name: `trader ${(index + 1).toString().padStart(2, "0")}`, funding };
  });
}

/** Keys follow from the seed, so that the same seed gives the same signatures. */
export function keyOf(seed: bigint, who: string): string {
  return seededBytes(seed, `key of ${who}`);
}

/** The key of an account from which a relay can submit for as long as anything lasts. */
export async function relayKey(chain: Chain, seed: bigint, who: string): Promise<string> {
  const privateKey = keyOf(seed, who);
  await chain.giveGas(new Wallet(privateKey).address, RELAY_GAS);
  return privateKey;
}

export function createStageTrader(
  handle: SessionHandle,
  { provider }: Chain,
  seed: bigint,
  { name, funding }: TraderPlan,
): StageTrader {
  const wallet = new Wallet(keyOf(seed, name), provider);
  return {
    name,
    funding,
    address: wallet.address,
    wallet,
    key: wallet.signingKey,
    trader: createTrader(handle, wallet),
    received: "tokens" in funding ? funding.tokens : funding.depositedForIt,
  };
}

/**
 * Brings everybody their money, in their order, which is that of their ids in the book.
 * @returns gas of the deposits that traders made themselves
 */
export async function fundTraders(
  handle: SessionHandle,
  chain: Chain,
  traders: readonly StageTrader[],
): Promise<bigint> {
  if (traders.some(({ funding }) => "depositedForIt" in funding)) await allowBook(handle, chain);
  let gas = 0n;
  let last: ContractTransactionResponse | undefined;
  for (const { address, trader, funding } of traders) {
    if ("tokens" in funding) gas += await handOut(handle, chain, trader, funding);
    else last = await depositFor(handle, chain, address, funding.depositedForIt);
  }
  if (last !== undefined) await mined(last);
  return gas;
}

/** Of whatever the organiser has, so that more may be deposited later. */
async function allowBook({ session, bookAddress, supply }: SessionHandle, { organiser }: Chain): Promise<void> {
  await mined(await session.connect(organiser).approve(bookAddress, supply));
}

/** Is not waited for: the next one may follow at once. */
function depositFor({ book }: SessionHandle, { organiser }: Chain, trader: string, amount: TokenWei) {
  return book.connect(organiser).deposit(trader, amount, { gasLimit: DEPOSIT_GAS });
}

/** @returns gas of the deposit */
async function handOut(
  { session }: SessionHandle,
  chain: Chain,
  trader: Trader,
  { tokens, deposits }: Extract<Funding, { tokens: TokenWei }>,
): Promise<bigint> {
  await chain.giveGas(trader.address);
  await mined(await session.connect(chain.organiser).transfer(trader.address, tokens));
  return deposits === 0n ? 0n : (await trader.deposit(deposits)).gasUsed;
}

/** What is left goes into the next session, in kind; dust that a roller does not take is redeemed. */
import { type Signer, ZeroAddress } from "ethers";

import { RollerFactory__factory } from "../../typechain-types/index.js";
import { openSession, type SessionHandle } from "../../src/bindings/session.js";
import { transact } from "../../src/bindings/transact.js";
import {
  givenBy,
  giveFromInbox,
  giveToRoller,
  inboxOf,
  openRoller,
  planRoll,
  readRoller,
  rollNow,
  takeFromRoller,
} from "../../src/client/rolling.js";
import { anybody, type Ground, type Place, placed } from "./ground.js";
import { sellersOf } from "./window.js";

/** Somebody's claims, wei on each leg. */
export interface Claims {
  readonly name: string;
  readonly claims: readonly bigint[];
}

export interface Holder extends Place {
  readonly signer: Signer;
}

export interface OpenRoll extends Place {
  readonly factory: string;
  readonly minimum: bigint;
  readonly givesUntil: bigint;
  /** Of each holder who comes out of the book into it. */
  readonly inboxes: readonly Place[];
}

export interface RollMade {
  readonly address: string;
  readonly given: readonly Claims[];
  /** By the roller's own word. */
  readonly totals: readonly bigint[];
  /** q' and N' of the next session. */
  readonly quantities: readonly bigint[];
  readonly supply: bigint;
  readonly taken: readonly Claims[];
}

export async function openRoll({ chain, factory: sessions, handle, traders }: Ground): Promise<OpenRoll> {
  const factory = await placed(new RollerFactory__factory(chain.deployer).deploy(sessions));
  const asked = { policy: ZeroAddress, name: "Metals 2", symbol: "MTL2" };
  const plan = await planRoll(handle, factory, asked);
  const { address } = await openRoller(chain.relayer, factory, plan);
  const inboxes: Place[] = [];
  for (const trader of traders) {
    inboxes.push({ name: `inbox of ${trader.name}`, address: await inboxOf(chain.relayer, address, trader.address) });
  }
  return { name: "roller", address, factory, minimum: plan.minimum, givesUntil: plan.givesUntil, inboxes };
}

/** Who still has an account goes through its inbox, all others give what they hold. @returns what each has given, by the roller */
export async function giveAll(ground: Ground, roll: OpenRoll, others: readonly Holder[]): Promise<Claims[]> {
  const { handle, traders } = ground;
  const sellers = new Set(sellersOf(ground));
  for (const one of traders) {
    const isOut = sellers.has(one);
    const isGiven = !isOut && (await leaveIntoInbox(ground, roll, one));
    if (!isGiven) await giveHeld(handle, roll, { name: one.name, address: one.address, signer: one.wallet });
  }
  for (const holder of others) await giveHeld(handle, roll, holder);
  const all = [...traders, ...others];
  return Promise.all(
    all.map(async ({ name, address }) => ({ name, claims: await givenBy(handle, roll.address, address) })),
  );
}

/** @returns false if it has left with less than a roller takes: then it has its tokens itself */
async function leaveIntoInbox(ground: Ground, roll: OpenRoll, one: Ground["traders"][number]): Promise<boolean> {
  const claims = await one.trader.claims();
  if (claims.every((claim) => claim === 0n)) return true;
  if (claims.some((claim) => claim > 0n && claim < roll.minimum)) {
    await one.trader.exit(one.address, false);
    return false;
  }
  await one.trader.exit(await inboxOf(one.wallet, roll.address, one.address), false);
  await giveFromInbox(anybody(ground), roll.address, one.address);
  return true;
}

async function giveHeld(handle: SessionHandle, { address, minimum }: OpenRoll, holder: Holder): Promise<void> {
  const tokens = await handle.session.balanceOf(holder.address);
  const legs = await Promise.all(handle.legs.map((leg) => leg.balanceOf(holder.address)));
  const given = tokens < minimum ? 0n : tokens;
  const giving = legs.map((leg) => (given + leg < minimum ? 0n : leg));
  if (given > 0n || giving.some((leg) => leg > 0n)) await giveToRoller(handle, holder.signer, address, given, giving);
  await redeemDust(
    handle,
    holder,
    tokens - given,
    legs.map((leg, k) => leg - (giving[k] ?? 0n)),
  );
}

async function redeemDust({ session }: SessionHandle, holder: Holder, tokens: bigint, legs: bigint[]): Promise<void> {
  const own = session.connect(holder.signer);
  if (tokens > 0n) await transact(holder.signer, own.redeem.populateTransaction(tokens, holder.address));
  for (const [k, leg] of legs.entries()) {
    if (leg > 0n) await transact(holder.signer, own.redeemLeg.populateTransaction(k + 1, leg, holder.address));
  }
}

/** Anyone rolls, once. @returns the next session */
export async function rollAll(ground: Ground, roll: OpenRoll): Promise<SessionHandle> {
  const { chain } = ground;
  await chain.clock.moveTo(Number(roll.givesUntil));
  const { next } = await rollNow(anybody(ground), roll.address);
  return openSession(next, chain.organiser);
}

/** Each who has given takes its part. */
export async function takeAll(
  { handle, chain }: Ground,
  roll: OpenRoll,
  next: SessionHandle,
  { given, holders }: { readonly given: readonly Claims[]; readonly holders: readonly Holder[] },
): Promise<RollMade> {
  const { totals } = await readRoller(handle, roll.factory, roll.address);
  const taken: Claims[] = [];
  for (const { name, claims } of given) {
    const holder = holders.find((one) => one.name === name);
    if (holder === undefined || claims.every((claim) => claim === 0n)) continue;
    await chain.giveGas(holder.address);
    const { sessionTokens, legTokens } = await takeFromRoller(holder.signer, roll.address);
    taken.push({ name, claims: legTokens.map((leg) => leg + sessionTokens) });
  }
  const quantities = next.assets.map(({ quantity }) => quantity);
  return { address: roll.address, given, totals, quantities, supply: next.supply, taken };
}

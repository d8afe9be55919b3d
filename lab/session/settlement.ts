import { mined } from "../../src/bindings/transact.js";
import { type Allocation, allocation } from "../../src/protocol/value/allocations.js";
import type { Fraction } from "../../src/protocol/amounts/fraction.js";
import { type AssetUnits, assetUnits, type TokenWei } from "../../src/protocol/amounts/units.js";
import type { CastStage, Holder } from "./cast.js";

/** What a holder has at the end. Lists have one entry for each asset. */
export interface Outcome {
  readonly holder: Holder;
  /** Claims on each asset, in wei. */
  readonly claims: readonly TokenWei[];
  /** x, in smallest units of each asset: claims * q / N, exactly. */
  readonly allocation: Allocation;
  /** What arrived. */
  readonly delivered: readonly AssetUnits[];
  /** What trading has brought, exactly, in the money of the study. Over all holders it sums to zero. */
  readonly profit: Fraction;
}

export interface Settlement {
  readonly outcomes: readonly Outcome[];
  readonly exitGas: bigint;
}

/** A holder who is no trader, and leaves in a way of its own. */
export interface Leaver {
  readonly holder: Holder;
  /** Its claim on each asset, wei. */
  readonly claims: () => Promise<readonly TokenWei[]>;
  /** Takes it all out, in the assets. @returns gas */
  readonly leave: () => Promise<bigint>;
}

/** The worth of what a holder has, less the worth of what it would have by holding. */
export type ProfitOf = (holder: Holder, claims: readonly TokenWei[], allocated: Allocation) => Fraction;

/** After t2: notes everybody's claims, lets everybody take theirs out in the assets, and counts what arrived. */
export async function settle(
  stage: CastStage,
  profitOf: ProfitOf,
  others: readonly Leaver[] = [],
): Promise<Settlement> {
  const claimed = await readClaims(stage, others);
  let exitGas = await exitAll(stage, claimed);
  for (const { leave } of others) exitGas += await leave();
  const outcomes: Outcome[] = [];
  for (const [holder, claims] of claimed) {
    const allocated = allocation(claims, stage.basket);
    outcomes.push({
      holder,
      claims,
      allocation: allocated,
      delivered: await balancesOf(stage, holder.address),
      profit: profitOf(holder, claims, allocated),
    });
  }
  return { outcomes, exitGas };
}

type Claims = ReadonlyMap<Holder, readonly TokenWei[]>;

/** The organiser counts only if something was left for it: that never entered the book, and claims every asset alike. */
async function readClaims({ participants, organiser, handle }: CastStage, others: readonly Leaver[]): Promise<Claims> {
  const claims = new Map<Holder, readonly TokenWei[]>();
  for (const participant of participants) claims.set(participant, await participant.trader.claims());
  const change = handle.assets.map(() => organiser.received);
  if (organiser.received > 0n) claims.set(organiser, change);
  for (const { holder, claims: claimsOf } of others) claims.set(holder, await claimsOf());
  return claims;
}

/** @returns gas of the traders' exits */
async function exitAll({ participants, organiser, handle, chain }: CastStage, claimed: Claims): Promise<bigint> {
  let gas = 0n;
  for (const participant of participants) {
    if (claimed.get(participant)?.every((claim) => claim === 0n)) continue; // has traded everything away
    gas += (await participant.trader.exit(participant.address, true)).gasUsed;
  }
  if (claimed.has(organiser)) {
    const vault = handle.session.connect(chain.organiser);
    await mined(await vault.redeem(organiser.received, organiser.address));
  }
  return gas;
}

export async function balancesOf({ assets }: CastStage, address: string): Promise<AssetUnits[]> {
  const balances = await Promise.all(assets.map((asset) => asset.balanceOf(address)));
  return balances.map(assetUnits);
}

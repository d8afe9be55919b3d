/** Rollers on a test's chain: who gives what, and the session that comes of it. */
import type { ContractTransactionResponse } from "ethers";

import type { Roller, RollerFactory, Session } from "../../typechain-types/index.js";
import type { RollTermsStruct } from "../../typechain-types/periphery/rolling/RollerFactory.js";
import { DAY, LOT_VALUE } from "./units.js";
import type { Account, World } from "./world.js";

/** A day to give, and a day to roll. */
export const GIVING_SECONDS = DAY;

export async function deployRollers(world: Pick<World, "connection" | "factory">): Promise<RollerFactory> {
  return world.connection.ethers.deployContract("RollerFactory", [world.factory]);
}

export async function rollTermsOf(world: World, given: Partial<RollTermsStruct> = {}): Promise<RollTermsStruct> {
  return {
    from: await world.session.getAddress(),
    givesUntil: world.t2 + GIVING_SECONDS,
    t1: world.t2 + 2 * DAY,
    t2: world.t2 + 32 * DAY,
    settleLimit: world.t2 + 62 * DAY,
    policy: world.connection.ethers.ZeroAddress,
    openMarkets: true,
    minimum: LOT_VALUE,
    name: "Next session",
    symbol: "NXT",
    ...given,
  };
}

export async function createRoller(world: World, given: Partial<RollTermsStruct> = {}): Promise<Roller> {
  const factory = await deployRollers(world);
  const terms = await rollTermsOf(world, given);
  const address = await factory.addressOf(terms);
  await factory.create(terms);
  return world.connection.ethers.getContractAt("Roller", address);
}

/** Session tokens, and leg tokens of single legs if there are any, by allowance. */
export async function giveTo(
  world: World,
  roller: Roller,
  holder: Account,
  sessionTokens: bigint,
  legTokens: readonly bigint[] = world.params.assets.map(() => 0n),
): Promise<ContractTransactionResponse> {
  await world.session.connect(holder).approve(roller, sessionTokens);
  for (const [k, amount] of legTokens.entries()) {
    await world
      .leg(k + 1)
      .connect(holder)
      .approve(roller, amount);
  }
  return roller.connect(holder).give(sessionTokens, [...legTokens]);
}

export async function openForRoll(world: World): Promise<void> {
  await world.connection.networkHelpers.time.increaseTo(world.t2 + GIVING_SECONDS);
}

/** Rolls, and opens what came of it. */
export async function rollNow(world: World, roller: Roller): Promise<Session> {
  await openForRoll(world);
  return rollOpen(world, roller);
}

/** When it is time. */
export async function rollOpen({ connection: { ethers } }: World, roller: Roller): Promise<Session> {
  await roller.roll();
  return ethers.getContractAt("Session", await roller.next());
}

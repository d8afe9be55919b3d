/** The router of complete sets, with its float. */
import type { SetRouter } from "../../typechain-types/index.js";
import type { World } from "./world.js";

export type Router = SetRouter;

/** Deployed for the book, and lent `float` wei by the organiser. Whoever calls it is the submitter. */
export async function openRouter(world: World, float: bigint): Promise<Router> {
  const { ethers } = world.connection;
  const router = await ethers.deployContract("SetRouter", [world.bookAddress], world.submitter);
  if (float === 0n) return router;
  await world.session.connect(world.organiser).approve(router, float);
  await router.connect(world.organiser).lend(float);
  return router;
}

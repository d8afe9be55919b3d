/** Orders with every kind of life, for views of them. */
import { between } from "../../protocol/markets.js";
import { tick, wei } from "../../protocol/support.js";
import { writeDescription } from "../../../src/protocol/market/description.js";
import { as, ask } from "../support.js";
import { addRain, HOUR, trade, type World } from "../world.js";

/** Alice's 1 is filled, 3 partly filled, 4 cancelled, 5 rests until an hour from now, 6 was immediate; Bob's is 2. */
export async function withOrders(world: World): Promise<void> {
  const { alice, bob, handle } = world;
  await addRain(world);
  await trade(world, alice, "buy", "100", "--price", "55%");
  await trade(world, bob, "sell", "130", "--price", "54%");
  await trade(world, alice, "buy", "50", "--price", "54%");
  await trade(world, alice, "buy", "10", "--price", "40%");
  await ask(as(world.env, alice), "cancel", "4");
  await trade(world, alice, "buy", "7", "--market", "2", "--price", "300", "--deadline", String(handle.t1 + HOUR));
  await trade(world, alice, "buy", "9", "--price", "53%", "--tif", "ioc");
}

/** The same, and Alice's 7 in a market whose description has a head, in tenths of a millimetre. */
export async function withOrdersInUnits(world: World): Promise<void> {
  await withOrders(world);
  const { alice, owner, handle } = world;
  const head = { title: "Rain in Seattle", unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "the airport's gauge" };
  await owner.createInterval({
    bounds: between(0, 1_000),
    tickValue: wei(10n ** 13n),
    closesAt: BigInt(handle.t2),
    settleBy: BigInt(handle.t2),
    fallbackOutcome: tick(0),
    description: writeDescription(head, "of a month"),
  });
  await trade(world, alice, "buy", "4", "--market", "3", "--price", "34.5mm");
}

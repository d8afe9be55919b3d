/** What several tests begin with: a session that is open for trade, and what has happened in it. */
import { place } from "../../../stage/contracts/orders.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, type Connection, openWorld, type World } from "../../../stage/contracts/world.js";

/** Alice and Bob have 10 tokens each in the book. */
export async function openWithCash(connection: Connection): Promise<World> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  return w;
}

/** Of these tokens Alice has bought 2 000 lots of leg 1 from Bob at 0.5. */
export async function openWithPosition(connection: Connection): Promise<World> {
  const w = await openWithCash(connection);
  await place(w, { trader: w.alice, lots: 2_000n, price: 5_000n });
  await place(w, { trader: w.bob, lots: -2_000n, price: 5_000n });
  return w;
}

/** Alice, Bob and Carol have 10 tokens each; Alice bids for 10 lots at 0.5 and at 0.4: orders 1 and 2. */
export async function openWithBids(connection: Connection): Promise<World> {
  const w = await openWithCash(connection);
  await bankroll(w, 10n * TOKEN, w.carol);
  await place(w, { trader: w.alice, lots: 10n, price: 5_000n });
  await place(w, { trader: w.alice, lots: 10n, price: 4_000n });
  return w;
}

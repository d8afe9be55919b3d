/** Sessions with markets beside the basket. */
import type { Bounds } from "../../src/protocol/market/bounds.js";
import { createMarketOwner, type MarketOwner } from "../../src/client/market-owner.js";
import type { OrderRequest, Trader } from "../../src/client/trader.js";
import type { MarketRef } from "../../src/protocol/signing/package.js";
import { type Ticks, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { type Market, ONE, openTwo, openWith } from "./support.js";

export const between = (lower: number | bigint, upper: number | bigint): Bounds => ({
  lower: ticks(BigInt(lower)),
  upper: ticks(BigInt(upper)),
});
export const tick = (value: number | bigint): Ticks => ticks(BigInt(value));

/** A tick of a lot is 0.001 session token. */
export const TICK_VALUE = ONE / 1_000n;
export const RAIN_TEXT = "Rain in one month at the station, in millimetres.";

export interface RainMarket extends Market {
  readonly owner: MarketOwner;
}

/** The terms of a root that closes a day before t2. */
export function rootTerms({ handle }: Pick<Market, "handle">): {
  readonly tickValue: bigint;
  readonly closesAt: bigint;
  readonly settleBy: bigint;
  readonly description: string;
} {
  const closesAt = BigInt(handle.t2 - 86_400);
  return { tickValue: TICK_VALUE, closesAt, settleBy: closesAt + 3_600n, description: RAIN_TEXT };
}

/** Trading has begun; the organiser owns root 2, rain over [0, 50] with strips of ten from 10 up, and root 3, an event of three. */
export async function openRain(): Promise<RainMarket> {
  const market = await openTwo();
  const owner = createMarketOwner(market.handle, market.organiser);
  const terms = rootTerms(market);
  await owner.createInterval({ ...terms, bounds: between(0, 50), fallbackOutcome: tick(25) });
  for (const lower of [10, 20, 30, 40]) await owner.createBranch(2, between(lower, lower + 10));
  await owner.createEvent({ ...terms, outcomes: 3, scale: tick(100), fallbackOutcome: 3 });
  return { ...market, owner };
}

/** A session in which anybody registered may make roots; nobody has yet. Alice is registered. */
export async function openToAll(): Promise<
  Pick<Market, "handle" | "organiser" | "alice" | "aliceSigner" | "submitter">
> {
  const funding = { tokens: tokenWei(200n * ONE), deposits: tokenWei(0n) };
  const { traders, ...opened } = await openWith(2, [{ name: "alice", funding }], { openMarkets: true });
  const { trader: alice, wallet: aliceSigner } = traders[0]!;
  await alice.register();
  return { ...opened, alice, aliceSigner };
}

/** Both sides of one trade: `buyer` and `seller` meet at `price` in the market. */
export async function trade(
  { submitter }: Pick<Market, "submitter">,
  [buyer, seller]: readonly [Trader, Trader],
  market: MarketRef,
  price: number,
  quantity: number,
): Promise<void> {
  const order: OrderRequest = { market, price: BigInt(price), quantity: BigInt(quantity) };
  const signed = await Promise.all([buyer.signOrder(order), seller.signOrder({ ...order, quantity: -order.quantity })]);
  const { results } = await submitter.submitBatch(signed);
  for (const result of results) if (!result.accepted) throw result.refusal;
}

export const rain = (marketBranchId: number): MarketRef => ({ marketRootId: 2, marketBranchId });
export const event = (marketBranchId: number): MarketRef => ({ marketRootId: 3, marketBranchId });

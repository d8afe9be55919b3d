import type { RelayMarkets } from "../../../src/wire/state.js";
import type { PricedRoot } from "../../../app/views/trade/prices.js";
import type { Ground } from "../../../app/views/trade/order-ticket.js";
import { tick } from "../../protocol/support.js";

type Root = RelayMarkets["roots"][number];

export const WEIGHTS: PricedRoot = { kind: "simplex", outcomes: { lower: tick(0), upper: tick(10_000) }, head: null };
export const RAIN: PricedRoot = {
  kind: "interval",
  outcomes: { lower: tick(0), upper: tick(2_500) },
  head: { title: "Rain", unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "" } satisfies NonNullable<Root["head"]>,
};
export const BARE: PricedRoot = { kind: "interval", outcomes: { lower: tick(-50), upper: tick(50) } };

export function ground(given: Partial<Ground> = {}): Ground {
  return {
    market: { marketRootId: 1, marketBranchId: 1 },
    root: WEIGHTS,
    isBasket: true,
    assets: 2,
    scale: 10_000n,
    t2: 2_000n,
    now: 1_000n,
    ...given,
  };
}

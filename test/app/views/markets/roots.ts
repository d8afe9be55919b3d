/** Roots as a source tells of them. */
import type { Root } from "../../../../app/data/names.js";
import { getAddress, toBeHex } from "ethers";
import type { Ticks, TokenWei } from "../../../../src/protocol/amounts/units.js";

type Branch = Root["branches"][number];
type Span = readonly [number, number];

const tick = (value: number): Ticks => BigInt(value) as Ticks;
const span = ([lower, upper]: Span) => ({ lower: tick(lower), upper: tick(upper) });

export const OWNER = getAddress(toBeHex(7, 20));

const TERMS = {
  owner: OWNER,
  tickValue: (10n ** 14n) as TokenWei,
  closesAt: 1_700n,
  settleBy: 1_800n,
  settled: false,
  tip: `0x${"ab".repeat(32)}`,
};

export const RAIN_HEAD = { title: "Rain in Seattle", unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "" };

export function branchOf(marketBranchId: number, bounds: Span, rest: Partial<Branch> = {}): Branch {
  return { marketBranchId, bounds: span(bounds), bestBid: null, bestAsk: null, crossed: false, ...rest };
}

/** Of rain from 0 to 250 mm in tenths, with a strip from 80 to 160 mm. @param now what it can still be, tenths of a mm */
export function rainRoot(now: Span = [0, 2_500], rest: Partial<Root> = {}): Root {
  const clamp = (value: number, [low, high]: Span): number => Math.min(high, Math.max(low, value));
  const within = (strikes: Span): Span => [clamp(now[0], strikes), clamp(now[1], strikes)];
  const strip: Span = [800, 1_600];
  return {
    ...TERMS,
    marketRootId: 2,
    kind: "interval",
    fallbackOutcome: tick(1_000),
    outcomes: span(now),
    firstBounds: span([0, 2_500]),
    branches: [
      branchOf(1, now, { strikes: span([0, 2_500]), bestBid: tick(900), bestAsk: tick(1_100) }),
      branchOf(2, within(strip), { strikes: span(strip) }),
    ],
    head: RAIN_HEAD,
    ...rest,
  };
}

/** Of three months, weights adding up to 100. */
export function eventRoot(
  bounds: readonly Span[] = [
    [0, 100],
    [0, 100],
    [0, 100],
  ],
  rest: Partial<Root> = {},
): Root {
  return {
    ...TERMS,
    marketRootId: 3,
    kind: "simplex",
    fallbackOutcome: tick(3),
    outcomes: span([0, 100]),
    firstBounds: span([0, 100]),
    branches: bounds.map((own, index) => branchOf(index + 1, own)),
    head: {
      title: "Wettest month",
      unit: "",
      ticksPerUnit: 1n,
      outcomes: ["October", "November", "December"],
      source: "",
    },
    ...rest,
  };
}

export function basketRoot(rest: Partial<Root> = {}): Root {
  return {
    ...eventRoot(
      [
        [0, 10_000],
        [0, 10_000],
      ],
      { marketRootId: 1, head: null },
    ),
    outcomes: span([0, 10_000]),
    settleBy: 0n,
    fallbackOutcome: tick(0),
    ...rest,
  };
}

/** A payoff as the pictures take it: the position as it is, and with what is thought of at its price. */
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import type { IntervalRoot, SimplexRoot } from "../../../src/protocol/market/market-table.js";
import type { Position } from "../../../src/protocol/margin/worth.js";
import type { Composition } from "../../../src/protocol/value/composition.js";
import type { Told } from "../../../src/pictures/marks.js";
import type { OutcomePayoff, PayoffData, PayoffPoint } from "../../../src/pictures/payoff.js";
import type { Names, Root } from "../../data/names.js";
import { tokensText } from "../../ui/numbers.js";
import { branchTitle } from "../markets/tree.js";
import { priceUnit, priceWords } from "../trade/prices.js";
import { bindingOf, type Corner, cornersOf, vertexPayoffs, withLegs } from "./payoff.js";

export interface Drawn {
  readonly root: Root;
  readonly title: string;
  readonly symbol: string;
  readonly position: Position;
  /** What is thought of; undefined while nothing is. */
  readonly composition: Composition | undefined;
  /** + paid for it, − received; undefined while it has no price: then what it pays is drawn before its price. */
  readonly cashWei: bigint | undefined;
}

export function intervalData(ruled: IntervalRoot, drawn: Drawn, strikes: readonly bigint[]): PayoffData {
  const { root, title, symbol, position, composition, cashWei = 0n } = drawn;
  const point = ({ outcome, wei }: Corner): PayoffPoint => ({
    outcome: outcomeTold(root, outcome),
    pays: weiTold(wei, symbol),
  });
  const then = composition === undefined ? undefined : withLegs(ruled, position, composition);
  const binding = (lots: Position, cash: bigint): PayoffPoint => {
    const { outcome, wei } = bindingOf(ruled, lots, cash);
    return { outcome: outcomeTold(root, outcome), pays: weiTold(wei, symbol) };
  };
  const holds = position.some((lots) => lots !== 0n);
  return {
    title,
    outcomeUnit: priceUnit(root),
    payUnit: symbol,
    now: cornersOf(ruled, position).map(point),
    ...(then !== undefined && { withOrder: cornersOf(ruled, then, cashWei).map(point) }),
    possible: { lower: outcomeTold(root, ruled.bounds.lower), upper: outcomeTold(root, ruled.bounds.upper) },
    ...(holds && { binding: binding(position, 0n) }),
    ...(then !== undefined && { bindingWithOrder: binding(then, cashWei) }),
    strikes: strikes.map((strike) => outcomeTold(root, strike)),
  };
}

export function simplexData(ruled: SimplexRoot, drawn: Drawn, names: Names | undefined): OutcomePayoff[] {
  const { root, symbol, position, composition, cashWei = 0n } = drawn;
  const then = composition === undefined ? undefined : withLegs(ruled, position, composition);
  const [pays, paysThen] = [vertexPayoffs(ruled, position), then && vertexPayoffs(ruled, then, cashWei)];
  const holds = position.some((lots) => lots !== 0n);
  const binds = holds ? bindingOf(ruled, position).outcome : undefined;
  const bindsThen = then && bindingOf(ruled, then, cashWei).outcome;
  return ruled.weights.map(({ upper }, k): OutcomePayoff => {
    const number = BigInt(k + 1);
    const after = paysThen?.[k];
    return {
      name: nameOf(root, k + 1, names),
      now: weiTold(pays[k] ?? 0n, symbol),
      ...(after !== undefined && { withOrder: weiTold(after, symbol) }),
      isPossible: upper > 0n,
      isBinding: binds === number,
      bindsThen: bindsThen === number,
    };
  });
}

/** `AAPL is all`: no asset's weight becomes one, but collateral is counted as if it could. */
function nameOf(root: Root, marketBranchId: number, names: Names | undefined): string {
  const branch = root.branches.find((one) => one.marketBranchId === marketBranchId);
  const name =
    root.marketRootId === BASKET_ROOT_ID
      ? (names?.assets[marketBranchId - 1]?.symbol ?? `leg ${marketBranchId}`)
      : branch === undefined
        ? `outcome ${marketBranchId}`
        : branchTitle(root, branch, names);
  return root.marketRootId === BASKET_ROOT_ID ? `${name} is all` : name;
}

function outcomeTold(root: Root, outcome: bigint): Told {
  return { text: priceWords(root, outcome), value: Number(outcome) };
}

/** The text is exact; the value only places it. */
function weiTold(wei: bigint, symbol: string): Told {
  return { text: `${tokensText(wei)} ${symbol}`, value: Number(wei) };
}

/** What the list of markets holds: a line for each root and below it its branches, with what can be said of each. */
import { placeOn } from "../../../src/pictures/scales.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import type { RelayMonitoring } from "../../../src/wire/state.js";
import { spanText, wordsOf } from "../../ui/words.js";
import type { Names, Root } from "../../data/names.js";
import { amountOf, type UnitText } from "../../ui/market-units.js";

/** How a market stands by the chain's time. Only `fallback due` asks anybody to do something. */
export type MarketState = "open" | "determined" | "closed" | "fallback due" | "settled";

export interface Span {
  readonly lower: bigint;
  readonly upper: bigint;
}

export interface BranchLine {
  readonly marketBranchId: number;
  readonly title: string;
  readonly state: MarketState;
  readonly lower: UnitText;
  readonly upper: UnitText;
  /** Today's bounds within the first ones, 0 to 1: for a bar. */
  readonly bar: { readonly from: number; readonly to: number };
  readonly barText: string;
  readonly bestBid: UnitText | undefined;
  readonly bestOffer: UnitText | undefined;
  /** Lots of all who are long, which are as many as those of all who are short. */
  readonly openLots: bigint | undefined;
}

export interface RootLine {
  readonly root: Root;
  readonly title: string;
  readonly kind: "basket" | "interval" | "event";
  readonly state: MarketState;
  readonly branches: readonly BranchLine[];
}

export function kindOf(root: Pick<Root, "kind" | "marketRootId">): RootLine["kind"] {
  if (root.marketRootId === BASKET_ROOT_ID) return "basket";
  return root.kind === "interval" ? "interval" : "event";
}

/** @param time of the newest block, unix seconds */
export function stateOf(
  root: Pick<Root, "marketRootId" | "settled" | "settleBy" | "closesAt">,
  time: bigint,
): MarketState {
  if (root.settled) return "settled";
  if (root.marketRootId !== BASKET_ROOT_ID && time >= root.settleBy) return "fallback due";
  return time >= root.closesAt ? "closed" : "open";
}

/** @param bounds what a lot of the branch can still pay */
export function branchStateOf(root: Parameters<typeof stateOf>[0], bounds: Span, time: bigint): MarketState {
  const state = stateOf(root, time);
  return state !== "settled" && bounds.lower === bounds.upper ? "determined" : state;
}

/** The least and the most that a branch could pay when it was made. */
export function firstBounds(
  root: Pick<Root, "outcomes">,
  { strikes }: Pick<Root["branches"][number], "strikes">,
): Span {
  return strikes ?? root.outcomes;
}

export function marketTree(
  roots: readonly Root[],
  interest: RelayMonitoring["roots"] | undefined,
  names: Names | undefined,
  time: bigint,
): RootLine[] {
  return roots.map((root) => {
    const held = interest?.find(({ marketRootId }) => marketRootId === root.marketRootId)?.markets;
    const { head } = wordsOf(root, 1, names);
    const kind = kindOf(root);
    const title = kind === "basket" ? "The basket" : (head?.title ?? `Market ${root.marketRootId}`);
    const branches = root.branches.map((branch) => {
      const { marketBranchId } = branch;
      const own = held?.find((one) => one.marketBranchId === marketBranchId);
      // A root in which nobody holds anything is not listed among those that are watched.
      const openLots = interest === undefined ? undefined : (own?.longLots ?? 0n);
      return branchLine(root, branch, { title: branchTitle(root, branch, names), openLots, time });
    });
    return { root, title, kind, state: stateOf(root, time), branches };
  });
}

/** `AAPL`, `October`, `80 to 120 mm`: what tells a branch from the others of its root. */
export function branchTitle(
  root: Root,
  { marketBranchId, strikes }: Root["branches"][number],
  names: Names | undefined,
): string {
  if (strikes !== undefined) return spanText(root, strikes);
  if (kindOf(root) === "basket") return names?.assets[marketBranchId - 1]?.symbol ?? `leg ${marketBranchId}`;
  return root.head?.outcomes[marketBranchId - 1] ?? `outcome ${marketBranchId}`;
}

interface Beside {
  readonly title: string;
  readonly openLots: bigint | undefined;
  readonly time: bigint;
}

function branchLine(root: Root, branch: Root["branches"][number], { title, openLots, time }: Beside): BranchLine {
  const { marketBranchId, bounds, bestBid, bestAsk } = branch;
  const [lower, upper] = [amountOf(root, bounds.lower), amountOf(root, bounds.upper)];
  const first = firstBounds(root, branch);
  const at = (price: bigint | null): UnitText | undefined => (price === null ? undefined : amountOf(root, price));
  return {
    marketBranchId,
    title,
    openLots,
    lower,
    upper,
    state: branchStateOf(root, bounds, time),
    bar: barOf(first, bounds),
    barText: barTextOf(root, first, bounds),
    bestBid: at(bestBid),
    bestOffer: at(bestAsk),
  };
}

/** Where today's bounds lie within the first ones; of a span without width in its middle. */
export function barOf(first: Span, now: Span): BranchLine["bar"] {
  const place = placeOn({ low: Number(first.lower), high: Number(first.upper) }, 0, 1); // ticks fit 32 bits
  return { from: place(Number(now.lower)), to: place(Number(now.upper)) };
}

function barTextOf(root: Root, first: Span, now: Span): string {
  const text = ({ lower, upper }: Span): string =>
    lower === upper
      ? spoken(amountOf(root, lower))
      : `${amountOf(root, lower).exact} to ${spoken(amountOf(root, upper))}`;
  return now.lower === now.upper ? `pays ${text(now)}, at first ${text(first)}` : `${text(now)} of ${text(first)}`;
}

function spoken({ exact, unit }: UnitText): string {
  return `${exact} ${unit}`.trimEnd();
}

/** What a root's fallback would settle it at, in words. */
export function fallbackText(root: Root): string {
  const kind = kindOf(root);
  if (kind === "basket") return "The basket has none: its weights pay in assets.";
  if (kind === "interval") {
    const text = spoken(amountOf(root, root.fallbackOutcome));
    return `${text}, or the nearest to it that is still possible.`;
  }
  const number = Number(root.fallbackOutcome);
  const name = root.head?.outcomes[number - 1];
  const outcome = name === undefined ? `Outcome ${number}` : `${name} (outcome ${number})`;
  return `${outcome} gets all the weight that it still can, the others the rest in their order.`;
}

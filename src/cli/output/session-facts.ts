/** What several commands say about a session. */
import type { TransactionReceipt } from "ethers";

import type { IntervalRoot, MarketRoot, MarketTable, SimplexRoot } from "../../protocol/market/market-table.js";
import { type MarketHead, unitsOf } from "../../protocol/market/description.js";
import { ticks, tokenWei } from "../../protocol/amounts/units.js";
import { BASKET_ROOT_ID, type MarketRef } from "../../protocol/signing/package.js";
import type { Venue } from "../../protocol/value/via.js";
import type { RelayRoute } from "../../wire/packages.js";
import { decimal } from "../../protocol/amounts/decimals.js";

/** `leg 1`, or `2.1`. */
export function marketName({ marketRootId, marketBranchId }: MarketRef): string {
  return marketRootId === BASKET_ROOT_ID ? `leg ${marketBranchId}` : `${marketRootId}.${marketBranchId}`;
}

/** How each way of an order is called. */
export const WAYS: Readonly<Record<Venue, string>> = { book: "the book", maker: "the maker", set: "the router" };

/** `the maker 0x…`, or `the book`. */
export function wayText({ through, contract }: RelayRoute): string {
  return contract === undefined ? WAYS[through] : `${WAYS[through]} ${contract}`;
}

/** Of a root what its prices are said by. */
export type PricedRoot = Pick<IntervalRoot, "kind"> | Pick<SimplexRoot, "kind" | "scale">;

/** `5500 (55%)` for a simplex root; for an interval root `34.5 mm` if its description has a head, else ticks: `345`. */
export function priceText(root: PricedRoot, price: bigint, head?: MarketHead): string {
  if (root.kind !== "interval") return `${price} (${decimal(price * 100n, root.scale, 4)}%)`;
  return amountText(root, price, head);
}

/** The same without the weight: where a column of them is read, `5500` is enough. */
export function amountText(root: Pick<MarketRoot, "kind">, price: bigint, head?: MarketHead): string {
  if (root.kind !== "interval" || head === undefined) return price.toString();
  return `${unitsOf(head, ticks(price))} ${head.unit}`.trimEnd();
}

/** A price that may lie between two ticks, `value / parts` of them, in the words of `priceText`; to two digits more than a tick has. */
export function finePriceText(root: MarketRoot, value: bigint, parts: bigint, head?: MarketHead): string {
  const digits = 2;
  if (root.kind !== "interval") {
    const weight = decimal(value * 100n, parts * root.scale, 4);
    return `${decimal(value, parts, digits)} (${weight}%)`;
  }
  if (head === undefined) return decimal(value, parts, digits);
  const { ticksPerUnit, unit } = head;
  const ofTick = ticksPerUnit === 1n ? 0 : ticksPerUnit.toString().length;
  return `${decimal(value, parts * ticksPerUnit, ofTick + digits)} ${unit}`.trimEnd();
}

/** `basket`, or `root 2`. */
export function rootName(marketRootId: number): string {
  return marketRootId === BASKET_ROOT_ID ? "basket" : `root ${marketRootId}`;
}

/** An outcome as the book names the one at which somebody is worst: `leg 2`, `outcome 2 (green)`, or `y = 34.5 mm`. */
export function outcomeText(root: KnownRoot["root"], outcome: bigint, head: MarketHead | undefined): string {
  if (root.kind === "interval") return `y = ${amountText(root, outcome, head)}${head === undefined ? " ticks" : ""}`;
  return root.marketRootId === BASKET_ROOT_ID ? `leg ${outcome}` : `outcome ${outcomeName(Number(outcome), head)}`;
}

/** What amounts and outcomes of a root are said by. */
export interface KnownRoot {
  readonly root: PricedRoot & Pick<MarketRoot, "marketRootId">;
  readonly head: MarketHead | undefined;
}

/** A root, and the head of its description if it has one. */
export interface NamedRoot {
  readonly root: MarketRoot;
  readonly head: MarketHead | undefined;
}

/** `2.1`, with what it is about if its owner has said so: `2.1 Rain in Seattle`, `3.2 Who wins: green`. */
export function marketTitle(market: MarketRef, head: MarketHead | undefined): string {
  if (head === undefined) return marketName(market);
  const outcome = head.outcomes[market.marketBranchId - 1];
  return `${marketName(market)} ${head.title}${outcome === undefined ? "" : `: ${outcome}`}`;
}

/** What an outcome of an event is called: `2 (green)`. */
export function outcomeName(outcome: number, head: MarketHead | undefined): string {
  const name = head?.outcomes[outcome - 1];
  return name === undefined ? String(outcome) : `${outcome} (${name})`;
}

/** What became of a transaction, for people. */
export function sentText({
  hash,
  blockNumber,
  gasUsed,
}: Pick<TransactionReceipt, "hash" | "blockNumber" | "gasUsed">): string {
  return `Transaction ${hash}, block ${blockNumber}, ${gasUsed} gas`;
}

/** The same for programs. */
export function sentDocument({
  hash,
  blockNumber,
  gasUsed,
}: Pick<TransactionReceipt, "hash" | "blockNumber" | "gasUsed">): object {
  return { transactionHash: hash, blockNumber, gasUsed };
}

/** The command lines that may come next. */
export function nextText(...commands: readonly string[]): string {
  return commands.map((command, index) => `${index === 0 ? "Next:" : "  or:"} session ${command}`).join("\n");
}

/** Every market of a table: each branch or leg of each root. */
export function marketsOf(table: MarketTable): MarketRef[] {
  return [...table.roots.values()].flatMap((root) => {
    const branches = root.kind === "interval" ? root.strikes : root.weights;
    return branches.map((_, b) => ({ marketRootId: root.marketRootId, marketBranchId: b + 1 }));
  });
}

export interface AccountFacts {
  /** 0 if the book does not know the trader. */
  readonly traderId: number;
  /** The claim on the basket's last leg, and how much less the least one is. */
  readonly claim: bigint;
  readonly worst: bigint;
  readonly openOrders: number;
  readonly reserved: bigint;
}

/** The account as documents of several commands give it. */
export function accountDocument({ traderId, claim, worst, openOrders, reserved }: AccountFacts): object {
  const slackWei = tokenWei(claim + worst);
  return { traderId, claimWei: claim, worstWei: worst, slackWei, openOrders, reservedWei: reserved };
}

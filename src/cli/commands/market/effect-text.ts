/** What a record does, for people and for programs. */
import type { RecordEffect } from "../../../protocol/book/record-effect.js";
import { ticks } from "../../../protocol/amounts/units.js";
import { type MarketHead, unitsOf } from "../../../protocol/market/description.js";
import type { Bounds } from "../../../protocol/market/bounds.js";
import type { MarketRoot } from "../../../protocol/market/market-table.js";
import { marketTitle, priceText } from "../../output/session-facts.js";
import { paragraphs, table, tokens } from "../../output/text.js";

/** @param root as it stands; undefined for one that the record makes */
export function effectText(root: MarketRoot | undefined, head: MarketHead | undefined, effect: RecordEffect): string {
  const { settles, changes, determined, freed, takenOut } = effect;
  const price = (ticks: bigint): string => (root === undefined ? newText(ticks, head) : priceText(root, ticks, head));
  const span = (bounds: Bounds | undefined): string =>
    bounds === undefined
      ? "-"
      : bounds.lower === bounds.upper
        ? price(bounds.lower)
        : `${price(bounds.lower)} to ${price(bounds.upper)}`;
  const known = new Map(determined.map((market) => [market.marketBranchId, market.paysTicks]));
  return paragraphs(
    settles ? "It settles the root, for good." : "",
    changes.length === 0
      ? "No bounds change: it says nothing new."
      : table(
          ["market", "pays today", "pays then", ""],
          changes.map((change) => [
            marketTitle(change, head),
            span(change.before),
            span(change.after),
            known.has(change.marketBranchId) ? "determined" : "",
          ]),
        ),
    root === undefined
      ? ""
      : freed.length === 0
        ? "Frees no collateral."
        : `Frees ${tokens(totalOf(freed))} session tokens of collateral:\n${table(
            ["trader", "freed"],
            freed.map(({ trader, freedWei }) => [trader, tokens(freedWei)]),
          )}`,
    takenOut.length === 0
      ? ""
      : `Orders in markets that are determined then; anybody may take them out:\n${table(
          ["order", "market", "lots", "price", "trader"],
          takenOut.map((order) => [
            String(order.tradeRootId),
            marketTitle(order, head),
            order.lots.toString(),
            price(order.priceTicks),
            order.trader,
          ]),
        )}`,
  );
}

/** Of a root that is not there yet. */
function newText(value: bigint, head: MarketHead | undefined): string {
  return head === undefined ? value.toString() : `${unitsOf(head, ticks(value))} ${head.unit}`.trimEnd();
}

export function effectDocument({ freed, changes, ...effect }: RecordEffect): object {
  return {
    ...effect,
    changes: changes.map(({ before, after, ...market }) => ({
      ...market,
      before: before === undefined ? null : { minTicks: before.lower, maxTicks: before.upper },
      after: { minTicks: after.lower, maxTicks: after.upper },
    })),
    freedWei: totalOf(freed),
    freed,
  };
}

function totalOf(freed: RecordEffect["freed"]): bigint {
  return freed.reduce((sum, { freedWei }) => sum + freedWei, 0n);
}

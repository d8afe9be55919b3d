/** A root's records as steps of its bounds: what each changed, when, and which branches it determined. */
import type { EventOutcome } from "../../../src/pictures/elimination.js";
import type { Told } from "../../../src/pictures/marks.js";
import type { BoundsStep, TelescopeData } from "../../../src/pictures/telescope.js";
import type { HistoryItem } from "../../../src/wire/history.js";
import type { MarketRecordFacts } from "../../data/mirror/market-records.js";
import type { Root } from "../../data/names.js";
import { amountOf, amountText, unitNameOf } from "../../ui/market-units.js";
import { percentText, tokensText } from "../../ui/numbers.js";
import { formatDay, formatMoment } from "../../ui/time.js";
import type { Span } from "./tree.js";

export type BoundsRow = HistoryItem<"bounds">;

export interface RecordStep {
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly timestamp: bigint;
  readonly transactionHash: string;
  readonly cause: BoundsRow["cause"];
  /** Of every branch after it, from branch 1. */
  readonly bounds: readonly Span[];
  /** Branches that can pay one value only from then on. */
  readonly determined: readonly number[];
  readonly settled: boolean;
  /** Wei set free in all accounts; undefined if nobody has counted. */
  readonly freed: bigint | undefined;
}

/** @param rows of one root, in any order @param facts of the same root; none where there is no node to read them from */
export function stepsOf(rows: readonly BoundsRow[], facts: readonly MarketRecordFacts[] = []): RecordStep[] {
  const groups = new Map<string, BoundsRow[]>();
  for (const row of rows) {
    const key = `${row.blockNumber}/${row.logIndex}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const records = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ first, group }];
  });
  records.sort(({ first: a }, { first: b }) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
  let before: readonly Span[] = [];
  return records.map(({ first, group }) => {
    const bounds = [...group]
      .sort((a, b) => a.marketBranchId - b.marketBranchId)
      .map(({ lower, upper }): Span => ({ lower, upper }));
    const determined = bounds.flatMap((now, index) => (isOne(now) && !isOne(before[index]) ? [index + 1] : []));
    before = bounds;
    const { blockNumber, logIndex, timestamp, transactionHash, cause, settled } = first;
    const own = facts.find((one) => one.blockNumber === blockNumber && one.logIndex === logIndex);
    return { blockNumber, logIndex, timestamp, transactionHash, cause, bounds, determined, settled, freed: own?.freed };
  });
}

function isOne(span: Span | undefined): boolean {
  return span !== undefined && span.lower === span.upper;
}

/** A later relay may have others. */
const CAUSES: Readonly<Record<string, string>> = {
  made: "the root was made",
  branched: "a branch was made",
  bounded: "bounds were tightened",
  fallback: "the fallback was applied",
};

function causeText(cause: string): string {
  return CAUSES[cause] ?? cause;
}

/** `bounds were tightened; branches 2 and 3 determined`. */
export function whatOf({ cause, determined, settled }: RecordStep): string {
  const branches = determined.length === 0 ? "" : `; ${branchesText(determined)} determined`;
  return `${causeText(cause)}${branches}${settled ? "; settled" : ""}`;
}

function branchesText(numbers: readonly number[]): string {
  return `${numbers.length === 1 ? "branch" : "branches"} ${numbers.join(", ")}`;
}

export interface PricePoint {
  readonly timestamp: bigint;
  readonly priceTicks: bigint;
}

/**
 * An interval's bounds closing in.
 * @param until the newest block's time, unix seconds
 * @param prices of branch 1, whose strikes are the root's first bounds, by rising time
 */
export function telescopeOf(
  root: Root,
  title: string,
  steps: readonly RecordStep[],
  {
    until,
    prices,
    symbol,
  }: { readonly until: bigint; readonly prices: readonly PricePoint[]; readonly symbol: string },
): TelescopeData {
  const strikes = root.branches
    .slice(1)
    .flatMap(({ strikes: own }) => (own === undefined ? [] : [own.lower, own.upper]));
  const first = steps[0]?.bounds[0];
  const inside = [...new Set(strikes)].filter((strike) => strike !== first?.lower && strike !== first?.upper);
  return {
    title,
    unit: unitNameOf(root),
    steps: steps.flatMap((step): BoundsStep[] => {
      const [whole] = step.bounds;
      if (whole === undefined) return [];
      const { freed } = step;
      return [
        {
          when: momentOf(step.timestamp),
          lower: told(root, whole.lower),
          upper: told(root, whole.upper),
          what: whatOf(step),
          ...(freed !== undefined && { freed: tokensTold(freed, symbol) }),
        },
      ];
    }),
    until: momentOf(until),
    strikes: inside.map((strike) => told(root, strike)),
    price: prices.map(({ timestamp, priceTicks }) => ({ when: momentOf(timestamp), value: told(root, priceTicks) })),
  };
}

function momentOf(second: bigint): Told {
  return { text: formatMoment(Number(second)), value: Number(second) };
}

/** The text is exact; the value only places it. */
function told(root: Root, value: bigint): Told {
  return { text: amountText(root, value), value: Number(value) };
}

function tokensTold(wei: bigint, symbol: string): Told {
  return { text: `${tokensText(wei)} ${symbol}`, value: Number(wei) };
}

// ------------------------------------------------------------------ events

/** @param lots own, from outcome 1; none known without an account */
export function outcomesOf(root: Root, steps: readonly RecordStep[], lots: readonly bigint[] = []): EventOutcome[] {
  const scale = root.outcomes.upper;
  return root.branches.map(({ marketBranchId, bounds, bestBid, bestAsk }): EventOutcome => {
    const weight = (value: bigint, parts = 1n): Told => ({
      text: `${percentText(value, scale * parts)} %`,
      value: Number(value) / Number(scale * parts),
    });
    const own = lots[marketBranchId - 1] ?? 0n;
    const out = bounds.upper === 0n ? steps.find((step) => step.bounds[marketBranchId - 1]?.upper === 0n) : undefined;
    const [low, high] = [bestBid ?? bestAsk, bestAsk ?? bestBid];
    return {
      name: root.head?.outcomes[marketBranchId - 1] ?? `outcome ${marketBranchId}`,
      lower: weight(bounds.lower),
      upper: weight(bounds.upper),
      price: low === null || high === null ? undefined : weight(low + high, 2n),
      ...(own !== 0n && { own: `my ${own} lots` }),
      struckOut:
        bounds.upper !== 0n
          ? undefined
          : out === undefined
            ? "by a record that is not read yet"
            : `block ${out.blockNumber}, ${formatDay(Number(out.timestamp))}`,
    };
  });
}

/** `12 → 3 left · 9 struck out`. */
export function leftText(root: Root): string {
  const all = root.branches.length;
  const struck = root.branches.filter(({ bounds }) => bounds.upper === 0n).length;
  return `${all} → ${all - struck} left · ${struck} struck out`;
}

export interface StepRow {
  readonly step: RecordStep;
  readonly when: string;
  readonly what: string;
  readonly lower: string;
  readonly upper: string;
  readonly determined: string;
  readonly freed: string;
}

/** The same rows as the picture of an interval. */
export function stepRows(root: Root, steps: readonly RecordStep[], symbol: string): StepRow[] {
  return steps.flatMap((step) => {
    const [whole] = step.bounds;
    if (whole === undefined) return [];
    return [
      {
        step,
        when: formatMoment(Number(step.timestamp)),
        what: causeText(step.cause),
        lower: amountOf(root, whole.lower).exact,
        upper: amountOf(root, whole.upper).exact,
        determined: step.determined.map((branch) => `${root.marketRootId}.${branch}`).join(", "),
        freed: step.freed === undefined ? "" : `${tokensText(step.freed)} ${symbol}`,
      },
    ];
  });
}

/** The check of joint collateral: the library's sum of worst cases beside the plain matrix over all outcome combinations. */
import { toBeHex, ZeroAddress, ZeroHash } from "ethers";

import { checkCollateral, type Trade } from "../../src/protocol/judge/collateral.js";
import { accountAfter, worstOfAccount } from "../../src/protocol/margin/worth.js";
import { applyMarketRecord } from "../../src/protocol/market/market-chain.js";
import { intervalRecord } from "../../src/protocol/market/market-drafts.js";
import { createMarketTable, type MarketTable, rootOf } from "../../src/protocol/market/market-table.js";
import { MAX_COMBINATIONS } from "../../src/protocol/market/weights.js";
import { constructOutcomeCombinations, type OutcomeCombinations } from "../../src/protocol/judge/outcomes.js";
import { extremeOutcomes } from "../../src/protocol/judge/root-outcomes.js";
import { lots, ticks, tokenWei, type TokenWei } from "../../src/protocol/amounts/units.js";
import type { Part, PartOptions, PartResult, Picture, Row } from "../part.js";
import { liveHeap, perSecond, rounded } from "./measure.js";

const MOST_ROOTS = 20;
const AIM_FACTOR = 10_000;
/** Beyond this, blocks of rows: the whole matrix would not fit. 2^12 rows each. */
const BLOCK_ROOTS = 12;
const CASH = tokenWei(10n ** 21n);
const FIRST_ROOT = 2; // 1 is the basket

interface Measured {
  readonly roots: number;
  /** Seconds for one check. */
  readonly library: number;
  readonly matrix: number;
  /** Bytes of heap that the matrix left behind it, garbage included; undefined where it went by blocks. */
  readonly heap: number | undefined;
}

async function run({ quick, onProgress }: PartOptions): Promise<PartResult> {
  const most = quick ? 6 : MOST_ROOTS;
  const table = tableOf(most);
  const measured: Measured[] = [];
  for (let roots = 1; roots <= most; roots += 1) {
    onProgress(`collateral: ${roots} roots, 2^${roots} outcome combinations`);
    measured.push(measure(table, roots, quick));
    await Promise.resolve(); // lets the progress be seen
  }
  return { rows: measured.flatMap(rowsOf), pictures: [pictureOf(measured)], notes: NOTES };
}

function measure(table: MarketTable, roots: number, quick: boolean): Measured {
  const trades = tradesOf(roots);
  let found: TokenWei | undefined;
  const check = (): void => {
    found = worstOfAccount(table, accountAfter(table, trades, CASH)).slack;
  };
  const library = 1 / perSecond(check, quick ? 0.02 : 0.3);
  let judged: TokenWei | undefined;
  const judge = (): void => {
    judged = worstByMatrix(table, trades, roots);
  };
  const heap = 2 ** roots <= MAX_COMBINATIONS ? heapAfter(judge) : undefined;
  const matrix = 1 / perSecond(judge, quick ? 0.02 : 0.3);
  if (found !== judged) throw new Error(`${roots} roots: the check says ${found}, the matrix ${judged}`);
  return { roots, library, matrix, heap };
}

/** Bytes that one run leaves behind it, if the collector has not come by meanwhile. */
function heapAfter(work: () => void): number {
  const before = liveHeap();
  work();
  return Math.max(process.memoryUsage().heapUsed - before, 0);
}

/** The least net collateral by the plain matrix: in one piece as long as it can be made so, by blocks of rows beyond. */
function worstByMatrix(table: MarketTable, trades: readonly Trade[], roots: number): TokenWei {
  const outcomes = Array.from({ length: roots }, (_, index) => extremeOutcomes(rootOf(table, FIRST_ROOT + index)));
  if (2 ** roots <= MAX_COMBINATIONS) return worstOf(constructOutcomeCombinations(outcomes), trades);
  const heads = constructOutcomeCombinations(outcomes.slice(0, roots - BLOCK_ROOTS));
  const tails = constructOutcomeCombinations(outcomes.slice(roots - BLOCK_ROOTS));
  const columns = [...heads.columns, ...tails.columns];
  const worsts = heads.rows.map((head) =>
    worstOf({ columns, rows: tails.rows.map((tail) => [...head, ...tail]) }, trades),
  );
  return worsts.reduce((least, worst) => (worst < least ? worst : least));
}

function worstOf(combinations: OutcomeCombinations, trades: readonly Trade[]): TokenWei {
  return checkCollateral(combinations, CASH, trades, []).worst;
}

/** One trade in each root, now bought, now sold, at a price of its own. */
function tradesOf(roots: number): Trade[] {
  return Array.from({ length: roots }, (_, index) => ({
    traderId: 1,
    marketRootId: FIRST_ROOT + index,
    marketBranchId: 1,
    price: ticks(BigInt(300 + 17 * index)),
    quantity: lots(BigInt((index % 2 === 0 ? 1 : -1) * (5 + index))),
  }));
}

/** A session with that many interval roots, each of which can end at 0 or at 1 000. */
function tableOf(roots: number): MarketTable {
  const owner = toBeHex(0xa1, 20);
  const start = createMarketTable({
    assets: 2,
    basketScale: ticks(1_000n),
    basketTickValue: tokenWei(10n ** 15n),
    t2: 5_000n,
    settleLimit: 9_000n,
    marketCreator: ZeroAddress,
  });
  return Array.from({ length: roots }).reduce<MarketTable>((table, _, index) => {
    const description = `Root ${index}`;
    const place = { owner, previousLink: ZeroHash };
    const record = intervalRecord(place, {
      bounds: { lower: ticks(0n), upper: ticks(1_000n) },
      tickValue: 10n ** 15n,
      closesAt: 4_000n,
      settleBy: 6_000n,
      description,
      fallbackOutcome: ticks(0n),
    });
    return applyMarketRecord(table, record, { timestamp: 1_000n, description, ownerRegistered: true });
  }, start);
}

function rowsOf({ roots, library, matrix, heap }: Measured): Row[] {
  const combinations = `${roots} roots of two outcomes, a trade in each, ${2 ** roots} combinations`;
  const form = heap === undefined ? `by blocks of ${2 ** BLOCK_ROOTS} rows` : "in one piece";
  const factor: Row = {
    id: `${roots} factor`,
    what: `time of the matrix over that of the library; ${combinations}`,
    value: rounded(matrix / library),
    unit: "times",
  };
  return [
    {
      id: `${roots} library`,
      what: `trades to account to worst joint outcome; ${combinations}`,
      value: rounded(library * 1e6),
      unit: "µs",
    },
    {
      id: `${roots} matrix`,
      what: `outcome combinations, matrix product and its least entry, ${form}; ${combinations}`,
      value: rounded(matrix * 1e6),
      unit: "µs",
    },
    ...(heap === undefined
      ? []
      : [
          {
            id: `${roots} matrix memory`,
            what: `heap in use after it, garbage included; ${combinations}`,
            value: rounded(heap / 1e6),
            unit: "MB",
          },
        ]),
    roots === MOST_ROOTS ? { ...factor, aim: AIM_FACTOR, atLeast: true } : factor,
  ];
}

function pictureOf(measured: readonly Measured[]): Picture {
  return {
    id: "collateral",
    title: "One check of joint collateral",
    x: { label: "roots with two outcomes each", scale: "linear" },
    y: { label: "microseconds", scale: "log" },
    series: [
      { name: "library", points: measured.map(({ roots, library }) => ({ x: roots, y: rounded(library * 1e6) })) },
      { name: "plain matrix", points: measured.map(({ roots, matrix }) => ({ x: roots, y: rounded(matrix * 1e6) })) },
    ],
  };
}

const NOTES = [
  "Seconds of processor time of one thread. Library and matrix gave the same figure for every number of roots.",
  `The matrix is made in one piece up to ${MAX_COMBINATIONS} combinations. Beyond, the same code takes blocks of ${2 ** BLOCK_ROOTS} rows, so that it fits; all rows are computed, none estimated.`,
];

export const collateral: Part = { name: "collateral", title: "Collateral check", run };

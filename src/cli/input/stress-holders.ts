/** The columns of a stress test: who holds what, from the chain or from a file. */
import { type Allocation, type Basket, equalSlice, totalAllocation } from "../../protocol/value/allocations.js";
import type { RootOutcome } from "../../protocol/margin/worth.js";
import { fraction } from "../../protocol/amounts/fraction.js";
import type { MarketTable } from "../../protocol/market/market-table.js";
import { allocationsIn, allocationsOf, type BookHolders } from "../../protocol/value/stress-holders.js";
import { type AssetUnits, opposite, parseAssetUnits, type TokenWei } from "../../protocol/amounts/units.js";
import { openReader } from "../chain.js";
import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { readText } from "./files.js";
import { accountIn, type Mirror, readMirror } from "../mirror.js";
import { basketOf } from "../output/session-facts.js";
import type { SettingOptions } from "./settings.js";
import { readRows, type Row } from "./table-file.js";

export type BaselineName = "deposits" | "equal";

export interface Holders {
  readonly symbols: readonly string[];
  readonly decimals: readonly number[];
  /** Addresses, or the names of a file; then what is not in an account. */
  readonly names: readonly string[];
  readonly table: MarketTable | undefined;
  /** x of each holder if other markets end so. */
  readonly allocationsIn: (outcomes: readonly RootOutcome[]) => readonly Allocation[];
  readonly baseline: readonly Allocation[];
}

/** What a column is called that is no trader's. */
export const UNDECIDED = "undecided markets";
export const OUTSIDE = "outside the book";

/** @throws CliError SETTINGS_INVALID, MIRROR_DIFFERS; ClientError; RuleError */
export async function holdersOnChain(
  context: CliContext,
  options: SettingOptions,
  baseline: BaselineName,
): Promise<Holders> {
  const handle = await openReader(context, options);
  const [assets, mirror] = await Promise.all([basketOf(handle), readMirror(context, handle, options)]);
  const { state } = mirror.book;
  const traders = [...state.traders.all()];
  const basket: Basket = { quantities: assets.map(({ quantity }) => quantity), supply: handle.supply };
  const pool = assets.map((_, k) => (state.pool.held(0) + state.pool.held(k + 1)) as TokenWei); // what the book holds
  const holders: BookHolders = {
    table: state.markets.table,
    basket,
    pool,
    accounts: traders.map(({ traderId }) => accountIn(mirror.book, traderId)),
  };
  return {
    symbols: assets.map(({ symbol }) => symbol),
    decimals: assets.map(({ decimals }) => decimals),
    names: [...traders.map(({ address }) => address), UNDECIDED, OUTSIDE],
    table: state.markets.table,
    allocationsIn: (outcomes) => allocationsIn(holders, outcomes),
    baseline: baselineOf(
      baseline,
      holders,
      traders.map(({ traderId }) => paidIn(mirror, traderId, assets.length)),
    ),
  };
}

/** What was paid into an account less what was taken out, as claims on each asset. Over all traders it is what the book holds. */
function paidIn({ records }: Mirror, traderId: number, assets: number): TokenWei[] {
  const paid = Array.from({ length: assets }, () => 0n);
  const add = (leg: number, amount: bigint): void => {
    paid.forEach((before, k) => {
      if (leg === 0 || leg === k + 1) paid[k] = before + amount;
    });
  };
  for (const record of records) {
    if (!("traderId" in record) || record.traderId !== traderId) continue;
    if (record.kind === "deposited") add(record.leg, record.amount);
    if (record.kind === "withdrawn") add(record.leg, opposite(record.amount));
    if (record.kind === "exited") {
      record.claims.forEach((claim, k) => {
        add(k + 1, opposite(claim));
      });
    }
  }
  return paid as TokenWei[]; // sums of wei of one session
}

function baselineOf(
  name: BaselineName,
  { basket, accounts, pool }: BookHolders,
  paid: readonly (readonly TokenWei[])[],
): Allocation[] {
  const nothing = pool.map(() => 0n as TokenWei);
  const outside = pool.map((held) => (basket.supply - held) as TokenWei);
  const [ofUndecided = [], ofOutside = []] = allocationsOf(basket, [nothing, outside]);
  if (name === "deposits" || accounts.length === 0) {
    return [...allocationsOf(basket, paid), ofUndecided, ofOutside];
  }
  const count = BigInt(accounts.length);
  const slice = pool.map((held, k) => fraction(held * (basket.quantities[k] ?? 0n), basket.supply * count));
  return [...accounts.map(() => slice), ofUndecided, ofOutside];
}

/** Enough for any amount that a person writes. */
const FILE_DECIMALS = 18;

/** A column of the baseline: base:AAPL beside AAPL. */
const BASE = "base:";

/**
 * A table with a column `holder` and one for each asset, in whole units. The basket is what all of them hold together. The
 * baseline stands in columns base:ASSET, one for each asset, and sums to the basket too; without them it is an equal part for each.
 * @throws CliError FILE_UNREADABLE, FILE_INVALID
 */
export function holdersInFile(context: CliContext, file: string): Holders {
  const rows = readRows(file, readText(context, file), "holder");
  const columns = [...(rows[0]?.cells.keys() ?? [])];
  const symbols = columns.filter((column) => !column.startsWith(BASE));
  if (symbols.length === 0) throw new CliError("FILE_INVALID", { file, problems: ["no column for an asset"] });
  const allocations = rows.map((row) => unitsIn(row, symbols));
  const quantities = sums(allocations);
  const hasBaseline = columns.length > symbols.length;
  const slice = equalSlice({ quantities }, rows.length);
  const baseline = hasBaseline
    ? rows.map((row) =>
        unitsIn(
          row,
          symbols.map((symbol) => BASE + symbol),
        ),
      )
    : rows.map(() => slice);
  const wrong = symbols.filter((_, k) => hasBaseline && sums(baseline)[k] !== quantities[k]);
  if (wrong.length > 0) {
    const problems = wrong.map((symbol) => `${BASE}${symbol}: does not sum to what ${symbol} does`);
    throw new CliError("FILE_INVALID", { file, problems });
  }
  return {
    symbols,
    table: undefined,
    baseline,
    decimals: symbols.map(() => FILE_DECIMALS),
    names: rows.map(({ name }) => name),
    allocationsIn: () => allocations,
  };
}

function unitsIn({ file, line, cells }: Row, columns: readonly string[]): Allocation {
  return columns.map((column) => {
    try {
      return fraction(parseAssetUnits(cells.get(column) ?? "", FILE_DECIMALS));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CliError("FILE_INVALID", { file, problems: [`line ${line}, ${column}: ${reason}`] }, error);
    }
  });
}

function sums(allocations: readonly Allocation[]): AssetUnits[] {
  return totalAllocation(allocations).map(({ numerator }) => numerator as AssetUnits); // whole units, as they were read
}

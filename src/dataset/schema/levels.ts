/** Columns of the ten best levels of a book, named as Databento's mbp-10 has them, and beside each what of it is covered. */
import { type Column, i32, i64, optional } from "./column.js";

/** Levels of each side that are told. */
export const LEVELS = 10;

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type Level = `0${Digit}`;
export type Side = "bid" | "ask";

type PriceName = `${Side}_px_${Level}`;
type SizeName = `${Side}_sz_${Level}`;
type CountName = `${Side}_ct_${Level}`;
type CoveredName = `covered_${Side}_sz_${Level}`;

export type LevelColumns = Readonly<
  Record<PriceName | CountName, Column<"i32", true>> & Record<SizeName | CoveredName, Column<"i64", true>>
>;

/** The names of one level of a side. */
export function levelNames(side: Side, level: number) {
  const nn = `0${level}` as Level; // below ten
  return {
    price: `${side}_px_${nn}`,
    size: `${side}_sz_${nn}`,
    count: `${side}_ct_${nn}`,
    covered: `covered_${side}_sz_${nn}`,
  } as const;
}

const WORDS: Readonly<Record<Side, string>> = { bid: "bid", ask: "offer" };

export function levelColumns(): LevelColumns {
  const columns: Record<string, Column> = {};
  for (let level = 0; level < LEVELS; level += 1) {
    const both = (["bid", "ask"] as const).map((side) => ({
      names: levelNames(side, level),
      which: `level ${level} of the ${WORDS[side]}s`,
    }));
    for (const { names, which } of both) columns[names.price] = optional(i32(`Price of ${which}, ticks.`));
    for (const { names, which } of both) columns[names.size] = optional(i64(`Lots at ${which}, as displayed.`));
    for (const { names, which } of both) columns[names.count] = optional(i32(`Orders at ${which}.`));
    for (const { names, which } of both) {
      columns[names.covered] = optional(i64(`Lots at ${which} that their traders could bear at this moment (R13).`));
    }
  }
  return columns as LevelColumns; // as the loop has just made them
}

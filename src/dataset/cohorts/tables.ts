/** The tables of a cohort edition: sums over bins of time and groups of traders, and no row of one trader. */
import { i32, i64, table, text, time, wei } from "../schema/column.js";

export const COHORT_SCHEMA = "session-orderflow-cohorts/1";

const market = {
  root_id: i32("Root of the market; 1 is the basket."),
  branch_id: i32("Branch of the root, from 1."),
  bin: i32("Number of the bin of time in that market, from 0."),
};

export const COHORT_TABLES = {
  bins: table(
    "bins",
    "Bins of time of each market, with its book: every bin has at least an hour, a hundred events and five active traders.",
    ["root_id", "branch_id", "bin"],
    {
      ...market,
      from_ts: time("Full hour at or before its first event."),
      to_ts: time("Full hour after its last event."),
      events: i64("Orders, sides of fills, and cancellations."),
      books: i64("Books that calls left behind."),
      quoted_books: i64("Those of them with both sides."),
      spread_sum: i64("Sum of their spreads, ticks."),
      displayed_sum: wei("Sum over all books of the lots displayed on ten levels of both sides."),
      covered_sum: wei("The same of the lots that were covered (R13)."),
      lambda_num: wei(
        "Kyle's lambda of the bin, ticks a lot, is lambda_num / lambda_den: ordinary least squares of the middle's moves on signed flow.",
      ),
      lambda_den: wei("0 if there was no flow, or always the same."),
    },
  ),
  flows: table(
    "flows",
    "What each cohort did in a bin. A cohort of fewer than five active traders is part of `other`.",
    ["root_id", "branch_id", "bin", "cohort"],
    {
      ...market,
      cohort: text("Name of the cohort; `other` for those that were merged."),
      traders: i64("Traders that were active."),
      events: i64("Orders, sides of fills, and cancellations."),
      orders: i64("Orders that were added."),
      trades: i64("Fills in which they were the aggressor."),
      signed_lots: i64("Lots bought less lots sold as the aggressor."),
      lots: i64("Lots of all their fills."),
    },
    [{ fields: ["root_id", "branch_id", "bin"], table: "bins" }],
  ),
} as const;

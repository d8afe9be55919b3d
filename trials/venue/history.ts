/** A long history. Holds if a page of own fills comes soon, a relay starts in time, and a partition that was archived comes back with every figure. */
import { withDatabase } from "../../stage/postgres.js";
import { keepFigures } from "../kept.js";
import { EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { type HistoryResult, runHistory } from "./history-run.js";

const AIMS = { pageMs: 50, startMs: 20_000 } as const;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    orders: { type: "string", default: "10000000" },
    traders: { type: "string", default: "10000" },
    "per-block": { type: "string", default: "200" },
    partitions: { type: "string", default: "10" },
    pages: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    database: { type: "string" },
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  });
  const { "per-block": ordersPerBlock, ...rest } = wholeNumbers(
    values,
    ["orders", "traders", "per-block", "partitions", "pages", "seed"],
    1,
  );
  const plan = { ordersPerBlock, ...rest };
  const work = (databaseUrl: string): Promise<HistoryResult> => runHistory({ ...plan, databaseUrl }, tell);
  const { database } = values;
  const result = await (database === undefined ? withDatabase(work) : work(database));
  const missed = [...result.problems, ...missedAims(result)];
  if (values.keep) keepFigures("venue history", { plan, result });
  if (values.json) console.log(JSON.stringify({ ...result, missed }));
  else report(lineOf(result), missed);
  return missed.length === 0 ? EXIT.held : EXIT.failed;
}

/** What is not as it is to be. */
export function missedAims({ page, start }: HistoryResult): string[] {
  const startMs = start.process + start.index;
  return [
    ...(page.p99 >= AIMS.pageMs ? [`a page of own fills within ${page.p99} ms, of ${AIMS.pageMs}`] : []),
    ...(startMs > AIMS.startMs ? [`a start of ${startMs} ms, of ${AIMS.startMs}`] : []),
  ];
}

function lineOf({ orders, partitions, written, bytesPerOrder, page, start, archive }: HistoryResult): string {
  return (
    `${orders} orders in ${partitions} partitions, written ${written} a second, ${bytesPerOrder} bytes each; a page of own fills: half within ` +
    `${page.median} ms, 99 of 100 within ${page.p99} ms; a relay is ready after ${start.process} ms and ${start.index} ms for this book's index; ` +
    `${archive.orders} orders archived in ${archive.outMs} ms and brought back in ${archive.backMs} ms`
  );
}

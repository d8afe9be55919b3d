/** The cohort edition of a session: what groups of traders did, hour by hour, without a row of anybody's. */
import { type Hashing, PLAIN_HASHING } from "../../protocol/signing/hashing.js";
import type { SessionLog, SessionLogStream } from "../../verify/session-log.js";
import { MANIFEST_FILE, SUMS_FILE, sumsText } from "../folder/manifest.js";
import { readLog } from "../read-log.js";
import type { Cell } from "../schema/column.js";
import type { Emit, TableRow } from "../schema/tables.js";
import { canonicalJson } from "../write/canonical-json.js";
import { type Folder, type Written, writeFile } from "../write/files.js";
import { PARQUET_WRITER } from "../write/parquet.js";
import { TableWriter } from "../write/table-writer.js";
import { Activity, type Bin, HOUR, LEAST_TRADERS, lambdaOf } from "./activity.js";
import { cohortsOf, sumOf, UNLABELLED } from "./merge.js";
import { clipped, type Noise, noisy, type Uniform } from "./noise.js";
import { COHORT_SCHEMA, COHORT_TABLES } from "./tables.js";

/** Whose cohort is what; who is in none is in `all`. */
export type Labels = ReadonlyMap<string, string>;

export interface CohortOptions {
  readonly labels: Labels;
  readonly noise: Noise | undefined;
  readonly uniform: Uniform;
  readonly version: string;
  readonly hashing?: Hashing;
}

export interface CohortFacts {
  readonly session: string;
  readonly bins: number;
  readonly flows: number;
  readonly withheld: number;
}

/** @throws as `buildDataset` */
export async function buildCohorts(
  log: SessionLog | SessionLogStream,
  folder: Folder,
  { labels, noise, uniform, version, hashing = PLAIN_HASHING }: CohortOptions,
): Promise<CohortFacts> {
  const activity = new Activity();
  const addresses = new Map<number, string>();
  const emit: Emit = (table, row) => {
    if (table === "traders") {
      const { trader, address } = row as TableRow<"traders">; // a row of that table
      addresses.set(trader, address);
    }
    activity.emit(table, row);
  };
  const { logSha256 } = await readLog(log, { emit, houses: new Map(), hashing });
  const labelOf = (trader: number): string => labels.get(addresses.get(trader) ?? "") ?? UNLABELLED;
  const { bins: markets, withheld } = activity.bins();
  const [bins, flows] = [COHORT_TABLES.bins, COHORT_TABLES.flows].map((table) => new TableWriter(table, folder)) as [
    TableWriter,
    TableWriter,
  ];
  for (const ofMarket of markets) {
    for (const [number, bin] of ofMarket.entries()) {
      bins.add(binRow(bin, number));
      for (const row of flowRows(bin, number, { labelOf, noise, uniform })) flows.add(row);
    }
  }
  const written = { bins: bins.end(), flows: flows.end() };
  const files = new Map<string, Written>();
  for (const [name, { csv, parquet }] of Object.entries(written)) {
    files.set(`${name}.csv`, csv);
    files.set(`${name}.parquet`, parquet);
  }
  files.set("README.md", writeFile(folder, "README.md", readMe(noise)));
  const { chainId, session } = log.header;
  const manifest = {
    schema: COHORT_SCHEMA,
    edition: "cohort",
    tool: { name: "session-contracts", version, packages: PARQUET_WRITER },
    ...{ chain_id: `${chainId}`, session, log_sha256: logSha256 },
    least_traders: LEAST_TRADERS,
    markets_withheld: withheld,
    noise:
      noise === undefined
        ? null
        : { epsilon: noise.epsilon, clip_events: `${noise.clipEvents}`, clip_lots: `${noise.clipLots}` },
    files: Object.fromEntries([...files].map(([name, { bytes, sha256 }]) => [name, { bytes, sha256 }])),
  };
  files.set(MANIFEST_FILE, writeFile(folder, MANIFEST_FILE, `${canonicalJson(manifest)}\n`));
  writeFile(folder, SUMS_FILE, sumsText(files));
  return { session, bins: written.bins.rows, flows: written.flows.rows, withheld };
}

function binRow(bin: Bin, number: number): Readonly<Record<string, Cell>> {
  const { rootId, branchId, from, to, events, figures } = bin;
  const { numerator, denominator } = lambdaOf(figures);
  return {
    ...{ root_id: rootId, branch_id: branchId, bin: number },
    from_ts: from - (from % HOUR),
    to_ts: to - (to % HOUR) + HOUR,
    events,
    books: figures.books,
    quoted_books: figures.quoted,
    spread_sum: figures.spread,
    displayed_sum: figures.displayed,
    covered_sum: figures.covered,
    lambda_num: numerator,
    lambda_den: denominator,
  };
}

interface Showing extends Pick<CohortOptions, "noise" | "uniform"> {
  readonly labelOf: (trader: number) => string;
}

function flowRows(bin: Bin, number: number, { labelOf, noise, uniform }: Showing): Readonly<Record<string, Cell>>[] {
  return cohortsOf(bin, labelOf).map(({ name, traders }) => {
    const own = noise === undefined ? traders : traders.map((deeds) => clipped(deeds, noise));
    const exact = { ...sumOf(own), traders: BigInt(traders.length) };
    const sums = noise === undefined ? exact : noisy(exact, noise, uniform);
    return {
      ...{ root_id: bin.rootId, branch_id: bin.branchId, bin: number, cohort: name },
      ...{ traders: sums.traders, events: sums.events, orders: sums.orders, trades: sums.trades },
      ...{ signed_lots: sums.signedLots, lots: sums.lots },
    };
  });
}

function readMe(noise: Noise | undefined): string {
  const told =
    noise === undefined
      ? "Sums are exact. Whoever has the public log can then tell from them whose label is what, if there are many bins: use this for labels that are no secret, or add noise."
      : `Every number of flows.csv bears two-sided geometric noise of epsilon ${noise.epsilon}, each by itself; a trader counts for at most ${noise.clipEvents} events and ${noise.clipLots} lots in a bin. Bins, and which cohorts were merged, bear none.`;
  return `# Order flow by cohort

Schema \`${COHORT_SCHEMA}\`. \`bins\`: bins of time of each market, with spread, depth and Kyle's lambda. \`flows\`: what each cohort did in
them. No row is of fewer than ${LEAST_TRADERS} traders. ${told}
`;
}

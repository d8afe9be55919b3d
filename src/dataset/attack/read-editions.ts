/** Editions as an attack wants them: rows of the open one by trader, sums of the other by cohort, in the same bins. */
import { parquetReadObjects } from "hyparquet";

import { Activity, type Bin, type Deeds } from "../cohorts/activity.js";
import type { TableRow } from "../schema/tables.js";
import type { Deed, DeedsBy, Series, SeriesBy } from "./flow.js";

/** The bytes of a Parquet file of an edition. */
export type ParquetBytes = ArrayBuffer;

export interface OpenEdition {
  /** By address. */
  readonly deeds: DeedsBy<string>;
  readonly bins: readonly (readonly Bin[])[];
  readonly addressOf: (trader: number) => string;
}

interface EventCells extends Pick<TableRow<"events">, "root_id" | "branch_id" | "action" | "side" | "price" | "lots"> {
  readonly order_id: bigint | null;
  readonly trader: number | null;
  readonly ts_event: Date;
}

export async function readOpen(events: ParquetBytes, traders: ParquetBytes): Promise<OpenEdition> {
  const columns = ["root_id", "branch_id", "action", "side", "price", "lots", "order_id", "trader", "ts_event"];
  const rows = (await parquetReadObjects({ file: events, columns })) as EventCells[]; // as the schema of the file has them
  const known = (await parquetReadObjects({ file: traders })) as { trader: number; address: string }[]; // likewise
  const addresses = new Map(known.map(({ trader, address }) => [trader, address]));
  const addressOf = (trader: number): string => addresses.get(trader) ?? "";
  const activity = new Activity();
  const deeds = new Map<string, Deed[]>();
  for (const row of rows) {
    if (row.order_id === null || row.trader === null) continue;
    const { root_id: rootId, branch_id: branchId, action, side, price, lots } = row;
    const address = addressOf(row.trader);
    const own = deeds.get(address) ?? [];
    own.push({ rootId, branchId, action, side, price: price ?? 0, lots: lots ?? 0n });
    deeds.set(address, own);
    activity.take({ ...row, ts_event: BigInt(row.ts_event.getTime()) });
  }
  return { deeds, bins: activity.bins().bins, addressOf };
}

/** Each trader's own numbers in the bins of the cohort edition, which anybody can find by its rule. */
export function seriesOfTraders({ bins, addressOf }: OpenEdition): SeriesBy<string> {
  const all = bins.flat();
  const traders = new Set(all.flatMap(({ traders: own }) => [...own.keys()]));
  return new Map(
    [...traders].map((trader) => [addressOf(trader), all.map((bin) => numbersOf(bin.traders.get(trader)))] as const),
  );
}

function numbersOf(deeds: Deeds | undefined): bigint[] {
  if (deeds === undefined) return NOTHING;
  const { signedLots, lots, events, orders, trades } = deeds;
  return [signedLots, lots, events, orders, trades];
}

const NOTHING = [0n, 0n, 0n, 0n, 0n];

interface FlowCells {
  readonly root_id: number;
  readonly branch_id: number;
  readonly bin: number;
  readonly cohort: string;
  readonly events: bigint;
  readonly orders: bigint;
  readonly trades: bigint;
  readonly signed_lots: bigint;
  readonly lots: bigint;
}

/** @param open in whose bins the numbers are */
export async function readCohorts(flows: ParquetBytes, { bins }: OpenEdition): Promise<SeriesBy<string>> {
  const rows = (await parquetReadObjects({ file: flows })) as FlowCells[]; // as the schema of the file has them
  const places = bins.flatMap((ofMarket) =>
    ofMarket.map(({ rootId, branchId }, bin) => `${rootId}.${branchId}.${bin}`),
  );
  const cohorts = new Map<string, Map<string, readonly bigint[]>>();
  for (const { root_id, branch_id, bin, cohort, signed_lots, lots, events, orders, trades } of rows) {
    const own = cohorts.get(cohort) ?? new Map<string, readonly bigint[]>();
    cohorts.set(cohort, own.set(`${root_id}.${branch_id}.${bin}`, [signed_lots, lots, events, orders, trades]));
  }
  const seriesOf = (own: ReadonlyMap<string, readonly bigint[]>): Series =>
    places.map((place) => own.get(place) ?? NOTHING);
  return new Map([...cohorts].map(([cohort, own]) => [cohort, seriesOf(own)]));
}

/** Fills with the houses through which they came, where the logs alone say only that a contract traded. */
import { ZeroAddress } from "ethers";

import type { HouseAt } from "../bindings/houses.js";
import type { Via } from "../protocol/value/via.js";
import type { BlockRows, FillRow, RecordRow } from "./rows.js";

/** @throws whatever `houseAt` throws */
export async function nameHouses<Row extends Pick<FillRow, "maker" | "taker" | "via">>(
  fills: readonly Row[],
  houseAt: HouseAt,
): Promise<Row[]> {
  const named: Row[] = [];
  for (const fill of fills) named.push(fill.via === "contract" ? { ...fill, via: await viaOf(fill, houseAt) } : fill);
  return named;
}

/** A house of the book signs nothing, and none of its orders outlives its call: so a fill of its is through it, on whichever side it is. */
async function viaOf({ maker, taker }: Pick<FillRow, "maker" | "taker">, houseAt: HouseAt): Promise<Via> {
  return (await houseAt(maker)) ?? (await houseAt(taker)) ?? "contract";
}

/** The same of a block's rows. Both sides of a fill are through the same, and its records stand at its log. */
export async function withHouses(block: BlockRows, houseAt: HouseAt): Promise<BlockRows> {
  const { rows } = block;
  const isContract = ({ via }: { readonly via: Via | null }): boolean => via === "contract";
  if (!rows.fills.some(isContract) && !rows.records.some(isContract)) return block;
  const fills = await nameHouses(rows.fills, houseAt);
  const through = new Map(fills.map(({ logIndex, via }) => [logIndex, via]));
  const records: RecordRow[] = [];
  for (const record of rows.records) {
    const of = through.get(record.log_index);
    const own = async (): Promise<Via> => (await houseAt(record.address ?? ZeroAddress)) ?? "contract";
    records.push(isContract(record) ? { ...record, via: of ?? (await own()) } : record);
  }
  return { ...block, rows: { ...rows, fills, records } };
}

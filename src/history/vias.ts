/** Fills with the houses through which they came, where the logs alone say only that a contract traded. */
import type { HouseAt } from "../bindings/houses.js";
import type { Via } from "../protocol/value/via.js";
import type { BlockRows, FillRow } from "./rows.js";

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

/** The same of a block's rows. */
export async function withHouses(block: BlockRows, houseAt: HouseAt): Promise<BlockRows> {
  const { rows } = block;
  if (rows.fills.every(({ via }) => via !== "contract")) return block;
  return { ...block, rows: { ...rows, fills: await nameHouses(rows.fills, houseAt) } };
}

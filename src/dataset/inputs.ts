/** What a dataset says beyond its log: it is given, or a node was asked for it. Kept beside the tables, so that they can be made again. */
import * as z from "zod";

import { VIAS } from "../protocol/value/via.js";
import { DatasetError } from "./errors.js";
import { type CanonicalValue, canonicalJson } from "./write/canonical-json.js";

/** What an asset calls itself. */
export interface AssetName {
  readonly symbol: string;
  readonly decimals: number;
}

export interface ReferencePrice {
  /** Unix seconds. */
  readonly second: bigint;
  /** From 1. */
  readonly leg: number;
  /** Units of 10^-18, above zero. */
  readonly price: bigint;
  readonly source: string;
}

export interface Inputs {
  /** One for each asset, or none. */
  readonly assets: readonly AssetName[];
  /** By address. */
  readonly houses: ReadonlyMap<string, "maker" | "set">;
  /** By time, then leg; one for each moment and leg. */
  readonly prices: readonly ReferencePrice[];
  /** SPDX name of the licence. */
  readonly license: string;
}

/** The rows are facts of public logs. */
export const DEFAULT_LICENSE = "CC0-1.0";

export const NO_INPUTS: Inputs = { assets: [], houses: new Map(), prices: [], license: DEFAULT_LICENSE };

const whole = z
  .string()
  .regex(/^\d{1,38}$/)
  .transform(BigInt);

const INPUTS = z.strictObject({
  assets: z.array(z.strictObject({ symbol: z.string(), decimals: z.int().nonnegative() })),
  houses: z.record(z.string(), z.enum(VIAS).extract(["maker", "set"])),
  prices: z.array(z.strictObject({ second: whole, leg: z.int().positive(), price: whole, source: z.string().min(1) })),
  license: z.string().regex(/^[A-Za-z0-9.+-]+$/),
});

export function printInputs({ assets, houses, prices, license }: Inputs): string {
  const document: CanonicalValue = {
    assets: assets.map(({ symbol, decimals }) => ({ symbol, decimals })),
    houses: Object.fromEntries(houses),
    prices: prices.map(({ second, leg, price, source }) => ({ second: `${second}`, leg, price: `${price}`, source })),
    license,
  };
  return `${canonicalJson(document)}\n`;
}

/** @throws DatasetError DATASET_INPUTS_INVALID */
export function parseInputs(text: string): Inputs {
  try {
    const { assets, houses, prices, license } = INPUTS.parse(JSON.parse(text));
    return { assets, houses: new Map(Object.entries(houses)), prices, license };
  } catch (error) {
    throw new DatasetError("DATASET_INPUTS_INVALID", {}, error);
  }
}

/** The parts of the benchmark, in the order in which they run. */
import type { Part } from "./part.js";

/** Loaded only where they run: some need compiled contracts. */
const PARTS = {
  gas: async () => (await import("./parts/gas.js")).gas,
  collateral: async () => (await import("./parts/collateral.js")).collateral,
  engine: async () => (await import("./parts/engine.js")).engine,
  signatures: async () => (await import("./parts/signatures.js")).signatures,
  replay: async () => (await import("./parts/replay.js")).replay,
  verify: async () => (await import("./parts/verify.js")).verify,
  stress: async () => (await import("./parts/stress.js")).stress,
} satisfies Readonly<Record<string, () => Promise<Part>>>;

export type PartName = keyof typeof PARTS;

export const PART_NAMES = Object.keys(PARTS) as PartName[]; // its own keys

export function isPartName(name: string): name is PartName {
  return Object.hasOwn(PARTS, name);
}

export async function partNamed(name: string): Promise<Part> {
  if (!isPartName(name)) throw new Error(`no part ${name}: there are ${PART_NAMES.join(", ")}`);
  return PARTS[name]();
}

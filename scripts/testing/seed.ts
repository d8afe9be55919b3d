/** What tests draw that have no seed of their own. */
import fc from "fast-check";

/** The same in every run, unless a run asks for another: a test that fails sometimes says nothing. */
const SEED = 20_080_115;

type Profiles = Readonly<Record<string, { readonly fuzz: { seed: string } }>>;

/**
 * @param seed of property tests, fuzz tests and campaigns; without it all draw what they always do
 * @param profiles of Hardhat's Solidity tests; campaigns draw from the seed of `fuzz`, too. Hardhat has a seed of its own for them
 */
export function drawFrom(seed: number | undefined, profiles: Profiles): void {
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seed ?? SEED });
  if (seed === undefined) return;
  for (const { fuzz } of Object.values(profiles)) fuzz.seed = `0x${seed.toString(16)}`;
}

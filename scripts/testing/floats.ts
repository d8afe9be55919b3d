/**
 * Hardhat's matchers take the place of chai's `closeTo` as soon as a chain is opened in the process, and read every number as a whole
 * one: what is near 0.25 would then depend on which file was run before. Numbers are compared as numbers here, whatever was opened.
 */
import { use } from "chai";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

const NAMES = ["closeTo", "approximately"] as const;

/** To be called before the first test: Hardhat loads its matchers with the first chain, and never again. */
export async function compareFloatsAsFloats(hre: HardhatRuntimeEnvironment): Promise<void> {
  await (await hre.network.create()).close();
  use(({ Assertion }, utils) => {
    for (const name of NAMES) {
      Assertion.overwriteMethod(
        name,
        (hardhats: (...words: unknown[]) => void) =>
          function (this: Chai.AssertionStatic, ...words: unknown[]) {
            const [expected, delta] = words;
            const actual: unknown = utils.flag(this, "object");
            if (typeof actual !== "number" || typeof expected !== "number" || typeof delta !== "number") {
              hardhats.apply(this, words);
              return;
            }
            this.assert(
              Math.abs(actual - expected) <= delta,
              `expected #{this} to be close to ${expected} +/- ${delta}`,
              `expected #{this} not to be close to ${expected} +/- ${delta}`,
              expected,
              actual,
            );
          },
      );
    }
  });
}

/** Contracts that trade in a book, as its records tell: an automated maker signs nothing, the book asks it. */
import type { ChainRecord } from "../../../src/bindings/records.js";

const NO_SIGNATURE = "0x";

/** Traders of whom an order was taken without a signature, each once, in the order in which they came. */
export function contractsIn(records: readonly ChainRecord[]): string[] {
  const traders = records.flatMap((record) =>
    record.kind === "tradeCreated" && record.signature === NO_SIGNATURE ? [record.package.trader] : [],
  );
  return [...new Set(traders)];
}

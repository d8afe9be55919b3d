import fc from "fast-check";
import { getAddress } from "ethers";

import { type PackageFields, type TradePackage, tradePackage } from "../../src/protocol/signing/package.js";
import typedData from "../vectors/typed-data.json" with { type: "json" };

/** A package that is good in every field. */
export const GOOD: PackageFields = {
  marketRootId: 1,
  marketBranchId: 2,
  trader: "0x0000000000000000000000000000000000000abc",
  priceTicks: 5_500n,
  quantityLots: -10n,
  previousLink: `0x${"12".repeat(32)}`,
  nonce: 7n,
  deadline: 1_900_000_000n,
  timeInForce: 0,
};

/** The packages of the frozen vectors. */
export const FROZEN: readonly TradePackage[] = typedData.trader.map((trader, index) =>
  tradePackage({
    marketRootId: Number(typedData.marketRootId[index]),
    marketBranchId: Number(typedData.marketBranchId[index]),
    trader,
    priceTicks: BigInt(typedData.priceTicks[index]!),
    quantityLots: BigInt(typedData.quantityLots[index]!),
    previousLink: typedData.previousLink[index]!,
    nonce: BigInt(typedData.nonce[index]!),
    deadline: BigInt(typedData.deadline[index]!),
    timeInForce: Number(typedData.timeInForce[index]),
  }),
);

export const hexBytes = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => `0x${Buffer.from(array).toString("hex")}`);

/** Any package that can be signed, extremes included. */
export const anyPackage: fc.Arbitrary<TradePackage> = fc
  .record({
    marketRootId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    marketBranchId: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
    trader: hexBytes(20).map(getAddress),
    priceTicks: fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }),
    quantityLots: fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).filter((lots) => lots !== 0n),
    previousLink: hexBytes(32),
    nonce: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    deadline: fc.bigInt({ min: 0n, max: 2n ** 40n - 1n }),
    timeInForce: fc.integer({ min: 0, max: 3 }),
  })
  .map(tradePackage);

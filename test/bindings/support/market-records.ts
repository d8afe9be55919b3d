import { getAddress } from "ethers";
import fc from "fast-check";

import { type MarketRecord, marketRecord } from "../../../src/protocol/signing/market-record.js";
import { hexBytes } from "../../protocol/packages.js";

const uint = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });
const big = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const int32 = fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n });

/** Any record that can be signed, extremes included, whatever sense it makes. */
export const anyRecord: fc.Arbitrary<MarketRecord> = fc
  .record({
    marketRootId: uint(32),
    marketBranchId: uint(16),
    parentBranchId: uint(16),
    owner: hexBytes(20).map(getAddress),
    marketMin: int32,
    marketMax: int32,
    kind: uint(8),
    outcomes: uint(16),
    tickValue: big(128),
    closesAt: big(40),
    settleBy: big(40),
    fallbackOutcome: int32,
    descriptionHash: hexBytes(32),
    previousLink: hexBytes(32),
  })
  .map(marketRecord);

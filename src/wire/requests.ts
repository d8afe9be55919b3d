/** What comes over HTTP, field by field: the one place where it becomes domain values. Amounts are decimal text, never floats. */
import { getAddress } from "ethers";
import { z } from "zod";

import type { SignedPackage } from "../bindings/packages.js";
import { OFFSET_REASONS } from "../protocol/book/events.js";
import { tradePackage } from "../protocol/signing/package.js";

const MAX_DIGITS = 20;
const MAX_SIGNATURE_BYTES = 4_096;

const integer = z
  .string()
  .regex(new RegExp(`^(0|-?[1-9][0-9]{0,${MAX_DIGITS - 1}})$`), "a decimal integer as text")
  .transform((text) => BigInt(text));
const hash = z.string().regex(/^0x[0-9a-fA-F]{64}$/, "32 bytes as 0x and hex digits");
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "an address as 0x and 40 hex digits");
/** In its one usual way of writing. */
const usualAddress = address.transform((text) => getAddress(text.toLowerCase()));
const count = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));
const signature = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, "bytes as 0x and hex digits")
  .max(2 + 2 * MAX_SIGNATURE_BYTES);

export const packageBody = z.strictObject({
  package: z.strictObject({
    marketRootId: z.int().min(0).max(0xffff_ffff),
    marketBranchId: z.int().min(0).max(0xffff),
    trader: address,
    price: integer,
    quantity: integer,
    previousLink: hash,
    nonce: integer,
    deadline: integer,
    timeInForce: z.int().min(0).max(255),
  }),
  signature,
});

export const cancelBody = z.strictObject({ signature });
export const linkParams = z.strictObject({ link: hash.transform((text) => text.toLowerCase()) });
export const traderParams = z.strictObject({ trader: usualAddress });
const root = count(1, 0xffff_ffff);
const branch = count(1, 0xffff);
export const marketParams = z.strictObject({ root, branch });
export const depthQuery = z.strictObject({ levels: count(1, 1_000).default(50) });
export const ordersQuery = z.strictObject({ limit: count(1, 1_000).default(200) });

const blockNumber = count(0, Number.MAX_SAFE_INTEGER);
/** What every kind of history can be asked. */
const page = z.strictObject({
  limit: count(1, 1_000).default(100),
  order: z.enum(["asc", "desc"]).default("desc").describe("oldest first, or newest"),
  cursor: z.string().max(500).optional().describe("`next` of the page before"),
  at: blockNumber.optional().describe("the block to hold at, the newest by default"),
  fromBlock: blockNumber.optional(),
  toBlock: blockNumber.optional(),
});
const ofMarket = { marketRootId: root.optional(), marketBranchId: branch.optional() };
const ofTrader = { trader: usualAddress.optional() };
const ofOrder = { tradeRootId: count(1, 0xffff_ffff).optional() };
export const historyQueries = {
  orders: page.extend({ ...ofMarket, ...ofTrader, ...ofOrder }),
  fills: page.extend({ ...ofMarket, ...ofTrader, ...ofOrder }),
  offsets: page.extend({ ...ofMarket, ...ofTrader, ...ofOrder, reason: z.enum(OFFSET_REASONS).optional() }),
  bounds: page.extend(ofMarket),
  allocations: page.extend(ofTrader),
  markets: page.extend(ofMarket),
  weights: page.extend({ numeraire: count(1, 64).default(1).describe("the asset that prices are given in, from 1") }),
};

const after = z.int().min(0).optional();
const subscribe = { op: z.literal("subscribe"), after };
/** What comes over a stream. */
export const streamRequest = z.discriminatedUnion("op", [
  z.discriminatedUnion("channel", [
    z.strictObject({
      ...subscribe,
      channel: z.literal("book"),
      marketRootId: z.int().min(1).max(0xffff_ffff),
      marketBranchId: z.int().min(1).max(0xffff),
    }),
    z.strictObject({ ...subscribe, channel: z.literal("trades") }),
    z.strictObject({ ...subscribe, channel: z.literal("orders"), trader: usualAddress }),
  ]),
  z.strictObject({ op: z.literal("unsubscribe"), stream: z.string().max(100) }),
]);

/** @throws RuleError PACKAGE_FIELD_INVALID for what no order can have */
export function signedPackageOf({ package: fields, signature: bytes }: z.output<typeof packageBody>): SignedPackage {
  return { package: tradePackage(fields), signature: bytes.toLowerCase() };
}

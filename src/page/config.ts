/** What the page is told before anything else: `config.json` beside it, which whoever serves the page writes. */
import * as z from "zod";

import { checksumAddress } from "../protocol/signing/addresses.js";

/** Neither a file of somebody's disk nor a script. */
const url = z.url({ protocol: /^https?$/ });
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "an address as 0x and 40 hex digits")
  .transform((text) => checksumAddress(text.toLowerCase()));
const chainId = z.int().min(1);

const chain = z.strictObject({
  chainId,
  name: z.string().min(1).max(60),
  /** Of its coin, for gas. */
  currency: z.string().min(1).max(12).default("ETH"),
  /** Asked in this order; the first one that answers is used. */
  rpcUrls: z.array(url).max(8),
  explorer: url.optional(),
  /** Of sessions on this chain for which none is named. */
  relay: url.optional(),
  factory: address.optional(),
  makerFactory: address.optional(),
  /** The first block that can have a session of this factory's. */
  fromBlock: z.int().min(0).default(0),
});
const session = z.strictObject({
  chainId,
  address,
  relay: url.optional(),
  /** Not after the session's creation. */
  fromBlock: z.int().min(0).optional(),
  maker: address.optional(),
});
const config = z.strictObject({ chains: z.array(chain).max(64), sessions: z.array(session).max(1_000).default([]) });

export type PageConfig = z.output<typeof config>;
export type PageChain = PageConfig["chains"][number];
export type PageSession = PageConfig["sessions"][number];
/** As it is written. */
export type PageConfigText = z.input<typeof config>;

/** @throws ZodError that names each field that is wrong */
export function parsePageConfig(value: unknown): PageConfig {
  return config.parse(value);
}

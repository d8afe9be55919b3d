/** What a verification found. */
import type { Allocation } from "../protocol/value/allocations.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import type { TokenWei } from "../protocol/amounts/units.js";
import type { CodeBuilds } from "./on-chain.js";
import type { Verdict } from "./verdict.js";

/** How far a reading or a verification has got. */
export interface Progress {
  readonly phase: "reading" | "verifying";
  /** Blocks that were searched, or records that were checked. */
  readonly done: number;
  /** Of so many; undefined while nobody knows. */
  readonly total: number | undefined;
}

export interface VerifyCounts {
  readonly records: number;
  readonly orders: number;
  readonly fills: number;
  /** Orders taken out because their trader could not bear them. */
  readonly evictions: number;
  /** Orders taken out for any other reason. */
  readonly offsets: number;
  readonly checkpoints: number;
  readonly marketRecords: number;
  readonly tokenTransfers: number;
  /** By keys. */
  readonly signaturesRecovered: number;
  /** By contract wallets, which were asked (ERC-1271), or could not be. */
  readonly walletsAsked: number;
  readonly walletsAssumed: number;
  /** Market records that their owner brought itself, without a signature. */
  readonly ownerCalls: number;
  /** Roots of other owners that the organiser brought itself. */
  readonly organiserCalls: number;
  /** Traders whose collateral was computed by the plain reference, each after a record that touched it. */
  readonly collateralChecks: number;
  /** Of these, how many by one matrix over all outcome combinations; the rest by one matrix a root, added up. */
  readonly collateralByWholeMatrix: number;
}

/** A trader at the end of the log. Lists have one entry for each asset. */
export interface TraderStanding {
  readonly traderId: number;
  readonly trader: string;
  /** What it still claims, wei (R16). */
  readonly claims: readonly TokenWei[];
  /** x of these claims, in smallest units, exactly. */
  readonly allocation: Allocation;
  /** Claims that it has taken out by exit, wei. */
  readonly exited: readonly TokenWei[];
  readonly openOrders: number;
}

/** Tokens at the end of the log. */
export interface TokenStanding {
  /** Wei; entry 0 is the session token, entry k leg k. */
  readonly supplies: readonly bigint[];
  readonly heldByBook: readonly bigint[];
  /** Of each asset, smallest units. */
  readonly vault: readonly bigint[];
}

export interface VerifyReport {
  readonly verdict: Verdict;
  readonly session: string;
  readonly chainId: bigint;
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly counts: VerifyCounts;
  /** The newest checkpoint. */
  readonly link: Hash;
  readonly traders: readonly TraderStanding[];
  readonly tokens: TokenStanding;
  /** SHA-256 of the log: two who have the same have verified the same. */
  readonly checksum: string;
  /** Builds of this project whose code the contracts run, by contract; undefined where a node has not shown it. */
  readonly code: CodeBuilds;
  /** Sentences: what was checked. If something does not hold, whatever is counted above ends there. */
  readonly checked: readonly string[];
}

/** What the sessions of one process share, and what each is made from. */
import type { Keccak, Hashing } from "../../protocol/signing/hashing.js";
import type { RecoverSigner } from "../../protocol/signing/signatures.js";
import type { Threads } from "../archive/threads.js";
import type { RelayConfig } from "../config/config.js";
import type { RelayTerms } from "../config/session.js";
import type { SharedNode } from "../follow/shared-node.js";
import type { Broker } from "../broker/broker.js";
import type { Log } from "../reporting/log.js";
import type { ProcessMetrics } from "../reporting/process-metrics.js";
import type { Database } from "../store/database.js";
import type { GasRoom } from "../submit/room.js";
import type { Accounts } from "./accounts.js";

/** One chain, one database, and who pays. */
export interface Venue {
  readonly config: RelayConfig;
  readonly node: SharedNode;
  readonly chainId: bigint;
  /** Whose sessions are served if none are named. */
  readonly factory: string;
  /** Hash of the chain's first block; undefined if the node does not have it any more. */
  readonly genesis: string | undefined;
  readonly database: Database;
  readonly metrics: ProcessMetrics;
  /** Tells other processes what is committed, and hears it from them; undefined if there is none. */
  readonly broker: Broker | undefined;
  /** How much gas a transaction may have on this chain. */
  readonly room: GasRoom;
  /** Sessions that it serves at once, at most. */
  readonly mostSessions: number;
  /** Name of this process among the relays of one database. */
  readonly holder: string;
  readonly accounts: Pick<Accounts, "addresses" | "forBook">;
  readonly crypto: { readonly hashing: Hashing; readonly keccak: Keccak; readonly recoverSigner: RecoverSigner };
  /** That measure sessions. */
  readonly threads: Threads;
  readonly log: Log;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
}

/** The same of a process that only reads: nobody pays, and nothing is submitted. */
export type ReadingVenue = Omit<Venue, "room" | "holder" | "accounts" | "crypto">;

/** What a session is opened from. */
export interface Ground {
  readonly venue: Venue;
  readonly terms: RelayTerms;
  /** Not after the session's first block. */
  readonly fromBlock: number;
  /** Ends what a stop in good order has not ended. */
  readonly signal: AbortSignal;
}

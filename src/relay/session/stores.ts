/** Where what a relay knows of one session is kept. */
import { LOG_TABLES } from "../archive/schema.js";
import type { RelayTerms } from "../config/session.js";
import { TABLES_OF_BOOKS } from "../history/block-rows.js";
import { claimBook } from "../store/books.js";
import { type CancellationStore, createCancellationStore } from "../store/cancellations.js";
import type { Database } from "../store/database.js";
import { createGasAccountStore, type GasAccountStore } from "../store/gas-accounts.js";
import { createPackageStore, type PackageStore } from "../store/packages.js";
import { createSnapshotStore, type SnapshotStore } from "../store/snapshots.js";
import { createSubmissionStore, type SubmissionStore } from "../store/submissions.js";
import type { Venue } from "./ground.js";

export interface SessionStores {
  readonly database: Database;
  /** The key of its rows. */
  readonly rows: string;
  readonly packages: PackageStore;
  readonly cancellations: CancellationStore;
  readonly submissions: SubmissionStore;
  readonly gasAccounts: GasAccountStore;
  readonly snapshots: SnapshotStore;
}

/** @throws RelayError of the database, RELAY_OTHER_CHAIN */
export async function openStores({ database, genesis }: Venue, { domain }: RelayTerms): Promise<SessionStores> {
  const { chainId, verifyingContract: book } = domain;
  const rows = await claimBook(database, { chainId, book, genesis }, [...TABLES_OF_BOOKS, ...LOG_TABLES]);
  return {
    database,
    rows,
    packages: createPackageStore(database, rows),
    cancellations: createCancellationStore(database, rows),
    submissions: createSubmissionStore(database, rows),
    gasAccounts: createGasAccountStore(database, rows),
    snapshots: createSnapshotStore(database, rows),
  };
}

/** Opens whichever database the settings name. */
import { type Database, type DatabaseOptions, isServer } from "./database.js";
import { openEmbedded } from "./embedded.js";
import { openServer } from "./server.js";

const READ_TIMEOUT_MS = 2_000;

/**
 * Opens the database and brings its tables up to date, unless it is only read.
 * @param location postgres://… , or a folder, which is made if need be
 * @param onFault hears of a connection that broke while nobody used it
 * @throws RelayError RELAY_LOCKED, RELAY_STORE_UNAVAILABLE
 */
export async function openDatabase(
  location: string,
  onFault: (error: unknown) => void,
  { readTimeoutMs = READ_TIMEOUT_MS, ...options }: DatabaseOptions = {},
): Promise<Database> {
  return isServer(location)
    ? openServer(location, onFault, { ...options, readTimeoutMs })
    : openEmbedded(location, onFault);
}

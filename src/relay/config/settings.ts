/** What can be set, by which flag and which variable, and what it is by default. */
import { parseArgs } from "node:util";

import { messageOf } from "../../protocol/amounts/errors.js";
import { RelayError } from "../errors.js";
import { KEY_ENV, KEY_FILE_ENV, RECEIPT_KEY_ENV, RECEIPT_KEY_FILE_ENV } from "./key.js";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/**
 * What a process does: takes packages, brings them to the chain, writes the history of what the chain did, or answers what was and tells
 * it as it comes.
 */
export const ROLES = ["intake", "submit", "index", "read"] as const;
export type Role = (typeof ROLES)[number];

export interface Setting {
  readonly env: string;
  readonly help: string;
  readonly fallback?: string;
  /** All that it can be; undefined if that is no short list. */
  readonly choices?: readonly string[];
  /** Whether its flag may be given more than once: the same as with commas between. */
  readonly repeats?: boolean;
}

interface NumberSetting extends Setting {
  readonly least: number;
  readonly most: number;
}

const MAX_MS = 3_600_000;
const amount = (env: string, fallback: number, least: number, most: number, help: string): NumberSetting => ({
  env,
  help,
  least,
  most,
  fallback: String(fallback),
});

export const TEXTS = {
  rpc: { env: "RELAY_RPC_URL", help: "JSON-RPC of the chain" },
  session: {
    env: "RELAY_SESSION",
    help: "address of the session, several with commas between, or all: those of the factory",
  },
  factory: {
    env: "RELAY_FACTORY",
    help: "whose sessions are served: known for that of this version, or its address",
    fallback: "known",
  },
  role: {
    env: "RELAY_ROLE",
    help: `what this process does: all, or some of ${ROLES.join(", ")} with commas between`,
    fallback: "all",
    repeats: true,
  },
  payer: {
    env: "RELAY_PAYER",
    help: "for a process without the role submit: addresses of the accounts that pay, with commas between, in the order of their keys",
    fallback: "none",
  },
  database: { env: "DATABASE_URL", help: "postgres://… or a folder for the embedded database", fallback: "relay-data" },
  "replica-url": {
    env: "RELAY_REPLICA_URL",
    help: "copy of the database to read from: none, or postgres://…",
    fallback: "none",
  },
  broker: {
    env: "RELAY_BROKER",
    help: "Redis server by which processes hear of each other: none, or redis://…",
    fallback: "none",
  },
  maker: {
    env: "RELAY_MAKER",
    help: "automated makers through which orders may go: none, or addresses with commas between",
    fallback: "none",
  },
  router: {
    env: "RELAY_ROUTER",
    help: "routers of complete sets through which orders may go: none, or addresses with commas between",
    fallback: "none",
  },
  page: { env: "RELAY_PAGE", help: "the page to serve, too: none, or the folder of a built one", fallback: "none" },
  host: { env: "RELAY_HOST", help: "address to listen on", fallback: "127.0.0.1" },
  "allow-origin": { env: "RELAY_ALLOW_ORIGIN", help: "web pages that may ask: * or one origin", fallback: "*" },
  "trusted-proxies": {
    env: "RELAY_TRUSTED_PROXIES",
    help: "proxies that say where requests come from: none, or addresses and networks with commas between",
    fallback: "none",
  },
  index: { env: "RELAY_INDEX", help: "whether to keep the history: on, off", fallback: "on", choices: ["on", "off"] },
  "log-level": { env: "RELAY_LOG_LEVEL", help: LOG_LEVELS.join(", "), fallback: "info", choices: LOG_LEVELS },
} as const satisfies Record<string, Setting>;

export const NUMBERS = {
  port: amount("RELAY_PORT", 8700, 0, 65_535, "port to listen on, 0 for any"),
  "from-block": amount("RELAY_FROM_BLOCK", 0, 0, Number.MAX_SAFE_INTEGER, "the first session's first block"),
  "max-sessions": amount("RELAY_MAX_SESSIONS", 100, 1, 10_000, "sessions that are served at once"),
  "rpc-timeout-ms": amount("RELAY_RPC_TIMEOUT_MS", 10_000, 100, MAX_MS, "how long the node may take for an answer"),
  "rpc-at-once": amount("RELAY_RPC_AT_ONCE", 8, 1, 1_000, "requests that the node is asked at once, at most"),
  "poll-ms": amount("RELAY_POLL_MS", 500, 10, MAX_MS, "how often the chain is looked at"),
  "batch-size": amount("RELAY_BATCH_SIZE", 64, 1, 200, "most packages in a transaction"),
  "batch-ms": amount("RELAY_BATCH_MS", 300, 0, MAX_MS, "how long a package waits for others"),
  "max-in-flight": amount("RELAY_MAX_IN_FLIGHT", 4, 1, 64, "transactions on their way at once"),
  "gas-cap": amount("RELAY_GAS_CAP", 16_000_000, 1_000_000, 1_000_000_000, "most gas of a transaction"),
  "max-matches": amount("RELAY_MAX_MATCHES", 16, 1, 1_000, "steps of matching for each order"),
  "max-walk": amount("RELAY_MAX_WALK", 64, 0, 10_000, "orders to pass from a hint to a place"),
  "replace-after-ms": amount("RELAY_REPLACE_AFTER_MS", 15_000, 100, MAX_MS, "when to offer a higher gas price"),
  "max-fee-gwei": amount("RELAY_MAX_FEE_GWEI", 500, 1, 1_000_000, "highest gas price"),
  "min-balance-gwei": amount(
    "RELAY_MIN_BALANCE_GWEI",
    0,
    0,
    Number.MAX_SAFE_INTEGER,
    "least that the account should have",
  ),
  "burn-quota": amount(
    "RELAY_BURN_QUOTA",
    180_000,
    0,
    1_000_000_000,
    "gas of a trader's packages that do not land, 0 for any",
  ),
  "quota-window-ms": amount(
    "RELAY_QUOTA_WINDOW_MS",
    3_600_000,
    1_000,
    86_400_000,
    "in which an eighth of it comes back",
  ),
  "max-pending": amount("RELAY_MAX_PENDING", 10_000, 1, 1_000_000, "packages that may wait"),
  "max-pending-per-trader": amount("RELAY_MAX_PENDING_PER_TRADER", 64, 1, 128, "packages of one trader that may wait"),
  "deadline-margin": amount("RELAY_DEADLINE_MARGIN", 5, 0, 86_400, "seconds left until a package's deadline"),
  "reorg-depth": amount("RELAY_REORG_DEPTH", 64, 1, 10_000, "blocks that may still be reorganised"),
  "partition-blocks": amount(
    "RELAY_PARTITION_BLOCKS",
    1_000_000,
    1_000,
    1_000_000_000,
    "blocks of a partition of the history",
  ),
  "partition-days": amount("RELAY_PARTITION_DAYS", 30, 1, 3_650, "days of a partition of the packages"),
  "keep-ms": amount("RELAY_KEEP_MS", 2_000, 50, MAX_MS, "how often the book is looked over"),
  "session-gas": amount("RELAY_SESSION_GAS", 0, 0, 1e12, "gas a day that one session may take, 0 for any"),
  "settle-gas": amount("RELAY_SETTLE_GAS", 0, 0, 1_000_000_000, "gas a day for what settlers may record, 0 for none"),
  "lease-ms": amount("RELAY_LEASE_MS", 2_000, 200, 4_000, "how long the right to submit lasts unrenewed"),
  "body-limit": amount("RELAY_BODY_LIMIT", 131_072, 1_024, 10_000_000, "bytes of a request"),
  "max-connections": amount("RELAY_MAX_CONNECTIONS", 2_000, 1, 1_000_000, "connections at once"),
  "max-connections-per-address": amount(
    "RELAY_MAX_CONNECTIONS_PER_ADDRESS",
    100,
    1,
    1_000_000,
    "connections of one address, but for trusted proxies",
  ),
  "read-timeout-ms": amount("RELAY_READ_TIMEOUT_MS", 2_000, 10, MAX_MS, "how long the database may read for an answer"),
  "max-streams": amount("RELAY_MAX_STREAMS", 1_000, 0, 100_000, "subscribers at once"),
  "max-streams-per-address": amount("RELAY_MAX_STREAMS_PER_ADDRESS", 32, 1, 100_000, "subscribers of one address"),
  "stream-backlog": amount(
    "RELAY_STREAM_BACKLOG",
    1_000_000,
    10_000,
    1_000_000_000,
    "bytes a subscriber may lag behind",
  ),
  rate: amount("RELAY_RATE", 500, 1, 1_000_000, "requests a second from one address"),
} as const satisfies Record<string, NumberSetting>;

/** Every flag with a value, for whoever offers them. */
export const SETTINGS: readonly (Setting & { readonly name: string })[] = Object.entries({ ...TEXTS, ...NUMBERS }).map(
  ([name, setting]) => ({ name, ...setting }),
);
/** The one flag without a value. */
export const REBUILD = { name: "rebuild", help: "derive everything but waiting packages from the chain" } as const;

/** What was set: by the names of flags, without their dashes. */
export type RelayOptions = Readonly<
  Partial<Record<keyof typeof TEXTS | keyof typeof NUMBERS, string | number | undefined>>
> & { readonly [REBUILD.name]?: boolean | undefined };

/** What an executable was told. @throws RelayError RELAY_CONFIG_INVALID for words that are no flag */
export function optionsOf(words: readonly string[]): RelayOptions {
  const options = Object.fromEntries(
    SETTINGS.map(({ name, repeats = false }) => [name, { type: "string" as const, multiple: repeats }]),
  );
  try {
    const { values } = parseArgs({ args: [...words], options: { ...options, [REBUILD.name]: { type: "boolean" } } });
    const told = Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : value]);
    return Object.fromEntries(told) as RelayOptions; // flags are named as settings are, as just given
  } catch (error) {
    throw new RelayError("RELAY_CONFIG_INVALID", { problems: `\n  ${messageOf(error)}` }, error);
  }
}

/** What `--help` prints. */
export function describeConfig(): string {
  const line = (name: string, { env, help, fallback }: Setting): string =>
    `  --${name.padEnd(24)} ${env.padEnd(29)} ${help}${fallback === undefined ? "" : ` (${fallback})`}`;
  return [
    "Takes signed packages, checks and stores them, and submits them to the order books of its sessions.",
    "",
    "  flag                       environment                   meaning (default)",
    ...SETTINGS.map((setting) => line(setting.name, setting)),
    line(REBUILD.name, { env: "", help: REBUILD.help }),
    "",
    `The submitting accounts' keys come from ${KEY_ENV}, with commas between, or from the file that ${KEY_FILE_ENV} names, one a line.`,
    `With a key in ${RECEIPT_KEY_ENV}, or in the file that ${RECEIPT_KEY_FILE_ENV} names, receipts are signed for what is acknowledged.`,
  ].join("\n");
}

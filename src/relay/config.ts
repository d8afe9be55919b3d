/** What the relay is told at start: flag, else environment, else default. The one place that reads either. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { parseArgs } from "node:util";

import { isAddress, isHexString } from "ethers";

import { RelayError } from "./errors.js";

export interface RelayConfig {
  /** JSON-RPC of the chain, over HTTP. */
  readonly rpcUrl: string;
  /** The session's vault. */
  readonly session: string;
  /** Key of the account that submits and pays: 32 bytes as hex. Never from a flag. */
  readonly privateKey: string;
  /** postgres://… , or the folder of an embedded database. */
  readonly database: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** First block that can have a record of the session. */
  readonly fromBlock: number;
  /** How long the node may take for an answer, ms. */
  readonly rpcTimeoutMs: number;
  /** How often the chain is looked at, ms. */
  readonly pollMs: number;
  /** Most packages in a transaction. */
  readonly batchSize: number;
  /** How long a package waits for others, ms. */
  readonly batchMs: number;
  /** Transactions on their way at once. */
  readonly maxInFlight: number;
  /** Most gas of a transaction. */
  readonly gasCap: number;
  /** Most steps of matching for each order. */
  readonly maxMatches: number;
  /** Most resting orders to pass from the hint to an order's place. */
  readonly maxWalk: number;
  /** After how long a transaction is sent again with a higher price, ms. */
  readonly replaceAfterMs: number;
  /** Highest price of a unit of gas, in thousand millionths of the chain's coin (gwei). */
  readonly maxFeeGwei: number;
  /** Packages that may wait, of all traders and of one. */
  readonly maxPending: number;
  readonly maxPendingPerTrader: number;
  /** Seconds that must be left until a package's deadline. */
  readonly deadlineMargin: number;
  /** Blocks that may still be reorganised away; what is older is final. */
  readonly reorgDepth: number;
  /** How often the book is looked over for orders to take out, ms. */
  readonly keepMs: number;
  /** How long the right to submit lasts without renewal, ms. */
  readonly leaseMs: number;
  /** Most bytes of a request's body. */
  readonly bodyLimit: number;
  /** Requests a second from one address. */
  readonly rate: number;
  /** The web pages that may ask: * or one origin. */
  readonly allowOrigin: string;
  /** Addresses and networks of proxies whose word on where a request comes from is taken. */
  readonly trustedProxies: readonly string[];
  /** Whether to keep the history, and serve it and the streams. */
  readonly index: boolean;
  /** Subscribers at once, of all and of one address. */
  readonly maxStreams: number;
  readonly maxStreamsPerAddress: number;
  /** Bytes that may wait for one subscriber to read them. */
  readonly streamBacklog: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Whether to derive again from the chain everything that can be. */
  readonly rebuild: boolean;
}

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

interface Setting {
  readonly env: string;
  readonly help: string;
  readonly fallback?: string;
  /** All that it can be; undefined if that is no short list. */
  readonly choices?: readonly string[];
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

const TEXTS = {
  rpc: { env: "RELAY_RPC_URL", help: "JSON-RPC of the chain" },
  session: { env: "RELAY_SESSION", help: "address of the session" },
  database: { env: "DATABASE_URL", help: "postgres://… or a folder for the embedded database", fallback: "relay-data" },
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

const NUMBERS = {
  port: amount("RELAY_PORT", 8700, 0, 65_535, "port to listen on, 0 for any"),
  "from-block": amount("RELAY_FROM_BLOCK", 0, 0, Number.MAX_SAFE_INTEGER, "the session's first block"),
  "rpc-timeout-ms": amount("RELAY_RPC_TIMEOUT_MS", 10_000, 100, MAX_MS, "how long the node may take for an answer"),
  "poll-ms": amount("RELAY_POLL_MS", 500, 10, MAX_MS, "how often the chain is looked at"),
  "batch-size": amount("RELAY_BATCH_SIZE", 64, 1, 200, "most packages in a transaction"),
  "batch-ms": amount("RELAY_BATCH_MS", 300, 0, MAX_MS, "how long a package waits for others"),
  "max-in-flight": amount("RELAY_MAX_IN_FLIGHT", 4, 1, 64, "transactions on their way at once"),
  "gas-cap": amount("RELAY_GAS_CAP", 16_000_000, 1_000_000, 1_000_000_000, "most gas of a transaction"),
  "max-matches": amount("RELAY_MAX_MATCHES", 16, 1, 1_000, "steps of matching for each order"),
  "max-walk": amount("RELAY_MAX_WALK", 64, 0, 10_000, "orders to pass from a hint to a place"),
  "replace-after-ms": amount("RELAY_REPLACE_AFTER_MS", 15_000, 100, MAX_MS, "when to offer a higher gas price"),
  "max-fee-gwei": amount("RELAY_MAX_FEE_GWEI", 500, 1, 1_000_000, "highest gas price"),
  "max-pending": amount("RELAY_MAX_PENDING", 10_000, 1, 1_000_000, "packages that may wait"),
  "max-pending-per-trader": amount("RELAY_MAX_PENDING_PER_TRADER", 64, 1, 128, "packages of one trader that may wait"),
  "deadline-margin": amount("RELAY_DEADLINE_MARGIN", 5, 0, 86_400, "seconds left until a package's deadline"),
  "reorg-depth": amount("RELAY_REORG_DEPTH", 64, 1, 10_000, "blocks that may still be reorganised"),
  "keep-ms": amount("RELAY_KEEP_MS", 2_000, 50, MAX_MS, "how often the book is looked over"),
  "lease-ms": amount("RELAY_LEASE_MS", 2_000, 200, 4_000, "how long the right to submit lasts unrenewed"),
  "body-limit": amount("RELAY_BODY_LIMIT", 16_384, 1_024, 10_000_000, "bytes of a request"),
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
export const REBUILD = { name: "rebuild", help: "derive everything but waiting packages from the chain" } as const;

export const KEY_ENV = "RELAY_PRIVATE_KEY";
export const KEY_FILE_ENV = "RELAY_PRIVATE_KEY_FILE";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param keyFrom where the submitting account's key comes from: the environment by default
 * @throws RelayError RELAY_CONFIG_INVALID with every problem, one a line
 */
export function readConfig(words: readonly string[], environment: Environment, keyFrom = readKey): RelayConfig {
  const problems: string[] = [];
  const given = parseFlags(words, problems);
  const text = (name: keyof typeof TEXTS): string => {
    const setting: Setting = TEXTS[name];
    const value = given[name] ?? environment[setting.env] ?? setting.fallback;
    if (value === undefined || value === "") problems.push(`--${name} or ${setting.env} is missing: ${setting.help}`);
    return value ?? "";
  };
  const count = (name: keyof typeof NUMBERS): number => {
    const { env, fallback, least, most } = NUMBERS[name];
    const value = given[name] ?? environment[env] ?? fallback ?? "";
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    if (number >= least && number <= most) return number;
    problems.push(`--${name} or ${env} is "${value}", not a whole number from ${least} to ${most}`);
    return least;
  };
  const rpcUrl = text("rpc");
  if (rpcUrl !== "" && !isHttpUrl(rpcUrl)) problems.push(`--rpc is "${rpcUrl}", not an http or https address`);
  const session = text("session");
  if (session !== "" && !looksLikeAddress(session)) problems.push(`--session is "${session}", not an address`);
  const level = text("log-level");
  const logLevel = LOG_LEVELS.find((known) => known === level);
  if (logLevel === undefined) problems.push(`--log-level is "${level}", none of ${LOG_LEVELS.join(", ")}`);
  const index = text("index");
  if (index !== "on" && index !== "off") problems.push(`--index is "${index}", neither on nor off`);
  const allowOrigin = text("allow-origin");
  if (!isOrigin(allowOrigin))
    problems.push(`--allow-origin is "${allowOrigin}", neither * nor like https://wallet.example`);
  const proxies = text("trusted-proxies");
  const trustedProxies = proxies === "none" ? [] : proxies.split(",").map((one) => one.trim());
  const noProxy = trustedProxies.find((one) => !isNetwork(one));
  if (noProxy !== undefined) problems.push(`--trusted-proxies has "${noProxy}", no address and no network`);
  const config: RelayConfig = {
    allowOrigin,
    trustedProxies,
    rpcUrl,
    session,
    privateKey: keyFrom(environment, problems),
    database: text("database"),
    host: text("host"),
    port: count("port"),
    fromBlock: count("from-block"),
    rpcTimeoutMs: count("rpc-timeout-ms"),
    pollMs: count("poll-ms"),
    batchSize: count("batch-size"),
    batchMs: count("batch-ms"),
    maxInFlight: count("max-in-flight"),
    gasCap: count("gas-cap"),
    maxMatches: count("max-matches"),
    maxWalk: count("max-walk"),
    replaceAfterMs: count("replace-after-ms"),
    maxFeeGwei: count("max-fee-gwei"),
    maxPending: count("max-pending"),
    maxPendingPerTrader: count("max-pending-per-trader"),
    deadlineMargin: count("deadline-margin"),
    reorgDepth: count("reorg-depth"),
    keepMs: count("keep-ms"),
    leaseMs: count("lease-ms"),
    bodyLimit: count("body-limit"),
    rate: count("rate"),
    logLevel: logLevel ?? "info",
    index: index === "on",
    maxStreams: count("max-streams"),
    maxStreamsPerAddress: count("max-streams-per-address"),
    streamBacklog: count("stream-backlog"),
    rebuild: given[REBUILD.name] === "true",
  };
  if (problems.length === 0) return config;
  throw new RelayError("RELAY_CONFIG_INVALID", { problems: problems.map((problem) => `\n  ${problem}`).join("") });
}

/** What `--help` prints. */
export function describeConfig(): string {
  const line = (name: string, { env, help, fallback }: Setting): string =>
    `  --${name.padEnd(24)} ${env.padEnd(29)} ${help}${fallback === undefined ? "" : ` (${fallback})`}`;
  return [
    "Takes signed packages, checks and stores them, and submits them to a session's order book.",
    "",
    "  flag                       environment                   meaning (default)",
    ...SETTINGS.map((setting) => line(setting.name, setting)),
    line(REBUILD.name, { env: "", help: REBUILD.help }),
    "",
    `The submitting account's key comes from ${KEY_ENV}, or from the file that ${KEY_FILE_ENV} names.`,
  ].join("\n");
}

function parseFlags(words: readonly string[], problems: string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(SETTINGS.map(({ name }) => [name, { type: "string" as const }]));
  try {
    const { values } = parseArgs({ args: [...words], options: { ...options, [REBUILD.name]: { type: "boolean" } } });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return {};
  }
}

function readKey(environment: Environment, problems: string[]): string {
  const file = environment[KEY_FILE_ENV];
  const key = environment[KEY_ENV] ?? (file === undefined ? undefined : readFile(file, problems));
  if (key === undefined) {
    if (file === undefined) problems.push(`${KEY_ENV} or ${KEY_FILE_ENV} is missing: the key that submits and pays`);
    return "";
  }
  const hex = key.trim().startsWith("0x") ? key.trim() : `0x${key.trim()}`;
  if (!isHexString(hex, 32)) problems.push(`the key in ${KEY_ENV} or ${KEY_FILE_ENV} is not 32 bytes of hex`);
  return hex;
}

function readFile(path: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    problems.push(`${KEY_FILE_ENV} names a file that cannot be read: ${path}`);
    return undefined;
  }
}

function isOrigin(text: string): boolean {
  return text === "*" || (isHttpUrl(text) && new URL(text).origin === text);
}

/** An address, or one with the length of its network's part. */
function isNetwork(text: string): boolean {
  const [address = "", length] = text.split("/");
  const bits = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits));
}

/** As a plain answer: the type guard would leave nothing of a text that is none. */
function looksLikeAddress(text: string): boolean {
  return isAddress(text);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}

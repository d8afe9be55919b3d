/** What the relay is told at start: option, else environment, else default. The one place that reads any of them. */
import { isIP } from "node:net";
import { resolve } from "node:path";

import { addressIn } from "../../protocol/signing/addresses.js";

import { isPage } from "../../page/built.js";
import { brokerLocation, databaseLocation, httpLocation, type Location } from "../../wire/locations.js";
import { RelayError } from "../errors.js";
import { isServer } from "../store/database.js";
import { LEAST_QUOTA } from "../queue/accounts.js";
import { type Environment, readKeys, readReceiptKey } from "./key.js";
import {
  LOG_LEVELS,
  NUMBERS,
  REBUILD,
  type RelayOptions,
  type Role,
  ROLES,
  type Setting,
  SETTINGS,
  TEXTS,
} from "./settings.js";

export interface RelayConfig {
  /** What this process does, one at least. */
  readonly roles: ReadonlySet<Role>;
  /** JSON-RPC of the chain, over HTTP. */
  readonly rpcUrl: string;
  /** Vaults of the sessions that are served, or all of the factory. */
  readonly sessions: readonly string[] | "all";
  /** Whose sessions are served; undefined for the factory of this version. */
  readonly factory: string | undefined;
  /** Sessions that are served at once, at most. */
  readonly maxSessions: number;
  /** Automated makers through which orders may go, and routers of complete sets. */
  readonly makers: readonly string[];
  readonly routers: readonly string[];
  /** Folder of the page that is served, too; undefined for none. */
  readonly page: string | undefined;
  /** Keys of the accounts that submit and pay: 32 bytes as hex each, one at least with the role submit, none without. Never from a flag. */
  readonly privateKeys: readonly string[];
  /** Addresses of those that pay where this process does not: one at least without the role submit, but none of a reader. */
  readonly payers: readonly string[];
  /** Key that signs receipts, and nothing else: 32 bytes as hex. Undefined if none are given. */
  readonly receiptKey: string | undefined;
  /** postgres://… , or the folder of an embedded database. */
  readonly database: string;
  /** A copy of the database to read from; undefined to read where is written. */
  readonly replicaUrl: string | undefined;
  /** By which processes hear at once what others have committed; undefined to look in the database. */
  readonly broker: string | undefined;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** First block that can have a record of one of the sessions. */
  readonly fromBlock: number;
  /** How long the node may take for an answer, ms. */
  readonly rpcTimeoutMs: number;
  readonly rpcAtOnce: number;
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
  /** Least that the submitting account should have, gwei: with less nothing is acknowledged. */
  readonly minBalanceGwei: number;
  /** Gas that may be spent on packages of a trader that do not land, 0 for any; half of it comes back in a window, ms. */
  readonly burnQuota: number;
  readonly quotaWindowMs: number;
  /** Packages that may wait, of all traders and of one. */
  readonly maxPending: number;
  readonly maxPendingPerTrader: number;
  /** Seconds that must be left until a package's deadline. */
  readonly deadlineMargin: number;
  /** Blocks that may still be reorganised away; what is older is final. */
  readonly reorgDepth: number;
  /** Blocks of a partition of the history. */
  readonly partitionBlocks: number;
  /** Days of a partition of the packages. */
  readonly partitionDays: number;
  /** How often the book is looked over for orders to take out, ms. */
  readonly keepMs: number;
  /** Gas that one session's transactions may take in a day; 0 for any. */
  readonly sessionGas: number;
  /** Gas that may be spent in a day on having settlers settle their roots; 0 for none. */
  readonly settleGas: number;
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
  /** Connections at once, of all and of one address. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** How long a statement may take that reads for people, ms. */
  readonly readTimeoutMs: number;
  /** Subscribers at once, of all and of one address. */
  readonly maxStreams: number;
  readonly maxStreamsPerAddress: number;
  /** Bytes that may wait for one subscriber to read them. */
  readonly streamBacklog: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Whether to derive again from the chain everything that can be. */
  readonly rebuild: boolean;
}

interface Reading {
  readonly options: RelayOptions;
  readonly environment: Environment;
  /** One line each. */
  readonly problems: string[];
}

/**
 * @param keysFrom where the submitting accounts' keys come from: the environment by default
 * @throws RelayError RELAY_CONFIG_INVALID with every problem, one a line
 */
export function readConfig(options: RelayOptions, environment: Environment, keysFrom = readKeys): RelayConfig {
  const problems: string[] = [];
  const reading: Reading = { options, environment, problems };
  refuseUnknown(reading);
  const roles = readRoles(reading);
  const config: RelayConfig = {
    roles,
    ...readTexts(reading),
    // What a process does not have nobody takes from it.
    privateKeys: roles.has("submit") ? keysFrom(environment, problems) : [],
    receiptKey: roles.has("intake") ? readReceiptKey(environment, problems) : undefined,
    ...readNumbers(reading),
    rebuild: options[REBUILD.name] === true,
  };
  if (config.burnQuota > 0 && config.burnQuota < Number(LEAST_QUOTA)) {
    problems.push(`--burn-quota ${config.burnQuota} bears not one package: give ${LEAST_QUOTA} or more, or 0 for any`);
  }
  problems.push(...rolesRefused(config));
  if (problems.length === 0) return config;
  throw new RelayError("RELAY_CONFIG_INVALID", { problems: problems.map((problem) => `\n  ${problem}`).join("") });
}

/** Whether a process answers what was, and does nothing else. */
export function isReader({ roles }: Pick<RelayConfig, "roles">): boolean {
  return roles.size === 1 && roles.has("read");
}

/** What does not go with what the process is to do. */
function rolesRefused(config: RelayConfig): string[] {
  const { roles, payers, database, index, rebuild } = config;
  const [submits, writes] = [roles.has("submit"), roles.has("index")];
  const told = `--role ${[...roles].join()}`;
  const problems: string[] = [];
  if (roles.size === 0) return problems; // that is told
  if (!(submits && writes) && database !== "" && !isServer(database)) {
    problems.push(`${told} needs a database that others write: --database postgres://…`);
  }
  if (submits && payers.length > 0)
    problems.push("--payer is for a process without the role submit: its keys say who pays");
  if (!submits && !isReader(config) && payers.length === 0) {
    problems.push(`${told} needs --payer, the addresses of the accounts that pay: who submits has their keys`);
  }
  if (roles.has("read") && !writes && !isReader(config)) {
    problems.push(`${told} reads beside other work what others write: let read go alone, or with index`);
  }
  if (!index && !roles.has("intake") && !submits) problems.push(`${told} is for the history, and --index is off`);
  if (!writes && rebuild) problems.push(`${told} writes no history: --${REBUILD.name} is for who has the role index`);
  return problems;
}

/** A name that is misspelt would be passed over, and the default taken. */
function refuseUnknown({ options, problems }: Reading): void {
  const known = new Set([REBUILD.name, ...SETTINGS.map(({ name }) => name)]);
  for (const name of Object.keys(options)) if (!known.has(name)) problems.push(`--${name} is no setting of the relay`);
}

function readTexts(reading: Reading) {
  const rpcUrl = place(reading, "rpc", httpLocation);
  const sessions = readSessions(reading);
  const factory = readFactory(reading);
  const logLevel = choice(reading, "log-level", LOG_LEVELS, `none of ${LOG_LEVELS.join(", ")}`);
  const index = choice(reading, "index", ["on", "off"], "neither on nor off");
  const allowOrigin = text(reading, "allow-origin", isOrigin, "neither * nor like https://wallet.example");
  const trustedProxies = readProxies(reading);
  const [makers, routers] = [readAddresses(reading, "maker"), readAddresses(reading, "router")];
  const payers = readAddresses(reading, "payer");
  const page = readPage(reading);
  const database = place(reading, "database", databaseLocation);
  const replicaUrl = readReplica(reading, database);
  const broker = readBroker(reading, database);
  const host = text(reading, "host");
  return {
    rpcUrl,
    sessions,
    factory,
    logLevel,
    index: index === "on",
    allowOrigin,
    trustedProxies,
    database,
    replicaUrl,
    broker,
    host,
    makers,
    routers,
    payers,
    page,
  };
}

function readReplica(reading: Reading, database: string): string | undefined {
  if (text(reading, "replica-url") === "none") return undefined;
  const url = place(reading, "replica-url", databaseLocation);
  if (url === "" || (isServer(url) && isServer(database))) return url === "" ? undefined : url;
  reading.problems.push("--replica-url is a copy of a server: it and --database are postgres://…");
  return undefined;
}

function readBroker(reading: Reading, database: string): string | undefined {
  if (text(reading, "broker") === "none") return undefined;
  const url = place(reading, "broker", brokerLocation);
  if (!isServer(database))
    reading.problems.push("--broker tells processes that share a database: --database postgres://…");
  return url === "" ? undefined : url;
}

function readPage(reading: Reading): string | undefined {
  const folder = text(reading, "page");
  if (folder === "none" || folder === "") return undefined;
  if (!isPage(folder))
    reading.problems.push(`--page ${folder} has no index.html: name the folder of a built page, or none`);
  return resolve(folder);
}

function readProxies(reading: Reading): string[] {
  const value = text(reading, "trusted-proxies");
  const proxies = value === "none" || value === "" ? [] : value.split(",").map((one) => one.trim());
  const noProxy = proxies.find((one) => !isNetwork(one));
  if (noProxy !== undefined) reading.problems.push(`--trusted-proxies has "${noProxy}", no address and no network`);
  return proxies;
}

function readRoles(reading: Reading): ReadonlySet<Role> {
  const value = text(reading, "role");
  const named = value === "" ? [] : value.split(",").map((one) => one.trim());
  if (named.includes("all")) return new Set(ROLES);
  const wrong = named.find((one) => !isRole(one));
  if (wrong !== undefined) {
    reading.problems.push(`--role has "${wrong}", neither all nor one of ${ROLES.join(", ")}`);
  }
  return new Set(named.filter(isRole));
}

function isRole(name: string): name is Role {
  return ROLES.some((one) => one === name);
}

/** Each named once, in the order given. */
function readSessions(reading: Reading): RelayConfig["sessions"] {
  const value = text(reading, "session");
  if (value === "all") return "all";
  const named = value === "" ? [] : listed(reading, "session", value);
  const most = count(reading, "max-sessions");
  if (named.length > most) {
    reading.problems.push(`--session names ${named.length}, and --max-sessions allows ${most}`);
  }
  return named.filter((one, index) => named.findIndex((other) => other.toLowerCase() === one.toLowerCase()) === index);
}

function readFactory(reading: Reading): string | undefined {
  const value = text(
    reading,
    "factory",
    (one) => one === "known" || looksLikeAddress(one),
    "neither known nor an address",
  );
  return value === "known" || value === "" ? undefined : value;
}

function readAddresses(reading: Reading, name: "maker" | "router" | "payer"): string[] {
  const value = text(reading, name);
  return value === "none" || value === "" ? [] : listed(reading, name, value);
}

function listed({ problems }: Reading, name: "session" | "maker" | "router" | "payer", value: string): string[] {
  const named = value.split(",").map((one) => one.trim());
  const wrong = named.find((one) => !looksLikeAddress(one));
  if (wrong !== undefined) problems.push(`--${name} has "${wrong}", no address`);
  return named;
}

function readNumbers(reading: Reading) {
  const read = (name: keyof typeof NUMBERS): number => count(reading, name);
  return {
    port: read("port"),
    fromBlock: read("from-block"),
    rpcTimeoutMs: read("rpc-timeout-ms"),
    rpcAtOnce: read("rpc-at-once"),
    pollMs: read("poll-ms"),
    batchSize: read("batch-size"),
    batchMs: read("batch-ms"),
    maxInFlight: read("max-in-flight"),
    gasCap: read("gas-cap"),
    maxMatches: read("max-matches"),
    maxWalk: read("max-walk"),
    replaceAfterMs: read("replace-after-ms"),
    maxFeeGwei: read("max-fee-gwei"),
    minBalanceGwei: read("min-balance-gwei"),
    burnQuota: read("burn-quota"),
    quotaWindowMs: read("quota-window-ms"),
    maxPending: read("max-pending"),
    maxPendingPerTrader: read("max-pending-per-trader"),
    deadlineMargin: read("deadline-margin"),
    reorgDepth: read("reorg-depth"),
    partitionBlocks: read("partition-blocks"),
    partitionDays: read("partition-days"),
    keepMs: read("keep-ms"),
    maxSessions: read("max-sessions"),
    sessionGas: read("session-gas"),
    settleGas: read("settle-gas"),
    leaseMs: read("lease-ms"),
    bodyLimit: read("body-limit"),
    rate: read("rate"),
    maxConnections: read("max-connections"),
    maxConnectionsPerAddress: read("max-connections-per-address"),
    readTimeoutMs: read("read-timeout-ms"),
    maxStreams: read("max-streams"),
    maxStreamsPerAddress: read("max-streams-per-address"),
    streamBacklog: read("stream-backlog"),
  };
}

// ------------------------------------------------------------------ one setting

/** @param otherwise what a value is that is not good */
function text(
  reading: Reading,
  name: keyof typeof TEXTS,
  isGood: (value: string) => boolean = () => true,
  otherwise = "",
): string {
  const { env, help, fallback }: Setting = TEXTS[name];
  const value = given(reading, name, env) ?? fallback ?? "";
  if (value === "") reading.problems.push(`--${name} or ${env} is missing: ${help}`);
  else if (!isGood(value)) reading.problems.push(`--${name} is "${value}", ${otherwise}`);
  return value;
}

/** The value itself is never told: it may have a key or a password in it. */
function place(
  reading: Reading,
  name: "rpc" | "database" | "replica-url" | "broker",
  read: (value: string) => Location,
): string {
  const value = text(reading, name);
  const found = value === "" ? { location: value } : read(value);
  if ("location" in found) return found.location;
  reading.problems.push(`--${name} or ${TEXTS[name].env} ${found.problem}`);
  return "";
}

function choice<Choice extends string>(
  reading: Reading,
  name: keyof typeof TEXTS,
  choices: readonly [Choice, ...Choice[]],
  otherwise: string,
): Choice {
  const chosen = (value: string): Choice | undefined => choices.find((one) => one === value);
  return chosen(text(reading, name, (value) => chosen(value) !== undefined, otherwise)) ?? choices[0];
}

function count(reading: Reading, name: keyof typeof NUMBERS): number {
  const { env, fallback, least, most } = NUMBERS[name];
  const value = given(reading, name, env) ?? fallback ?? "";
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (number >= least && number <= most) return number;
  reading.problems.push(`--${name} or ${env} is "${value}", not a whole number from ${least} to ${most}`);
  return least;
}

function given({ options, environment }: Reading, name: keyof RelayOptions, env: string): string | undefined {
  const option = options[name];
  return option === undefined ? environment[env] : String(option);
}

// ------------------------------------------------------------------ forms

function isOrigin(text: string): boolean {
  return text === "*" || ("location" in httpLocation(text) && new URL(text).origin === text);
}

/** An address, or one with the length of its network's part. */
function isNetwork(text: string): boolean {
  const [address = "", length] = text.split("/");
  const bits = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits));
}

function looksLikeAddress(text: string): boolean {
  return addressIn(text) !== undefined;
}

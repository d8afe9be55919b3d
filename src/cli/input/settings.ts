/**
 * Where a command gets its settings from: a flag, else the environment, else the profile in use, else a default. All that is wrong
 * is said at once. Keys come from keystores or the environment only: other users can read arguments, and profiles have none.
 */
import { isHexString } from "ethers";
import type { Command } from "commander";

import { addressIn } from "../../protocol/signing/addresses.js";
import { httpLocation } from "../../wire/locations.js";
import { CliError } from "../cli-error.js";
import type { Profile } from "./profile.js";

/** Where a signing key comes from. */
export type KeySource =
  | { readonly kind: "environment"; readonly privateKey: string }
  | { readonly kind: "keystore"; readonly file: string; readonly passwordFile: string | undefined }
  | { readonly kind: "hardhat"; readonly name: string; readonly passwordFile: string | undefined };

export interface Settings {
  /** JSON-RPC over HTTP. */
  readonly rpc: string;
  /** Address of the session's vault, in its checksum form. */
  readonly session: string;
  /** Address of the session factory; undefined if none is named: then it is the one that is known for the chain. */
  readonly factory: string | undefined;
  /** Address of the factory of makers; as above. */
  readonly makerFactory: string | undefined;
  /** First block whose logs are read. */
  readonly fromBlock: number;
  /** The relay that orders are handed to; undefined if they are sent to the book itself. */
  readonly relay: string | undefined;
  readonly key: KeySource;
}

/** The flags as commander gives them. */
export interface SettingOptions {
  readonly rpc?: string;
  readonly session?: string;
  readonly factory?: string;
  readonly makerFactory?: string;
  readonly fromBlock?: string;
  readonly relay?: string;
  readonly direct?: true;
  readonly account?: string;
  readonly keystore?: string;
}

type Env = Readonly<Record<string, string | undefined>>;
/** Notes a problem; the setting then has no value. */
type Wrong = (problem: string) => null;
/** What stands behind flags. */
interface Behind {
  readonly env: Env;
  /** What of the profile in use is meant where others are silent. */
  readonly profile: Partial<Profile>;
}
type Reader<Value> = (behind: Behind, options: SettingOptions, wrong: Wrong) => Value | null;

/** Where a run of the program takes settings from. */
export interface Sources {
  readonly env: Env;
  /** The profile in use. @throws CliError if its file cannot be read */
  readonly profile: () => Profile | undefined;
}

export const DEFAULT_RPC = "http://127.0.0.1:8545";

const READERS: { readonly [Name in keyof Settings]: Reader<Settings[Name]> } = {
  rpc({ env, profile }, options, wrong) {
    const text = options.rpc ?? given(env, "SESSION_RPC_URL") ?? profile.rpc ?? DEFAULT_RPC;
    const found = httpLocation(text);
    return "location" in found ? found.location : wrong(`--rpc or SESSION_RPC_URL: it ${found.problem}`);
  },
  session({ env, profile }, options, wrong) {
    const text = options.session ?? given(env, "SESSION_ADDRESS") ?? profile.session;
    if (text !== undefined) return addressOf("--session", text, "SESSION_ADDRESS", wrong);
    return wrong("--session or SESSION_ADDRESS: is missing, and no profile is in use");
  },
  factory({ env, profile }, options, wrong) {
    const text = options.factory ?? given(env, "SESSION_FACTORY") ?? profile.factory;
    return text === undefined ? undefined : addressOf("--factory", text, "SESSION_FACTORY", wrong);
  },
  makerFactory({ env, profile }, options, wrong) {
    const text = options.makerFactory ?? given(env, "SESSION_MAKER_FACTORY") ?? profile.makerFactory;
    return text === undefined ? undefined : addressOf("--maker-factory", text, "SESSION_MAKER_FACTORY", wrong);
  },
  fromBlock({ env, profile }, options, wrong) {
    const text = options.fromBlock ?? given(env, "SESSION_FROM_BLOCK") ?? String(profile.fromBlock ?? 0);
    if (/^\d{1,15}$/.test(text)) return Number(text);
    return wrong(`--from-block or SESSION_FROM_BLOCK: "${text}" is no block number`);
  },
  relay({ env, profile }, { relay, direct }, wrong) {
    if (direct === true && relay !== undefined) return wrong("--relay and --direct: give one of them");
    const text = direct === true ? undefined : (relay ?? given(env, "SESSION_RELAY_URL") ?? profile.relay);
    if (text === undefined) return undefined;
    const found = httpLocation(text);
    return "problem" in found ? wrong(`--relay or SESSION_RELAY_URL: it ${found.problem}`) : text;
  },
  key: ({ env }, options, wrong) => keyOf(env, options, wrong),
};

/** @throws CliError SETTINGS_INVALID with everything that is wrong */
export function readSettings<Wanted extends keyof Settings>(
  sources: Sources,
  options: SettingOptions,
  ...wanted: readonly Wanted[]
): Pick<Settings, Wanted> {
  const problems: string[] = [];
  const wrong: Wrong = (problem) => {
    problems.push(problem);
    return null;
  };
  const isOfKey = wanted.every((name) => name === "key");
  const behind = { env: sources.env, profile: isOfKey ? {} : profileFor(sources, options) };
  const settings = Object.fromEntries(wanted.map((name) => [name, READERS[name](behind, options, wrong)]));
  if (problems.length > 0) throw new CliError("SETTINGS_INVALID", { problems });
  return settings as Pick<Settings, Wanted>; // a reader that gives nothing says why
}

/**
 * What of the profile in use is meant: of another session its first block and its relay say nothing, on another node perhaps its
 * factory is not there.
 * @throws CliError if its file cannot be read
 */
export function profileFor({ env, profile }: Sources, { rpc, session }: SettingOptions): Partial<Profile> {
  const found = profile();
  if (found === undefined) return {};
  const isOtherNode = (rpc ?? given(env, "SESSION_RPC_URL") ?? found.rpc) !== found.rpc;
  const named = session ?? given(env, "SESSION_ADDRESS") ?? found.session;
  const isOtherSession = named.toLowerCase() !== found.session.toLowerCase();
  return {
    rpc: found.rpc,
    session: found.session,
    ...(isOtherNode ? {} : factoriesOf(found)),
    ...(isOtherSession ? {} : { fromBlock: found.fromBlock, ...(found.relay !== undefined && { relay: found.relay }) }),
  };
}

function factoriesOf({ factory, makerFactory }: Profile): Partial<Profile> {
  return { factory, ...(makerFactory !== undefined && { makerFactory }) };
}

/** Adds the flags of these settings to a command. */
export function withSettings(command: Command, ...wanted: readonly (keyof Settings)[]): Command {
  for (const name of wanted) addFlags(command, name);
  return command;
}

function addFlags(command: Command, name: keyof Settings): void {
  switch (name) {
    case "rpc":
      command.option("--rpc <url>", `the chain's node (SESSION_RPC_URL, else the profile's, else ${DEFAULT_RPC})`);
      break;
    case "session":
      command.option("--session <address>", "the session's vault (SESSION_ADDRESS, else the profile's)");
      break;
    case "factory":
      command.option(
        "--factory <address>",
        "the session factory (SESSION_FACTORY, else the profile's, else the one that the release has on every chain)",
      );
      break;
    case "makerFactory":
      command.option(
        "--maker-factory <address>",
        "the factory of makers (SESSION_MAKER_FACTORY, else the profile's, else the one that the release has on every chain)",
      );
      break;
    case "fromBlock":
      command.option(
        "--from-block <number>",
        "first block whose logs are read (SESSION_FROM_BLOCK, else the profile's, else 0)",
      );
      break;
    case "relay":
      command
        .option(
          "--relay <url>",
          "hand it to a relay, which pays the gas, instead of sending it (SESSION_RELAY_URL, else the profile's)",
        )
        .option("--direct", "send it to the book, whatever relay the environment or the profile names");
      break;
    case "key":
      command
        .option("--account <hardhat:NAME>", "sign with a key of Hardhat's keystore (SESSION_ACCOUNT)")
        .option(
          "--keystore <file>",
          "sign with an encrypted keystore file (SESSION_KEYSTORE); its password is asked for, or read from the file SESSION_KEYSTORE_PASSWORD_FILE. Without either: SESSION_PRIVATE_KEY",
        );
  }
}

function addressOf(flag: string, text: string, variable: string, wrong: Wrong): string | null {
  return (
    addressIn(text) ??
    wrong(`${flag} or ${variable}: "${text}" is no address (0x and 40 hex digits, checksum right if mixed)`)
  );
}

function keyOf(env: Env, options: SettingOptions, wrong: Wrong): KeySource | null {
  const passwordFile = given(env, "SESSION_KEYSTORE_PASSWORD_FILE");
  if (options.account !== undefined && options.keystore !== undefined) {
    return wrong("--account and --keystore: give one of them");
  }
  const named = options.account !== undefined || options.keystore !== undefined;
  const account = options.account ?? (named ? undefined : given(env, "SESSION_ACCOUNT"));
  if (account !== undefined) {
    const name = /^hardhat:([A-Za-z_]\w*)$/.exec(account)?.[1];
    if (name !== undefined) return { kind: "hardhat", name, passwordFile };
    return wrong("--account or SESSION_ACCOUNT: hardhat:NAME is wanted, with a name of Hardhat's keystore");
  }
  const file = options.keystore ?? given(env, "SESSION_KEYSTORE");
  if (file !== undefined) return { kind: "keystore", file, passwordFile };
  const privateKey = given(env, "SESSION_PRIVATE_KEY");
  if (privateKey === undefined) {
    return wrong("a key: set --account, --keystore or SESSION_PRIVATE_KEY");
  }
  const hex = privateKey.startsWith("0x") ? privateKey : `0x${privateKey}`;
  if (isHexString(hex, 32)) return { kind: "environment", privateKey: hex };
  return wrong("SESSION_PRIVATE_KEY: is not 32 bytes of hex"); // never shown
}

/** An empty variable counts as none. */
function given(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === "" ? undefined : value;
}

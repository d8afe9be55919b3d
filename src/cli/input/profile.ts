/**
 * Profiles: sessions that were named once, so that later commands need not be told node, address and first block again. They lie in
 * one file of the user's configuration, which nobody else may read: addresses of nodes may bear keys. Keys of accounts are never in it.
 */
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import * as z from "zod";

import { CliError } from "../cli-error.js";
import { InputError } from "../../input/errors.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { readTextIfThere } from "./files.js";
import { parseJson, problemsOf } from "../../input/json-text.js";

/** What later commands take from it. */
export interface Profile {
  /** JSON-RPC over HTTP. */
  readonly rpc: string;
  readonly chainId: number;
  /** Address of the session's vault. */
  readonly session: string;
  readonly factory: string;
  /** Of makers, where it is not the one that is known for the chain. */
  readonly makerFactory?: string | undefined;
  /** The block in which the session was made: nothing of it is in an earlier one. */
  readonly fromBlock: number;
  /** Where orders are handed to, if there is a relay. */
  readonly relay?: string | undefined;
}

export interface Profiles {
  /** The one that is in use. */
  readonly current?: string | undefined;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const NONE: Profiles = { profiles: {} };
const ADDRESS = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "is no address");
const FILE = z.strictObject({
  current: z.string().optional(),
  profiles: z.record(
    z.string(),
    z.strictObject({
      rpc: z.string(),
      chainId: z.int().positive(),
      session: ADDRESS,
      factory: ADDRESS,
      makerFactory: ADDRESS.optional(),
      fromBlock: z.int().nonnegative(),
      relay: z.string().optional(),
    }),
  ),
});

/** Folder of this program in the user's configuration. */
const FOLDER = "session-contracts";
const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;

/** Names an existing profile, and never is an address. */
export const PROFILE_NAME = /^[a-z][a-z0-9-]{0,39}$/;

type World = { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string };

/** SESSION_PROFILE_FILE, else a file in the user's configuration folder. @returns undefined if there is no such folder */
export function profileFile({ env, cwd }: World): string | undefined {
  const given = (name: string): string | undefined => (env[name] === "" ? undefined : env[name]);
  const named = given("SESSION_PROFILE_FILE");
  if (named !== undefined) return resolve(cwd, named);
  const home = given("HOME") ?? given("USERPROFILE");
  const config =
    given("XDG_CONFIG_HOME") ?? given("APPDATA") ?? (home === undefined ? undefined : join(home, ".config"));
  return config === undefined ? undefined : join(config, FOLDER, "profiles.json");
}

/** @throws CliError FILE_UNREADABLE, FILE_INVALID */
export function readProfiles(world: World): Profiles {
  const file = profileFile(world);
  const text = file === undefined ? undefined : readTextIfThere(world, file);
  if (file === undefined || text === undefined) return NONE;
  const result = FILE.safeParse(parseJson(file, text));
  if (result.success) return result.data;
  throw new InputError("FILE_INVALID", { file, problems: problemsOf(result.error) });
}

/** The one in use. @throws CliError FILE_UNREADABLE, FILE_INVALID */
export function currentProfile(world: World): Profile | undefined {
  const { current, profiles } = readProfiles(world);
  return current === undefined || !Object.hasOwn(profiles, current) ? undefined : profiles[current];
}

/**
 * The file is replaced as a whole, so that nobody reads half of it.
 * @returns where it is
 * @throws CliError FILE_UNWRITABLE, SETTINGS_INVALID if there is no place for it
 */
export function writeProfiles(world: World, profiles: Profiles): string {
  const file = profileFile(world);
  if (file === undefined) {
    throw new CliError("SETTINGS_INVALID", { problems: ["SESSION_PROFILE_FILE: is missing, and there is no HOME"] });
  }
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: OWN_FOLDER });
    writeFileSync(draft, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: OWN_FILE });
    chmodSync(draft, OWN_FILE); // whatever was left there under its name
    renameSync(draft, file);
  } catch (error) {
    discard(draft);
    throw new CliError("FILE_UNWRITABLE", { file, reason: messageOf(error) }, error);
  }
  return file;
}

/** Adds or replaces one, and puts it in use. @returns where the file is */
export function saveProfile(world: World, name: string, profile: Profile): string {
  const { profiles } = readProfiles(world);
  return writeProfiles(world, { current: name, profiles: { ...profiles, [name]: profile } });
}

/** @param instead which one is in use then if this one was; none by default */
export function forgetProfile(world: World, name: string, instead?: string): string {
  const { current, profiles } = readProfiles(world);
  const left = Object.fromEntries(Object.entries(profiles).filter(([other]) => other !== name));
  const next = current === name ? instead : current;
  return writeProfiles(world, { ...(next === undefined || next === name ? {} : { current: next }), profiles: left });
}

/** A draft that cannot be removed was not written either. */
function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    return;
  }
}

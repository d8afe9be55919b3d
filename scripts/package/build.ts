/** Builds the package in a folder of its own: what is published is not the checkout, and has a README of its own. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

import { writeArtifacts } from "./artifacts.js";
import { ROOT, run } from "./shell.js";
import { trimTypes } from "./trim-types.js";

export const PROFILES = ["production", "default"] as const;
export type Profile = (typeof PROFILES)[number];

/** Read by the relay when it opens its database. */
const MIGRATIONS = join("src", "relay", "store", "migrations");
const README = join("docs", "package.md");

/** The parts of our package.json that are read here. */
export interface Manifest {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest; // our own
}

/**
 * The types of the contracts are there already, as everywhere in the project: generating them again would pull them from under
 * whoever uses them meanwhile.
 * @param profile of the compiler; what is published is always `production`
 * @param to a folder, made anew
 * @throws Error with what a step printed
 */
export async function buildPackage(profile: Profile, to: string, onProgress: (message: string) => void): Promise<void> {
  const artifacts = join(ROOT, profile === "default" ? "artifacts" : `artifacts-${profile}`);
  rmSync(to, { recursive: true, force: true });
  const dist = join(to, "dist");
  mkdirSync(dist, { recursive: true });
  onProgress(`compiling the contracts (${profile})`);
  await run("hardhat", ["--no-typechain", "build", "--no-tests", "--quiet"], { env: { SESSION_PROFILE: profile } });
  onProgress("compiling the library");
  await run("tsc", ["-p", "tsconfig.build.json", "--outDir", dist]);
  const isRead = (path: string): boolean => !path.endsWith("_snapshot.json"); // those are for whoever writes the next one
  cpSync(join(ROOT, MIGRATIONS), join(dist, MIGRATIONS), { recursive: true, filter: isRead });
  trimTypes(join(dist, "typechain-types"));
  writeArtifacts(artifacts, dist);
  copyFiles(to);
}

/** What the manifest names besides `dist`, the manifest without what only a checkout needs, licence and README. */
function copyFiles(to: string): void {
  const manifest = readManifest();
  const unwanted = manifest.files.filter((file) => file.startsWith("!")).map((file) => file.slice(1));
  const filter = (path: string): boolean =>
    !unwanted.some((folder) => relative(ROOT, path).split(sep).join("/").startsWith(folder));
  const wanted = manifest.files.filter((file) => file !== "dist" && !file.startsWith("!"));
  for (const file of [...wanted, "LICENSE"]) cpSync(join(ROOT, file), join(to, file), { recursive: true, filter });
  cpSync(join(ROOT, README), join(to, "README.md"));
  const { scripts, devDependencies, allowScripts, ...rest } = { ...manifest } as Record<string, unknown>;
  for (const own of [scripts, devDependencies, allowScripts]) if (own === undefined) throw new Error("no such manifest");
  writeFileSync(join(to, "package.json"), `${JSON.stringify({ ...rest, private: undefined }, undefined, 2)}\n`);
}

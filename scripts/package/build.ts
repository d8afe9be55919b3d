/** Builds what the package ships besides sources: `dist/` with the library, its types, ABIs and deployable code. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

import { writeArtifacts } from "./artifacts.js";
import { ROOT, run } from "./shell.js";
import { trimTypes } from "./trim-types.js";

export const PROFILES = ["production", "default"] as const;
export type Profile = (typeof PROFILES)[number];

/** Read by the relay when it opens its database. */
const MIGRATIONS = join("src", "relay", "store", "migrations");

/** Not kept in a checkout: there the sources are the truth. */
export const DIST = join(ROOT, "dist");

/**
 * The types of the contracts are there already, as everywhere in the project: generating them again would pull them from under
 * whoever uses them meanwhile.
 * @param profile of the compiler; what is published is always `production`
 * @throws Error with what a step printed
 */
export async function buildPackage(profile: Profile, onProgress: (message: string) => void): Promise<void> {
  const artifacts = join(ROOT, profile === "default" ? "artifacts" : `artifacts-${profile}`);
  removeBuild();
  onProgress(`compiling the contracts (${profile})`);
  await run("hardhat", ["--no-typechain", "build", "--no-tests", "--quiet"], { env: { SESSION_PROFILE: profile } });
  onProgress("compiling the library");
  await run("tsc", ["-p", "tsconfig.build.json"]);
  const isRead = (path: string): boolean => !path.endsWith("_snapshot.json"); // those are for whoever writes the next one
  cpSync(join(ROOT, MIGRATIONS), join(DIST, MIGRATIONS), { recursive: true, filter: isRead });
  trimTypes(join(DIST, "typechain-types"), artifacts);
  writeArtifacts(artifacts, DIST);
}

export function removeBuild(): void {
  rmSync(DIST, { recursive: true, force: true });
}

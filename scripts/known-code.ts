/**
 * `npm run known-code`: writes which code is known (`src/bindings/known-code-table.ts`) from the artifacts of every profile, after a change
 * of contracts. Profiles that are not built keep the entries that they have, with --build they are compiled first.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import type { KnownCode } from "../src/bindings/known-code.js";
import { KNOWN_CODE } from "../src/bindings/known-code-table.js";
import { artifactsOf, knownCodeOf, PROFILES, type Profile, tableText } from "./known-code/table.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TABLE = join(ROOT, "src", "bindings", "known-code-table.ts");

const { values } = parseArgs({ options: { build: { type: "boolean", default: false } } });

function entriesOf(profile: Profile, version: string): readonly KnownCode[] {
  const folder = artifactsOf(ROOT, profile);
  if (values.build) build(profile);
  if (existsSync(folder)) return knownCodeOf(folder, `${version} ${profile}`);
  console.error(`${profile}: not built, its entries stay as they are`);
  return KNOWN_CODE.filter(({ build: name }) => name === `${version} ${profile}`);
}

function build(profile: Profile): void {
  const env = { ...process.env, SESSION_PROFILE: profile };
  const { status } = spawnSync("hardhat", ["--no-typechain", "build", "--no-tests", "--quiet"], {
    cwd: ROOT,
    env,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error(`the contracts do not compile (${profile}): see above`);
}

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string }; // npm's own file
// Sessions outlive versions: what other versions have made stays known.
const others = KNOWN_CODE.filter(({ build: name }) => !name.startsWith(`${version} `));
const entries = [...others, ...PROFILES.flatMap((profile) => entriesOf(profile, version))];
writeFileSync(TABLE, tableText(entries));
console.error(`${entries.length} contracts are known`);

/** An empty project of somebody else, with the packed package installed as anybody would. */
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { ROOT, run } from "./shell.js";

const CONSUMER = join(ROOT, "scripts/package/consumer");

export interface Packed {
  /** Path of the tarball. */
  readonly file: string;
  readonly bytes: number;
  /** Paths inside the package. */
  readonly files: readonly string[];
}

/** The part of `npm pack --json` that is read here. */
interface PackReport {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs what was built in a folder. */
export async function pack(folder: string, into: string): Promise<Packed> {
  const printed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", into], { cwd: folder });
  const [report] = JSON.parse(printed) as readonly PackReport[]; // as npm documents it
  if (report === undefined) throw new Error(`npm pack reported nothing: ${printed}`);
  const files = report.files.map(({ path }) => path);
  return { file: join(into, basename(report.filename)), bytes: report.size, files };
}

/** A folder that nothing of this project is above, so that only what was installed can be found. */
export function makeProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "session-package-"));
  cpSync(CONSUMER, folder, { recursive: true });
  const manifest = { name: "somebody-elses-project", version: "0.0.0", private: true, type: "module" };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

/** @param beside other packages, as NAME@VERSION */
export async function install(project: string, { file }: Packed, beside: readonly string[]): Promise<void> {
  const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  await run("npm", ["install", ...flags, file, ...beside], { cwd: project });
}

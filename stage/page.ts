/** Builds the page: static files, the same bytes from the same commit. */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const CONFIG = pathOf("../app/vite.config.ts");
const SUMS = "files.sha256";
const MANIFEST = "manifest.json";

/** `demo` has a wallet whose key everybody knows: for chains of this machine. */
export type PageMode = "production" | "demo";

/**
 * Also writes `files.sha256`, as `sha256sum` does, sorted by name.
 * @param folder where it goes; emptied first
 */
export async function buildPage(
  mode: PageMode,
  folder = pathOf(mode === "demo" ? "../dist/page-demo" : "../dist/page"),
): Promise<string> {
  await asForUsers(() => build({ configFile: CONFIG, mode, build: { outDir: folder } }));
  await sortManifest(join(folder, MANIFEST));
  await writeFile(join(folder, SUMS), await sumsOf(folder));
  return folder;
}

/** Libraries have more in them where NODE_ENV says something else, and a runner of tests sets it. */
async function asForUsers<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = before;
  }
}

/** Workers are built beside each other, and stand there in the order in which they were done. */
async function sortManifest(file: string): Promise<void> {
  const chunks = JSON.parse(await readFile(file, "utf8")) as Readonly<Record<string, unknown>>; // the bundler writes it so
  const sorted = Object.entries(chunks).sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(file, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
}

async function sumsOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== SUMS);
  const names = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll("\\", "/"));
  const lines = await Promise.all(
    names.sort().map(async (name) => {
      const hash = createHash("sha256").update(await readFile(join(folder, name)));
      return `${hash.digest("hex")}  ${name}\n`;
    }),
  );
  return lines.join("");
}

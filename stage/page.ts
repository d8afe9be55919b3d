/** Builds the page: static files, the same bytes from the same commit. */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const CONFIG = pathOf("../app/vite.config.ts");
const SUMS = "files.sha256";

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
  await build({ configFile: CONFIG, mode, build: { outDir: folder } });
  await writeFile(join(folder, SUMS), await sumsOf(folder));
  return folder;
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

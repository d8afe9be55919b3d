/**
 * `npm run page:build`: the page as static files, in `dist/page`, with the hash of each in `files.sha256`. The same commit makes the
 * same bytes.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

const CONFIG = fileURLToPath(new URL("../app/vite.config.ts", import.meta.url));
const SUMS = "files.sha256";

/** @param mode `demo` has a wallet whose key everybody knows @returns where the files are */
export async function buildPage(mode: "production" | "demo"): Promise<string> {
  await build({ configFile: CONFIG, mode });
  const folder = fileURLToPath(new URL(mode === "demo" ? "../dist/page-demo" : "../dist/page", import.meta.url));
  await writeFile(join(folder, SUMS), await sumsOf(folder));
  return folder;
}

/** As `sha256sum` writes them, sorted by name. */
async function sumsOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== SUMS);
  const names = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
  const lines = await Promise.all(
    names.map(async (name) => {
      const hash = createHash("sha256").update(await readFile(join(folder, name)));
      return `${hash.digest("hex")}  ${name.replaceAll("\\", "/")}\n`;
    }),
  );
  return lines.join("");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = await buildPage("production");
  console.log(`The page is in ${folder}.`);
}

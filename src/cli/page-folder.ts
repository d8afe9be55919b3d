/** Where the page lies that is served. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { CliContext } from "./context.js";
import { CliError } from "./cli-error.js";

/** In the package the folder above `src/`, in a checkout the one above that with what is built in `dist/`. */
const TOP = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** @param given of a page that was built elsewhere; this package's own by default @throws CliError PAGE_NOT_BUILT */
export function pageFolder({ cwd }: Pick<CliContext, "cwd">, given?: string): string {
  const wanted = given === undefined ? [join(TOP, "dist", "page"), join(TOP, "page")] : [resolve(cwd, given)];
  const found = wanted.find((one) => existsSync(join(one, "index.html")));
  if (found === undefined) throw new CliError("PAGE_NOT_BUILT", { folder: wanted[0] ?? "" });
  return found;
}

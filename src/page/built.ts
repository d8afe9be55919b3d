/** A page that has been built, as it lies in a folder. */
import { existsSync } from "node:fs";
import { join } from "node:path";

export const INDEX = "index.html";

/** Whether the page has been built there. */
export function isPage(folder: string): boolean {
  return existsSync(join(folder, INDEX));
}

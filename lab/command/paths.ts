import { resolve } from "node:path";

/** npm changes to the project's folder, and leaves a note of where it was called. */
export function pathFromCaller(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? process.cwd(), path);
}

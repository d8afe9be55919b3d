import { spawnSync } from "node:child_process";

/** Runs a study as its npm command does, without npm's own checks before it. */
export function startStudy(name: string, words: readonly string[], callerFolder?: string) {
  return spawnSync(process.execPath, ["--import", "tsx/esm", "lab/main.ts", name, ...words], {
    env: { ...process.env, INIT_CWD: callerFolder }, // left out if undefined
    encoding: "utf8",
  });
}

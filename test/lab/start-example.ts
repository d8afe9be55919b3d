import { spawnSync } from "node:child_process";

/** Runs an example as its npm command does, without npm's own checks before it. */
export function startExample(
  name: "stocks" | "rainfall" | "wettest-month",
  words: readonly string[],
  callerFolder?: string,
) {
  return spawnSync(process.execPath, ["--import", "tsx", `lab/${name}/main.ts`, ...words], {
    env: { ...process.env, INIT_CWD: callerFolder }, // left out if undefined
    encoding: "utf8",
  });
}

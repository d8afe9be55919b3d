/** Runs programs of this project, and shows what they printed when they fail. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The project's own folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const PATIENCE_MS = 300_000;
const MOST_OUTPUT = 64 * 1024 * 1024;
const execute = promisify(execFile);

export interface RunOptions {
  /** The project's folder by default. */
  readonly cwd?: string;
  /** Besides this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** @returns what the program wrote to its standard output. @throws Error with all it printed if it fails */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd = ROOT, env = {} } = options;
  try {
    const { stdout } = await execute(program, [...args], {
      cwd,
      env: { ...process.env, HARDHAT_DISABLE_TELEMETRY: "true", ...env },
      maxBuffer: MOST_OUTPUT,
      shell: process.platform === "win32", // npm and the programs of node_modules/.bin are .cmd files there
      timeout: PATIENCE_MS,
    });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string }; // as Node documents it
    throw new Error(`${[program, ...args].join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

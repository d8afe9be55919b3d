/** Runs relays as processes of their own, which can be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

export interface RelayProcess {
  readonly url: string;
  readonly pid: number;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Asks it to stop. @returns its exit status */
  stop(): Promise<number | null>;
  /** What it logged lately. */
  log(): string;
}

export interface RelayProcessOptions {
  readonly rpcUrl: string;
  /** As its flag takes it: one address, or several with commas between, or all. */
  readonly session: string;
  /** As its variable takes it: one key, or several with commas between. */
  readonly privateKey: string;
  readonly database: string;
  readonly flags?: readonly string[];
  readonly startTimeout?: number;
  /** Of Node itself, for a profile. */
  readonly nodeFlags?: readonly string[];
  /** The one processor core that it may use, by number; any if not given. */
  readonly core?: number;
}

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const START_TIMEOUT_MS = 60_000;
const LOG_KEPT = 20_000;

export async function startRelayProcess(options: RelayProcessOptions): Promise<RelayProcess> {
  const { rpcUrl, session, privateKey, database, flags = [] } = options;
  const words = ["--rpc", rpcUrl, "--session", session, "--database", database, "--port", "0", ...flags];
  const command = [process.execPath, ...(options.nodeFlags ?? []), await bundled(), ...words];
  const [program = "", ...rest] = options.core === undefined ? command : [...onCore(options.core), ...command];
  const child = spawn(program, rest, {
    cwd: PROJECT,
    env: { ...process.env, RELAY_PRIVATE_KEY: privateKey },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killWithParent = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", killWithParent);
  child.once("exit", () => process.removeListener("exit", killWithParent));
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString("utf8")).slice(-LOG_KEPT);
  });
  const url = await listening(child, options.startTimeout ?? START_TIMEOUT_MS, () => log);
  const gone = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
    return child.exitCode;
  };
  return {
    url,
    pid: child.pid ?? 0,
    kill: async () => {
      await gone("SIGKILL");
    },
    stop: () => gone("SIGTERM"),
    log: () => log,
  };
}

/** Words before a command that keep it on one core; they become the command itself, so that a signal reaches it. */
export function onCore(core: number): readonly string[] {
  return ["taskset", "--cpu-list", String(core)];
}

let bundle: Promise<string> | undefined;

/** The executable in one file of plain JavaScript, made once: a process starts several times as fast from it. */
function bundled(): Promise<string> {
  bundle ??= (async () => {
    const folder = join(PROJECT, "cache", "relay", String(process.pid));
    const outfile = join(folder, "main.mjs");
    const entryPoints = [join(PROJECT, "src", "relay", "main.ts")];
    await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external" });
    cpSync(join(PROJECT, "src", "relay", "store", "migrations"), join(folder, "migrations"), { recursive: true });
    process.once("exit", () => {
      rmSync(folder, { recursive: true, force: true });
    });
    return outfile;
  })();
  return bundle;
}

/** The relay prints one line of JSON when it listens. */
function listening(child: ChildProcess, timeout: number, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (what: string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`The relay ${what}. It logged:\n${log()}`));
    };
    const timer = setTimeout(() => {
      fail(`did not listen within ${timeout} ms`);
    }, timeout);
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (!output.includes("\n")) return;
      clearTimeout(timer);
      resolve((JSON.parse(output) as { url: string }).url); // as main.ts prints it
    });
    child.once("exit", (code) => {
      fail(`ended with ${String(code)}`);
    });
  });
}

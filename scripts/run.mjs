// What every npm script is: installs if needed, compiles if wanted, and runs a program with the words that follow.
//
//   node scripts/run.mjs [--build] [FILE.ts | PROGRAM] [WORD...]
//
// FILE.ts runs from source, PROGRAM is one of node_modules/.bin; both run on the Node version that the project pins. Without
// either it only prepares. Plain JavaScript for Node 18 and later: it has to run before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { ensureInstalled } from "./ensure-installed.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const binaries = join(root, "node_modules", ".bin");
const isWindows = process.platform === "win32"; // programs of node_modules/.bin are .cmd files there
const node = join(root, "node_modules", "node", "bin", isWindows ? "node.exe" : "node");
const pathKey = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
const env = { ...process.env, [pathKey]: `${binaries}${delimiter}${process.env[pathKey] ?? ""}` };

/** Most that a compiler may say. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * What the compiler prints goes to stderr: stdout belongs to the command that the user asked for. Warnings are shown only with
 * --verbose, or if it fails: whoever tries the project did not write the code.
 */
function build(isVerbose) {
  const words = ["build", "--no-tests", "--quiet"];
  if (!existsSync(join(root, "typechain-types", "index.ts"))) {
    process.stderr.write("Compiling the contracts, once: about a minute ...\n");
  }
  const stdio = isVerbose ? ["ignore", 2, 2] : ["ignore", "pipe", "pipe"];
  const { status, error, stdout, stderr } = spawnSync("hardhat", words, {
    ...{ cwd: root, env, shell: isWindows, stdio, maxBuffer: MOST_OUTPUT },
  });
  if (status === 0) return 0;
  if (error !== undefined) process.stderr.write(`hardhat: ${error.message}\n`);
  for (const printed of [stdout, stderr]) if (printed) process.stderr.write(printed);
  return status ?? 1;
}

/** Its status becomes this process's. A signal is handed on, unless the terminal has told the child already. */
function start(program, words) {
  const [command, args] = program.endsWith(".ts")
    ? [node, ["--import", "tsx/esm", program, ...words]]
    : [program, words];
  const child = spawn(command, args, { cwd: root, env, shell: isWindows && command !== node, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on("error", (error) => {
    process.stderr.write(`${command}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const words = process.argv.slice(2);
const wantsBuild = words[0] === "--build";
const [program, ...rest] = wantsBuild ? words.slice(1) : words;
const status = ensureInstalled() || (wantsBuild ? build(rest.includes("--verbose")) : 0);
if (status !== 0 || program === undefined) process.exitCode = status;
else start(program, rest);

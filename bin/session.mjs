#!/usr/bin/env node
// The package's executable: runs the built program, or in a checkout the sources. Plain JavaScript that old versions of Node
// can read, so that they hear what is missing.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const LEAST_NODE = 22;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src", "cli", "main.ts");
const built = join(root, "dist", "src", "cli", "main.js");
const tsx = join(root, "node_modules", "tsx", "dist", "esm", "api", "index.mjs");
const pinnedNode = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

const isCheckout = existsSync(source);
const isOld = Number(process.versions.node.split(".")[0]) < LEAST_NODE;

function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * In a process of its own, with the same words and streams. Its status is this one's, and what this one is told to do it is told,
 * unless the terminal has told it already.
 */
function runOn(node, words) {
  const child = spawn(node, words, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on("error", ({ message }) => {
    say(`session: ${message}`);
    process.exit(1);
  });
  child.on("exit", (status, signal) => {
    if (signal === null) process.exit(status ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Installs and compiles what a fresh clone lacks, as every npm command here does. What it prints goes to stderr. */
function prepare() {
  if (existsSync(tsx) && existsSync(join(root, "typechain-types", "index.ts"))) return;
  const words = [join(root, "scripts", "run.mjs"), "--build"];
  if (spawnSync(process.execPath, words, { cwd: root, stdio: ["ignore", 2, 2] }).status === 0) return;
  say("session: this checkout is not ready, see above.");
  process.exit(1);
}

if (isCheckout) {
  prepare();
  if (isOld) runOn(pinnedNode, process.argv.slice(1));
  else {
    const { register } = await import(pathToFileURL(tsx).href);
    register();
    await import(pathToFileURL(source).href);
  }
} else if (isOld) {
  say(`session: Node ${LEAST_NODE} or later is needed, this is ${process.versions.node}.`);
  process.exit(2);
} else {
  await import(pathToFileURL(built).href);
}

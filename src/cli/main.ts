/** The executable `session`: the only place that ends the process. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";

import { CliError } from "./cli-error.js";
import { runProgram } from "./program.js";

/** Asks on the terminal. What is typed is not shown: the reader's output goes nowhere. */
async function readSecret(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CliError("PASSWORD_MISSING");
  process.stderr.write(prompt);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await Promise.race([reader.question(""), givenUp(reader)]);
  } catch (error) {
    throw new CliError("PASSWORD_MISSING", {}, error);
  } finally {
    reader.close();
    process.stderr.write("\n");
  }
}

/** Anything but yes is no. */
async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CliError("CONFIRMATION_MISSING");
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await Promise.race([reader.question(`${question} [y/N] `), givenUp(reader)])).trim());
  } catch (error) {
    throw new CliError("NOT_CONFIRMED", {}, error);
  } finally {
    reader.close();
  }
}

/** Ctrl-C and Ctrl-D close the reader. Some versions of Node then reject its question, others never answer it. */
async function givenUp(reader: Interface): Promise<never> {
  await once(reader, "close");
  throw new Error("nothing was given");
}

function onInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  // A terminal that is closed says so by SIGHUP: whatever was started ends with it, too.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted.abort();
    });
  }
  if (process.env["npm_command"] === "exec") watchParent(interrupted);
  return interrupted.signal;
}

const PARENT_MS = 500;

/**
 * npx runs it in a shell of its own. What ends npx reaches the shell alone, and then this process has another parent; or it reaches npx
 * alone, and then the shell has.
 */
function watchParent(interrupted: AbortController): void {
  const { ppid } = process;
  const npx = isShell(ppid) ? parentOf(ppid) : undefined;
  const watching = setInterval(() => {
    if (process.ppid === ppid && (npx === undefined || parentOf(ppid) === npx)) return;
    clearInterval(watching);
    interrupted.abort();
  }, PARENT_MS);
  watching.unref();
}

/** Whether it runs the words that it was started with. Where the system does not tell, nobody knows. */
function isShell(pid: number): boolean {
  const [program = "", flag] = ofProcess(pid, "cmdline")?.split("\0") ?? [];
  return /(^|\/)(sh|bash|dash|zsh|ash)$/.test(program) && flag === "-c";
}

function parentOf(pid: number): number | undefined {
  const fields = ofProcess(pid, "stat")?.replace(/^.*\)/s, "").trim().split(" "); // its name may have blanks in it
  return fields?.[1] === undefined ? undefined : Number(fields[1]);
}

function ofProcess(pid: number, what: "cmdline" | "stat"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "utf8");
  } catch {
    return undefined;
  }
}

/** Ends when all of it is out: exiting would cut off what a pipe has not taken yet. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => {
    stream.write("", () => {
      done();
    });
  });
}

// Whoever reads the output may stop early, as `head` does: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const status = await runProgram(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdout: (text) => {
    process.stdout.write(text);
  },
  stderr: (text) => {
    process.stderr.write(text);
  },
  readSecret,
  confirm,
  onInterrupt,
});
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(status);

/** Runs the installed package's demonstration on a local node as anybody would, and the order that it prints. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { run } from "./shell.js";

/** What is read here of the one line that it prints. */
interface Settings {
  readonly environment: Readonly<Record<string, string>>;
  readonly next: readonly [string];
}

/** @throws Error if it does not start, does not say what it lacks, or what it prints cannot be traded with */
export async function tryDemo(project: string, nodeUrl: string): Promise<void> {
  await requireAdvice(project);
  // In a group of its own: npx runs it in a shell, which passes no signal on.
  const words = ["--no-install", "session", "demo", "--rpc", nodeUrl, "--no-relay", "--json"];
  const child = spawn("npx", words, { cwd: project, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString("utf8")));
  const ended = once(child, "close");
  try {
    const line = Promise.race([once(createInterface({ input: child.stdout }), "line"), ended.then(() => undefined)]);
    const [printed] = ((await line) ?? []) as readonly string[];
    if (printed === undefined) throw new Error("it ended");
    const { environment, next } = JSON.parse(printed) as Settings; // as the command prints it
    const [, ...trade] = next[0].split(" ");
    const traded = await run("npx", ["--no-install", "session", ...trade, "--json"], { cwd: project, env: environment });
    const { fills } = JSON.parse(traded) as { readonly fills: readonly { readonly lots: string }[] }; // as `session trade` answers
    const filled = fills.map(({ lots }) => lots).join();
    if (filled !== "200") throw new Error(`${filled} lots were filled, not 200`);
    if (child.exitCode !== null) throw new Error("it did not wait for an interrupt");
  } catch (error) {
    throw new Error(`npx session demo: ${String(error)}. It said:\n${log}`, { cause: error });
  } finally {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
  }
}

/** The package brings no node: it says so, and what to do. */
async function requireAdvice(project: string): Promise<void> {
  const said = await run("npx", ["--no-install", "session", "demo", "--json"], { cwd: project }).then(
    () => "it started",
    String,
  );
  if (!said.includes("LOCAL_NODE_MISSING") || !said.includes("--rpc")) {
    throw new Error(`without a node npx session demo said: ${said}`);
  }
}

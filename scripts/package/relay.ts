/** Runs the installed package's relay as anybody would, and has the project hand it an order. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { run } from "./shell.js";

/** What became of the order, as `consumer/relay.ts` prints it. */
export interface Relayed {
  readonly status: string;
  readonly tradeRootId: number;
  readonly rests: string;
}

/** One of the accounts that every node for tests has; the others are the organiser's and a trader's. */
const RELAY_KEY = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a";
const WANTED = { status: "onChain", rests: "7@3000", tooLate: "RELAY_ALREADY_SENT", unset: "RELAY_CONFIG_INVALID" };

/**
 * @param visit what else there is to do while the relay runs
 * @throws Error if the relay does not start, or the order does not come to the book, or the relay does not stop as asked
 */
export async function tradeThroughRelay(
  project: string,
  nodeUrl: string,
  session: string,
  visit: (url: string) => Promise<void>,
): Promise<Relayed> {
  const database = join(project, "relay-data");
  const words = ["relay", "--rpc", nodeUrl, "--session", session, "--database", database, "--port", "0", "--json"];
  // In a group of its own: npx runs it in a shell, which passes no signal on.
  const child = spawn("npx", ["--no-install", "session", ...words], {
    cwd: project,
    detached: true,
    env: { ...process.env, SESSION_PRIVATE_KEY: RELAY_KEY },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString("utf8")));
  const ended = once(child, "close"); // npx itself may be gone before the relay is
  const end = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  try {
    const url = await Promise.race([listening(child.stdout), ended.then(() => Promise.reject(new Error("it ended")))]);
    const printed = await run("node", ["out/relay.js", url, nodeUrl, session], { cwd: project });
    const outcome = JSON.parse(printed) as Relayed & Readonly<Record<string, unknown>>; // as relay.ts prints it
    for (const [name, value] of Object.entries(WANTED)) {
      if (outcome[name] !== value) throw new Error(`${name}: ${String(outcome[name])} instead of ${value}`);
    }
    await visit(url);
    end("SIGTERM");
    await ended;
    if (!log.includes('"relay stopped"')) throw new Error("it did not stop in good order");
    const { status, tradeRootId, rests } = outcome;
    return { status, tradeRootId, rests };
  } catch (error) {
    end("SIGKILL");
    throw new Error(
      `npx session relay: ${error instanceof Error ? error.message : String(error)}. It logged:\n${log}`,
      { cause: error },
    );
  }
}

/** Its answer is one document of several lines. */
async function listening(stdout: NodeJS.ReadableStream): Promise<string> {
  let printed = "";
  for await (const line of createInterface({ input: stdout })) {
    printed += line;
    if (line === "}") return (JSON.parse(printed) as { readonly url: string }).url; // as the command prints it
  }
  throw new Error(`it printed: ${printed}`);
}

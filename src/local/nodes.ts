/** Runs a local chain as a child process: for tests, and for whoever wants one that is surely gone afterwards. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ProtocolError } from "../protocol/amounts/errors.js";

export const NODE_KINDS = ["hardhat", "anvil"] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

export interface LocalNode {
  readonly kind: NodeKind;
  /** JSON-RPC over HTTP, on the loopback interface only. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends the process and resolves when it is gone; harmless when it is gone already. */
  stop(): Promise<void>;
}

export interface NodeOptions {
  /** 0, the default, lets the system choose a free port, so that two nodes never meet. */
  readonly port?: number;
  /** How long the node may take until it listens, in ms. */
  readonly startTimeout?: number;
  /** When its first block was made, seconds since 1970; now by default. Anvil alone can. */
  readonly startsAt?: number;
  /** Whether all but the last two blocks are final, instead of all but 64. Anvil alone can. */
  readonly isFinalSoon?: boolean;
}

const HOST = "127.0.0.1";
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
/** Both nodes print where they listen, the first as a URL, the second as address and port. */
const LISTENING = /(?:server at http:\/\/|Listening on )(127\.0\.0\.1:\d+)/;

const require = createRequire(import.meta.url);

/** A node that cannot be started here: it is no dependency of the package, only of a checkout. */
export class NodeMissingError extends ProtocolError {
  declare public readonly code: "LOCAL_NODE_MISSING";

  public constructor(kind: NodeKind, cause: unknown) {
    const advice = `It is not installed here. Start a local node of your own and name it with --rpc, or install one: npm install --save-dev ${PACKAGES[kind]}.`;
    super("LOCAL_NODE_MISSING", `LOCAL_NODE_MISSING(kind: ${kind}). ${advice}`, { retryable: false, cause });
  }
}

const PACKAGES: Readonly<Record<NodeKind, string>> = { hardhat: "hardhat", anvil: "@foundry-rs/anvil" };

/** Programs are started directly, never through a wrapper: a signal to the child must reach the node itself. */
function commandOf(
  kind: NodeKind,
  { port = 0, startsAt, isFinalSoon = false }: NodeOptions,
  folder: string,
): readonly [program: string, ...args: string[]] {
  if (kind === "hardhat") {
    const cli = require.resolve("hardhat/package.json").replace(/package\.json$/, "dist/src/cli.js");
    return [process.execPath, cli, "node", "--hostname", HOST, "--port", String(port)];
  }
  const start = startsAt === undefined ? [] : ["--timestamp", String(startsAt)];
  const soon = isFinalSoon ? ["--slots-in-an-epoch", "1"] : [];
  return [anvilBinary(), "--host", HOST, "--port", String(port), "--cache-path", folder, ...start, ...soon];
}

/** @throws NodeMissingError */
function installed(kind: NodeKind, options: NodeOptions, folder: string): ReturnType<typeof commandOf> {
  try {
    return commandOf(kind, options, folder);
  } catch (error) {
    throw new NodeMissingError(kind, error);
  }
}

/** The binary lies in a package of its own for each platform, beside the wrapper's. */
function anvilBinary(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const suffix = process.platform === "win32" ? ".exe" : "";
  const fromWrapper = createRequire(require.resolve("@foundry-rs/anvil/package.json"));
  return fromWrapper.resolve(`@foundry-rs/anvil-${process.platform}-${arch}/bin/anvil${suffix}`);
}

/** A folder for what a node writes to disk: anvil puts old states there, and leaves them where they are. */
function ownFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "session-node-"));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, remove };
}

/**
 * Starts a node and waits until it listens.
 * @throws NodeMissingError; Error with what the node printed if it ends or stays silent; the process is gone then
 */
export async function startNode(kind: NodeKind, options: NodeOptions = {}): Promise<LocalNode> {
  if (kind !== "anvil" && options.startsAt !== undefined)
    throw new RangeError(`${kind} starts now, and at no other time`);
  if (kind !== "anvil" && options.isFinalSoon === true) throw new RangeError(`${kind} says itself what is final`);
  const { folder, remove } = ownFolder();
  try {
    return await startIn(folder, kind, options, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

/** @param whenGone is called when the process is gone, or this one ends */
async function startIn(folder: string, kind: NodeKind, options: NodeOptions, whenGone: () => void): Promise<LocalNode> {
  const [program, ...args] = installed(kind, options, folder);
  const child = spawn(program, args, {
    env: { ...process.env, HARDHAT_DISABLE_TELEMETRY: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killWithParent = (): void => {
    child.kill("SIGKILL");
    whenGone();
  };
  process.once("exit", killWithParent);
  child.once("exit", () => {
    process.removeListener("exit", killWithParent);
    whenGone();
  });
  try {
    const address = await listeningAddress(kind, child, options.startTimeout ?? START_TIMEOUT_MS);
    if (child.pid === undefined) throw new Error(`${kind} has no process id`);
    const ended = once(child, "exit").then(() => undefined);
    return { kind, url: `http://${address}`, pid: child.pid, ended, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function listeningAddress(kind: NodeKind, child: ChildProcess, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (what: string, cause?: Error): void => {
      clearTimeout(timer);
      reject(new Error(`The ${kind} node ${what}. It printed:\n${output}`, { cause }));
    };
    const timer = setTimeout(() => {
      fail(`did not listen within ${timeout} ms`);
    }, timeout);
    const read = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
      const address = LISTENING.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      for (const stream of [child.stdout, child.stderr]) stream?.off("data", read).resume(); // what follows is not kept
      resolve(address);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error) => {
      fail("did not start", error);
    });
    child.once("exit", (code, signal) => {
      fail(`ended (${String(code ?? signal)})`);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const forced = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(forced);
}

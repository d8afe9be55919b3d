/**
 * Contracts of others, compiled from their npm packages with the compiler they were written for: what stands around a session is
 * tested against the real thing. Nothing is downloaded, and Hardhat's own build is not concerned: one more package in it would
 * change the metadata, and so the addresses, of all our code.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import type { InterfaceAbi } from "ethers";

/** Old compilers, by the names under which npm has installed them. */
export type OldCompiler = "solc-0.6.6" | "solc-0.8.19";

/** What is compiled, and how. */
export interface Order {
  readonly compiler: OldCompiler;
  /** Files as one imports them: `@chainlink/contracts/src/v0.6/FluxAggregator.sol`. What they import is found by itself. */
  readonly files: readonly string[];
  /** The compiler's own settings, but for the selection of what it puts out. */
  readonly settings?: {
    readonly optimizer?: { readonly enabled: boolean; readonly runs: number };
    readonly viaIR?: boolean;
    readonly evmVersion?: string;
  };
}

export interface Compiled {
  readonly abi: InterfaceAbi;
  /** Of the creation, from 0x; "0x" of interfaces and abstract contracts. */
  readonly bytecode: string;
}

/** The contracts that the files themselves have, by name. */
export type CompiledContracts = Readonly<Record<string, Compiled>>;

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const PACKAGES = join(ROOT, "node_modules");
/** Where results are kept, by a hash of all that they follow from. */
export const COMPILED_FOLDER = join(ROOT, "cache", "counterparts");

const DEFAULT_SETTINGS = { optimizer: { enabled: true, runs: 200 } };
const IMPORT = /^\s*import\s+(?:[^"';]*\s+from\s+)?["']([^"']+)["'][^;]*;/gm;
const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** What the compiler answers, as far as it is looked at. */
interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, OutputContract>>>>;
}

interface OutputContract {
  readonly abi: readonly Record<string, unknown>[];
  readonly evm: { readonly bytecode: { readonly object: string; readonly linkReferences: object } };
}

/**
 * Compiles, or reads what was compiled before. Several processes may do so at once: each writes a file of its own and renames it,
 * and all of them write the same.
 *
 * @param folder where results are kept
 * @throws Error with the compiler's words; of a contract that needs libraries linked; of two with one name
 */
export async function compileOld(order: Order, folder = COMPILED_FOLDER): Promise<CompiledContracts> {
  const input = {
    language: "Solidity",
    sources: await sourcesOf(order.files),
    settings: {
      ...DEFAULT_SETTINGS,
      ...order.settings,
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.bytecode.linkReferences"] } },
    },
  };
  const version = await versionOf(order.compiler);
  const key = createHash("sha256")
    .update(JSON.stringify([version, order.files, input]))
    .digest("hex");
  const path = join(folder, `${key}.json`);
  const known = await readIfThere(path);
  if (known !== undefined) return known;
  const found = pick(await run(order.compiler, input), order.files);
  await mkdir(folder, { recursive: true });
  const own = join(folder, `${key}.${randomUUID()}.tmp`);
  await writeFile(own, JSON.stringify(found));
  await rename(own, path);
  return found;
}

/** Every file that is needed, by the name under which it is imported; sorted, so that the same files are the same input. */
async function sourcesOf(files: readonly string[]): Promise<Record<string, { content: string }>> {
  const contents = new Map<string, string>();
  const waiting = [...files];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (contents.has(name)) continue;
    const content = await readFile(join(PACKAGES, name), "utf8");
    contents.set(name, content);
    for (const [, target] of content.replace(COMMENTS, "").matchAll(IMPORT)) {
      if (target !== undefined) waiting.push(importedFrom(name, target));
    }
  }
  const names = [...contents.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, { content: contents.get(name) ?? "" }]));
}

const importedFrom = (importer: string, target: string): string =>
  target.startsWith(".") ? posix.join(posix.dirname(importer), target) : target;

async function versionOf(compiler: OldCompiler): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(PACKAGES, compiler, "package.json"), "utf8"));
  return (manifest as { version: string }).version; // npm guarantees the field
}

async function readIfThere(path: string): Promise<CompiledContracts | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as CompiledContracts; // written below this folder by this file alone
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A thread of its own: these compilers listen to the process's errors, and never give their memory back. */
const IN_THREAD = `
  const { parentPort, workerData } = require("node:worker_threads");
  const solc = require(workerData.path);
  parentPort.postMessage(solc.compile(workerData.input));
`;

async function run(compiler: OldCompiler, input: object): Promise<Output> {
  const workerData = { path: join(PACKAGES, compiler), input: JSON.stringify(input) };
  const worker = new Worker(IN_THREAD, { eval: true, execArgv: [], workerData });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", (code) => {
        reject(new Error(`${compiler} ended with ${String(code)} and no answer`));
      });
    });
    return JSON.parse(answer) as Output; // the compiler's standard output
  } finally {
    await worker.terminate();
  }
}

function pick(output: Output, files: readonly string[]): CompiledContracts {
  const errors = (output.errors ?? []).filter((e) => e.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((e) => e.formattedMessage).join("\n"));
  const found: Record<string, Compiled> = {};
  for (const file of files) {
    for (const [name, contract] of Object.entries(output.contracts?.[file] ?? {})) {
      if (found[name] !== undefined) throw new Error(`two of the files have a contract ${name}: compile them apart`);
      const { object, linkReferences } = contract.evm.bytecode;
      if (Object.keys(linkReferences).length > 0) throw new Error(`${name} needs libraries linked`);
      found[name] = { abi: contract.abi, bytecode: `0x${object}` };
    }
  }
  return found;
}

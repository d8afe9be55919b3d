/**
 * `npm run deploy -- --rpc URL` (or `--network NAME` of hardhat.config.ts): compiles with the settings of a release, and runs
 * `session deploy`, which takes all other words; what was deployed on a public chain is noted in deployments.json.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { ROOT } from "./package/shell.js";

/** Chain ids of nodes on a developer's machine: what is deployed there is gone with them. */
const LOCAL_CHAINS: ReadonlySet<string> = new Set(["1337", "31337"]);

interface Place {
  readonly rpc: string;
  /** Undefined if the words or the environment name one, or the node signs. */
  readonly key?: string;
}

/** The words that are this script's; all others are the command's. */
function ownWords(words: readonly string[]) {
  const { tokens } = parseArgs({ args: [...words], strict: false, tokens: true });
  const own: Record<string, string> = {};
  const rest = [...words];
  for (const token of tokens.filter(({ kind }) => kind === "option").reverse()) {
    if (token.kind !== "option" || !["network", "profile"].includes(token.name)) continue;
    const isInline = token.value !== undefined && token.inlineValue;
    own[token.name] = isInline ? token.value : (words[token.index + 1] ?? "");
    rest.splice(token.index, isInline ? 1 : 2);
  }
  return { ...own, rest } as { readonly network?: string; readonly profile?: string; readonly rest: string[] };
}

/** Where a network of the configuration is, and whose key pays there. Imported only now: it reads SESSION_PROFILE. */
async function placeOf(network: string): Promise<Place> {
  const { default: hre } = await import("hardhat");
  const config = hre.config.networks[network];
  if (config?.type !== "http") {
    const known = Object.entries(hre.config.networks).filter(([, { type }]) => type === "http");
    throw new Error(
      `--network ${network} is none of ${known.map(([name]) => name).join(", ")}: name one, or use --rpc`,
    );
  }
  const [account] = Array.isArray(config.accounts) ? config.accounts : [];
  const key = account === undefined ? {} : { key: await account.getHexString() };
  return { rpc: await config.url.getUrl(), ...key };
}

function compile(profile: string): void {
  const words = ["build", "--no-tests", "--quiet", ...(profile === "default" ? [] : ["--no-typechain"])];
  const env = { ...process.env, SESSION_PROFILE: profile };
  const { status } = spawnSync("hardhat", words, {
    cwd: ROOT,
    env,
    stdio: ["ignore", 2, 2], // stdout is the command's
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("the contracts do not compile");
}

/** A local chain's deployment is nobody's business; --record overrules this. */
async function recording(rpc: string | undefined, words: readonly string[]): Promise<string[]> {
  if (rpc === undefined || words.some((word) => word === "--record" || word.startsWith("--record="))) return [];
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(rpc, { method: "POST", body, headers }).then(
    (response) => response.json(),
    () => undefined, // the command says what is wrong with the node
  );
  const chainId = (answer as { result?: string } | undefined)?.result ?? "31337";
  return LOCAL_CHAINS.has(String(Number(chainId))) ? [] : ["--record", join(ROOT, "deployments.json")];
}

async function main(): Promise<number> {
  const { network, profile = process.env["SESSION_PROFILE"] ?? "production", rest } = ownWords(process.argv.slice(2));
  process.env["SESSION_PROFILE"] = profile;
  const place = network === undefined ? undefined : await placeOf(network);
  if (!rest.includes("--help")) compile(profile);
  const given = rest.find((_word, at) => rest[at - 1] === "--rpc") ?? process.env["SESSION_RPC_URL"];
  const noted = await recording(place?.rpc ?? given, rest);
  const words = [...(place === undefined ? [] : ["--rpc", place.rpc]), ...rest, ...noted];
  const key = place?.key === undefined ? {} : { SESSION_PRIVATE_KEY: place.key };
  const { status } = spawnSync(process.execPath, ["--import", "tsx/esm", "src/cli/main.ts", "deploy", ...words], {
    cwd: ROOT,
    env: { ...process.env, ...key },
    stdio: "inherit",
  });
  return status ?? 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

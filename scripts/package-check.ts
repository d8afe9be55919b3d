/**
 * `npm run package:check`: packs the package, installs the tarball in an empty project as anybody would, and uses it there:
 * library, client, ABIs, deployable code, Solidity interfaces, command line, relay, and a page in a real browser. Ends with status 1
 * and the reason when anything of that fails. `--quick` takes the code of the daily compiler profile, and does without a
 * browser where there is none (never where CI is set); `--json` prints one document.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";

import { startNode } from "../src/local/nodes.js";
import { findBrowser } from "../stage/browser.js";
import { playInBrowser } from "./package/browser.js";
import { buildPackage, type Manifest, type Profile, readManifest } from "./package/build.js";
import { type Bundle, bundleForBrowser } from "./package/bundle.js";
import { tryDemo } from "./package/demo.js";
import { followGuide, type Made, requireLinks, writeGuide } from "./package/guide.js";
import { install, makeProject, pack, type Packed } from "./package/project.js";
import { run } from "./package/shell.js";
import { type Relayed, tradeThroughRelay } from "./package/relay.js";
import { compileContracts } from "./package/solidity.js";

/** What must be in the tarball, and what must not. */
const WANTED = [
  "dist/src/protocol/index.js",
  "dist/src/protocol/index.d.ts",
  "dist/src/client/index.js",
  "dist/abi/IOrderBook.json",
  "dist/abi/orderBookAbi.d.ts",
  "dist/abi/ISetRouter.json",
  "dist/abi/setRouterAbi.d.ts",
  "dist/abi/lmsrMakerAbi.d.ts",
  "dist/abi/lmsrMakerFactoryAbi.d.ts",
  "deployments.json",
  "dist/artifacts/OrderBook.json",
  "contracts/interfaces/IOrderBook.sol",
  "contracts/Types.sol",
  "README.md",
  "LICENSE",
  "SECURITY.md",
  "docs/protocol.md",
  "docs/relay.md",
  "dist/src/relay/store/migrations/meta/_journal.json",
];
const UNWANTED = /(^|\/)(mocks|test|scripts|lab|stage|trials|node_modules|cache|bench)\/|^src\//;

/** Code that a constructor leaves: a page needs none. */
const BYTECODE = /0x6080[0-9a-f]{1000}/;

/** Of ours, what runs on Node alone, and what a page that does not use it should not load. */
const NOT_FOR_PAGES = /dist\/(src\/(relay|cli|verify)|typechain-types)\//;

/** What a page may weigh, gzipped bytes: of one that asks a relay, and of one that trades on the chain. */
const MOST_BYTES = { "page.ts": 118_000, "trader-page.ts": 130_000 } as const;

interface Checked {
  readonly tarballBytes: number;
  readonly files: number;
  readonly played: unknown;
  readonly traded: Made & { readonly session: string };
  readonly verified: unknown;
  readonly relayed: Relayed;
  readonly bundleBytes: number;
  readonly bundleGzipBytes: number;
  /** Of a page that trades on the chain by itself. */
  readonly traderGzipBytes: number;
  /** Name and version; absent if none was there. */
  readonly browser?: string;
  readonly seconds: number;
}

const startedAt = performance.now();

function say(message: string): void {
  console.error(`[${((performance.now() - startedAt) / 1000).toFixed(1)} s] ${message}`);
}

function requireContents({ files }: Packed, wanted: readonly string[]): void {
  const missing = wanted.filter((path) => !files.includes(path));
  const unwanted = files.filter((path) => UNWANTED.test(path));
  if (missing.length > 0) throw new Error(`the tarball lacks ${missing.join(", ")}`);
  if (unwanted.length > 0) throw new Error(`the tarball should not have ${unwanted.join(", ")}`);
}

/** @param visit the relay, while it runs, and what `out/main.js` has played */
async function useOnNode(
  project: string,
  visit: (relayUrl: string, played: unknown) => Promise<void>,
): Promise<Pick<Checked, "played" | "traded" | "verified" | "relayed">> {
  const node = await startNode("anvil");
  try {
    const printed = await run("node", ["out/main.js", node.url], { cwd: project });
    const outcome = JSON.parse(printed) as Pick<Checked, "played" | "traded">; // as main.ts prints it
    say("verifying that session by its logs");
    const verified = await run("node", ["out/verify.js", node.url, outcome.traded.session], { cwd: project });
    const report = JSON.parse(verified) as { readonly verdict: string }; // as verify.ts prints it
    if (report.verdict !== "holds") throw new Error(`the verifier does not hold: ${verified}`);
    say("running its relay, and handing it an order");
    const relayed = await tradeThroughRelay(project, node.url, outcome.traded.session, (url) =>
      visit(url, outcome.played),
    );
    say("following the guide"); // last: it moves the clock beyond the end of that session
    await followGuide(project, node.url, outcome.traded);
    say("running its demonstration, and the order that it prints");
    await tryDemo(project, node.url);
    return { ...outcome, verified: report, relayed };
  } finally {
    await node.stop();
  }
}

/** @throws Error if a page got heavier than it may, or loads code for deployment */
async function weigh(project: string, page: keyof typeof MOST_BYTES): Promise<Bundle> {
  const bundle = await bundleForBrowser(page, { cwd: project });
  if (bundle.imports.length > 0) throw new Error(`the bundle of ${page} still imports ${bundle.imports.join(", ")}`);
  if (BYTECODE.test(bundle.code)) throw new Error(`the bundle of ${page} has bytecode in it`);
  const most = MOST_BYTES[page];
  if (bundle.gzipBytes > most) throw new Error(`${page} weighs ${bundle.gzipBytes} bytes gzipped, more than ${most}`);
  return bundle;
}

async function useInBrowser(
  project: string,
  relayUrl: string,
  played: unknown,
  isOptional: boolean,
): Promise<Partial<Checked>> {
  const { code, bytes, gzipBytes, modules } = await weigh(project, "page.ts");
  const trading = await weigh(project, "trader-page.ts");
  const foreign = modules.filter((path) => NOT_FOR_PAGES.test(path));
  if (foreign.length > 0) throw new Error(`the page should not have ${foreign.join(", ")}`);
  const sizes = { bundleBytes: bytes, bundleGzipBytes: gzipBytes, traderGzipBytes: trading.gzipBytes };
  const executable = findBrowser();
  if (executable === undefined) {
    if (!isOptional) throw new Error("there is no browser: install Chromium (Debian: chromium), or set CHROMIUM_PATH");
    say("no browser on this machine: the page was bundled, not run");
    return sizes;
  }
  say("running the page in a browser");
  const outcome = await playInBrowser(executable, code, relayUrl);
  const expected = JSON.stringify(played);
  if (outcome.played !== expected) throw new Error(`the browser played ${outcome.played}, Node ${expected}`);
  const { link } = (await (await fetch(`${relayUrl}/v1/link`)).json()) as { readonly link: string }; // as relays answer
  const asked = JSON.stringify({ link, type: "snapshot" });
  if (outcome.asked !== asked) throw new Error(`the browser heard ${outcome.asked} of the relay, Node ${asked}`);
  return { ...sizes, browser: outcome.browser };
}

/** Every single file that the manifest promises. */
function promisedFiles({ bin, exports }: Manifest): string[] {
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  return [...Object.values(bin), ...targets]
    .filter((path) => !path.includes("*"))
    .map((path) => path.replace("./", ""));
}

async function useCommandLine(project: string): Promise<void> {
  const help = await run("npx", ["--no-install", "session", "--help"], { cwd: project });
  if (!help.includes("verify")) throw new Error(`npx session --help printed: ${help}`);
}

async function check(profile: Profile, isBrowserOptional: boolean): Promise<Checked> {
  const manifest = readManifest();
  const folder = mkdtempSync(join(tmpdir(), "session-tarball-"));
  let project = "";
  try {
    const built = join(folder, "package");
    await buildPackage(profile, built, say);
    requireLinks(built);
    project = makeProject();
    const packed = await pack(built, folder);
    requireContents(packed, [...WANTED, ...promisedFiles(manifest)]);
    say(`installing ${packed.files.length} files, ${packed.bytes} bytes, in an empty project`);
    const { dependencies, devDependencies } = manifest;
    await install(project, packed, [`ethers@${dependencies["ethers"]}`, `viem@${devDependencies["viem"]}`]);
    writeGuide(project, built);
    say("compiling its contracts and types");
    compileContracts(project);
    await run("tsc", ["-p", project]);
    await run("tsc", ["-p", join(project, "tsconfig.viem.json")]); // viem's types name those of a browser
    say("playing a session there, without a chain and on a node");
    let inBrowser: Partial<Checked> = {};
    const used = await useOnNode(project, async (relayUrl, played) => {
      inBrowser = await useInBrowser(project, relayUrl, played, isBrowserOptional);
    });
    say("asking its command line for help");
    await useCommandLine(project);
    const sizes = {
      bundleBytes: 0,
      bundleGzipBytes: 0,
      traderGzipBytes: 0,
      tarballBytes: packed.bytes,
      files: packed.files.length,
    };
    return { ...sizes, ...used, ...inBrowser, seconds: Math.round((performance.now() - startedAt) / 100) / 10 };
  } finally {
    for (const made of [project, folder]) rmSync(made, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
  });
  const isBrowserOptional = values.quick && process.env["CI"] === undefined;
  try {
    const checked = await check(values.quick ? "default" : "production", isBrowserOptional);
    const { files, tarballBytes, bundleGzipBytes, traderGzipBytes, browser = "no browser", seconds } = checked;
    const sizes = `${files} files, ${tarballBytes} bytes; the page ${bundleGzipBytes} bytes gzipped, one that trades ${traderGzipBytes}`;
    console.log(values.json ? JSON.stringify(checked) : `the package works: ${sizes}, in ${browser}; ${seconds} s`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

process.exitCode = await main();

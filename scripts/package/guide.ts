/** The programs that the package's documents show: they are compiled in the project of somebody else, and run there. */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { JsonRpcProvider } from "ethers";

import { run } from "./shell.js";

const PROGRAM = /^```ts (\w+)\.ts\n([\s\S]*?)^```$/gm;
const ANY_PROGRAM = /^```ts\b/gm;
const LINK = /\]\(([^)#\s]+)(?:#[^)]*)?\)/g;
/** Of every node for tests: its first account made the assets. */
const KEYS = {
  KEY: "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  OTHER_KEY: "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
};
const OTHER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
/** Documents whose code is a part of something: their blocks have no name. */
const IN_PARTS = new Set(["relay.md"]);

/** Writes each program to `guide/` of the project. @returns their names. @throws Error if a block of TypeScript has none */
export function writeGuide(project: string, documents: string): string[] {
  return globSync(["README.md", "docs/*.md"], { cwd: documents }).flatMap((page) => {
    const text = readFileSync(join(documents, page), "utf8");
    const programs = [...text.matchAll(PROGRAM)].map(([, name = "", code = ""]) => {
      writeFileSync(join(project, `guide-${name}.ts`), code);
      return name;
    });
    const blocks = [...text.matchAll(ANY_PROGRAM)].length;
    if (blocks !== programs.length && !IN_PARTS.has(basename(page))) throw new Error(`${page} has code without a name`);
    return programs;
  });
}

/** @throws Error with every link of a packed document that leads to no packed file */
export function requireLinks(folder: string): void {
  const dead = globSync(["*.md", "docs/*.md"], { cwd: folder }).flatMap((page) =>
    [...readFileSync(join(folder, page), "utf8").matchAll(LINK)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(folder, dirname(page), target)))
      .map((target) => `${page} → ${target}`),
  );
  if (dead.length > 0) throw new Error(`documents of the package link to what is not in it: ${dead.join(", ")}`);
}

/** What `consumer/chain.ts` has made. */
export interface Made {
  readonly factory: string;
  readonly assets: readonly string[];
}

/** Runs the guide from its beginning to its end. @returns the session that it made. @throws Error with what was not as it says */
export async function followGuide(project: string, url: string, { factory, assets }: Made): Promise<string> {
  const play = async (name: string, ...words: string[]): Promise<Record<string, unknown>> =>
    JSON.parse(await run("node", [`out/guide-${name}.js`, url, ...words], { cwd: project, env: KEYS })) as Record<
      string,
      unknown
    >; // as the programs print it
  const { session, t1, t2 } = await play("organise", ...assets, OTHER, factory);
  const address = String(session);
  await moveTo(url, Number(t1));
  const traded = await play("trade", address);
  requireSame("the guide's trades", traded, {
    best: ["100@5600"],
    position: ["200", "0"],
    claims: ["500090000000000000000", "499890000000000000000"],
    refused: "Book_NonceUsed",
  });
  const { link, checkpoints } = await play("viem", address);
  const checked = await play("check", address);
  requireSame("what viem and the verifier say", { link: checked["link"], verdict: checked["verdict"] }, { link, verdict: "holds" });
  if (Number(checkpoints) === 0) throw new Error("viem read no checkpoint");
  requireSame("the README's program", await play("quick", address), { levels: 0, trader: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266" });
  requireSame("a key that was lent", await play("keys", address), {
    results: ["accepted", "Book_SignatureInvalid"],
    late: "Book_SignatureInvalid",
    left: "0",
  });
  await moveTo(url, Number(t2));
  requireSame("what is left after the guide's exit", await play("exit", address), { claims: ["0", "0"] });
  return address;
}

async function moveTo(url: string, second: number): Promise<void> {
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true });
  await provider.send("evm_setNextBlockTimestamp", [second]);
  await provider.send("evm_mine", []);
  provider.destroy();
}

function requireSame(what: string, actual: object, expected: object): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${what}: ${is} instead of ${should}`);
}

/**
 * `npm run clear-signing`: writes the ERC-7730 descriptors into `clear-signing/`, for the session of the vectors. With `--session`,
 * `--book` and `--chain-id` it writes a folder for a pull request to the registry, ethereum/clear-signing-erc7730-registry, where
 * a session's contracts have to be verified at Sourcify first.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { getAddress } from "ethers";
import { format, resolveConfig } from "prettier";

import type { Target } from "../src/client/clear-signing/descriptor.js";
import { knownFactory } from "../src/deployment/known.js";
import { clearSigningFolder } from "./clear-signing/folder.js";

export const FOLDER = fileURLToPath(new URL("../clear-signing", import.meta.url));

/** @throws Error that names what is missing or wrong */
export function targetOf(words: readonly string[]): { readonly target: Target | undefined; readonly out: string } {
  const text = { type: "string" } as const;
  const options = { session: text, book: text, "chain-id": text, factory: text, symbol: text, out: text };
  const { values } = parseArgs({ args: [...words], options, strict: true });
  const { session, book, "chain-id": chain, factory, symbol, out } = values;
  if ([session, book, chain, factory, symbol].every((value) => value === undefined)) {
    return { target: undefined, out: out === undefined ? FOLDER : resolve(out) };
  }
  if (session === undefined || book === undefined || chain === undefined) {
    throw new Error("a session's files need --session, --book and --chain-id");
  }
  if (!/^[1-9]\d{0,15}$/.test(chain)) throw new Error(`--chain-id ${chain}: a whole number from 1 on`);
  const chainId = Number(chain);
  const target = {
    chainId,
    session: getAddress(session),
    book: getAddress(book),
    factory: factory === undefined ? knownFactory(BigInt(chainId)) : getAddress(factory),
    ...(symbol !== undefined && { symbol }),
  };
  return {
    target,
    out: resolve(out ?? join("registry", `session-contracts-${chainId}-${target.session.toLowerCase()}`)),
  };
}

/** File → its text, as they are written. */
export async function clearSigningTexts(target: Target | undefined): Promise<ReadonlyMap<string, string>> {
  const config = await resolveConfig(join(FOLDER, "x.json"));
  const files = [...clearSigningFolder(target)].map(
    async ([name, value]) => [name, await format(JSON.stringify(value), { ...config, parser: "json" })] as const,
  );
  return new Map(await Promise.all(files));
}

async function main(): Promise<void> {
  const { target, out } = targetOf(process.argv.slice(2));
  const texts = await clearSigningTexts(target);
  if (out === FOLDER) await rm(out, { recursive: true, force: true });
  for (const [name, text] of texts) {
    const file = join(out, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  console.log(`${texts.size} files are in ${out}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

/**
 * Fits the generated contract types to the package: without the contracts that only tests need, and with factories that connect and
 * read, but hold no bytecode. Whoever deploys takes the artifacts; whoever reads an error should not load them.
 */
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const MOCKS = "mocks";
const ABI = /const _abi = \[\n[\s\S]*?\n\];\n/;
const ABI_TYPE = / {4}static readonly abi: readonly \[[\s\S]*?\n {4}\}?\];\n/;
/** A constructor that takes a struct brings its type along, which nobody needs who does not deploy. */
const TYPES = /^import type \{ (\w+), \w+Interface(?:, \w+)* \} from "[^"]+";$/m;

/** @param types the compiled types */
export function trimTypes(types: string): void {
  for (const folder of [MOCKS, join("factories", MOCKS)]) rmSync(join(types, folder), { recursive: true, force: true });
  for (const file of globSync("**/*.{js,d.ts}", { cwd: types })) {
    const path = join(types, file);
    const text = readFileSync(path, "utf8");
    const trimmed = basename(file).includes("__factory.") ? withoutBytecode(file, text) : withoutMocks(text);
    if (trimmed !== text) writeFileSync(path, trimmed);
  }
}

/** Generated indexes have one line for each import or export. */
function withoutMocks(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.includes(`/${MOCKS}/`) && !line.includes(`{ ${MOCKS} }`))
    .join("\n");
}

/** The form that TypeChain gives the factory of an interface, which has no code either. */
export function withoutBytecode(file: string, text: string): string {
  if (!text.includes(" extends ContractFactory ")) return text;
  const name = basename(file).replace(/__factory\.(js|d\.ts)$/, "");
  if (file.endsWith(".d.ts")) return typeOf(name, part(file, TYPES, text), part(file, ABI_TYPE, text));
  return [
    'import { Contract, Interface } from "ethers";\n',
    part(file, ABI, text),
    `export class ${name}__factory {\n`,
    "    static abi = _abi;\n",
    "    static createInterface() {\n        return new Interface(_abi);\n    }\n",
    "    static connect(address, runner) {\n        return new Contract(address, _abi, runner);\n    }\n",
    "}\n",
  ].join("");
}

function typeOf(name: string, importLine: string, abi: string): string {
  return [
    'import type { ContractRunner } from "ethers";\n',
    `${importLine}\n`,
    `export declare class ${name}__factory {\n`,
    abi,
    `    static createInterface(): ${name}Interface;\n`,
    `    static connect(address: string, runner?: ContractRunner | null): ${name};\n`,
    "}\n",
  ].join("");
}

function part(file: string, pattern: RegExp, text: string): string {
  const [found] = pattern.exec(text) ?? [];
  if (found === undefined) throw new Error(`${file} is not of the form that TypeChain has given it so far`);
  return found;
}

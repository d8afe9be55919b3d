/**
 * Fits the generated contract types to the package: without the contracts that only tests need, and with the bytecode of the
 * artifacts that are shipped beside them, whatever profile the types were generated from.
 */
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";

import { bytecodeOf } from "./artifacts.js";

const MOCKS = "mocks";
/** The literal in a factory and in its declaration. */
const BYTECODE = /"0x[0-9a-f]{64,}"/g;
const FACTORY = /^factories\/((?:\w+\/)*)(\w+)__factory(?:\.d\.ts|\.js)$/;

/** @param types the compiled types. @param artifacts Hardhat's artifacts folder of the wanted profile */
export function trimTypes(types: string, artifacts: string): void {
  for (const folder of [MOCKS, join("factories", MOCKS)]) rmSync(join(types, folder), { recursive: true, force: true });
  for (const file of globSync("**/*.{js,d.ts}", { cwd: types })) {
    const path = join(types, file);
    const text = readFileSync(path, "utf8");
    const trimmed = withBytecode(file.replaceAll(sep, "/"), withoutMocks(text), artifacts);
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

function withBytecode(file: string, text: string, artifacts: string): string {
  const [, folder = "", name] = FACTORY.exec(file) ?? [];
  if (name === undefined || !BYTECODE.test(text)) return text;
  return text.replace(BYTECODE, JSON.stringify(bytecodeOf(artifacts, `${folder}${name}.sol/${name}.json`)));
}

/** ABIs as modules whose types are their values: what viem, wagmi and abitype infer names and arguments from. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The constant that an interface's ABI is called by: IOrderBook, orderBookAbi. */
export function constantOf(name: string): string {
  const plain = /^I[A-Z]/.test(name) ? name.slice(1) : name;
  return `${plain.charAt(0).toLowerCase()}${plain.slice(1)}Abi`;
}

/** Writes `NAME.js` and `NAME.d.ts` for each, and an index of all: a bundle keeps what it uses. */
export function writeAbiModules(abis: ReadonlyMap<string, unknown>, to: string): void {
  mkdirSync(to, { recursive: true });
  const constants = [...abis].map(([name, abi]) => {
    const constant = constantOf(name);
    writeFileSync(join(to, `${constant}.js`), `export const ${constant} = ${JSON.stringify(abi)};\n`);
    writeFileSync(join(to, `${constant}.d.ts`), `export declare const ${constant}: ${literalType(abi)};\n`);
    return constant;
  });
  const index = constants.map((constant) => `export { ${constant} } from "./${constant}.js";\n`).join("");
  for (const ending of [".js", ".d.ts"]) writeFileSync(join(to, `index${ending}`), index);
}

/** The type of a JSON value under `as const`. */
export function literalType(value: unknown): string {
  if (Array.isArray(value)) return `readonly [${value.map(literalType).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `readonly ${JSON.stringify(name)}: ${literalType(field)}`);
  return `{ ${fields.join("; ")} }`;
}

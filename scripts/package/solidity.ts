/** Compiles a project's contracts with solc, imports resolved as Node resolves them: through the package's exports. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

interface Solc {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
}

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Readonly<
    Record<string, Record<string, { readonly abi: unknown; readonly evm: { readonly bytecode: { object: string } } }>>
  >;
}

/** Writes `compiled/NAME.json` for each contract of `contracts/`. @returns their names. @throws Error with solc's errors */
export function compileContracts(project: string): string[] {
  const solc = createRequire(import.meta.url)("solc") as Solc; // it has no types of its own
  const fromProject = createRequire(join(project, "package.json"));
  const own = readdirSync(join(project, "contracts"));
  const sources = Object.fromEntries(
    own.map((file) => [file, { content: readFileSync(join(project, "contracts", file), "utf8") }]),
  );
  const settings = { evmVersion: "cancun", outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } };
  const findImport = (path: string): { contents: string } | { error: string } => {
    try {
      return { contents: readFileSync(fromProject.resolve(path), "utf8") };
    } catch (error) {
      return { error: String(error) };
    }
  };
  const input = JSON.stringify({ language: "Solidity", sources, settings });
  const output = JSON.parse(solc.compile(input, { import: findImport })) as Output; // as solc documents it
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  mkdirSync(join(project, "compiled"), { recursive: true });
  return own.flatMap((file) =>
    Object.entries(output.contracts[file] ?? {}).map(([name, { abi, evm }]) => {
      const artifact = { abi, bytecode: `0x${evm.bytecode.object}` };
      writeFileSync(join(project, "compiled", `${name}.json`), JSON.stringify(artifact));
      return name;
    }),
  );
}

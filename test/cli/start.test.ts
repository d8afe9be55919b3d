import { build } from "esbuild";
import { expect } from "chai";

/** Each takes tens to hundreds of milliseconds to load, and a few commands alone need it. */
const LATE = ["fastify", "@fastify/static", "hyparquet", "hyparquet-writer", "pg", "drizzle-orm", "pino"];
const ENTRY = "src/cli/main.ts";

/** Packages that are loaded with the program, whatever the command: what its files import, and theirs, but what is imported later. */
async function loadedAtStart(): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    ...{ entryPoints: [ENTRY], bundle: true, platform: "node", format: "esm", packages: "external" },
    ...{ metafile: true, write: false, outdir: "out", logLevel: "silent" },
  });
  const packages = new Set<string>();
  const seen = new Set<string>();
  const follow = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind !== "import-statement") continue;
      if (external === true) packages.add(path);
      else follow(path);
    }
  };
  follow(ENTRY);
  return packages;
}

describe("The program `session`", () => {
  it("loads no server, no database and no Parquet before a command asks for one", async () => {
    const packages = await loadedAtStart();
    expect(packages.has("commander"), "else nothing was looked at").to.equal(true);
    expect(LATE.filter((name) => packages.has(name))).to.deep.equal([]);
  });
});

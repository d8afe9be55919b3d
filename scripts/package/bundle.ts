/** Bundles an entry for browsers, and says what of whom got into it. */
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

export interface Bundle {
  readonly code: string;
  /** Minified, before and after gzip. */
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Paths of the modules of which anything was kept, as esbuild names them. */
  readonly modules: readonly string[];
  /** What it would still import when it runs; none if it is complete. */
  readonly imports: readonly string[];
}

export interface BundleOptions {
  /** Where bare imports are resolved from. */
  readonly cwd: string;
  /** The global that gets the entry's exports; none by default. */
  readonly globalName?: string;
}

/** Nothing is external, and Node's own modules do not exist. @throws what esbuild says of the first import that it cannot have */
export async function bundleForBrowser(entry: string, { cwd, globalName }: BundleOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: cwd,
    bundle: true,
    entryPoints: [entry],
    format: "iife",
    logLevel: "silent",
    metafile: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    write: false,
    ...(globalName === undefined ? {} : { globalName }),
  });
  const code = outputFiles[0]?.text ?? "";
  const [output] = Object.values(metafile.outputs);
  const modules = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    code,
    bytes: Buffer.byteLength(code),
    gzipBytes: gzipSync(code).length,
    modules: modules.map(([path]) => path),
    imports: (output?.imports ?? []).map(({ path }) => path),
  };
}

/** How the page is built: static files with relative addresses, the same bytes from the same commit. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

import { contentPolicy } from "../src/page/policy.js";
import { STYLE_HASHES } from "./style-hashes.js";

const root = fileURLToPath(new URL(".", import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Where there are no headers, on IPFS or from a plain file server, the page brings its policy itself. */
function policyElement(): Plugin {
  return {
    name: "content-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: contentPolicy({ styleHashes: STYLE_HASHES }) },
        injectTo: "head-prepend",
      },
    ],
  };
}

/**
 * zod is told that it may not make functions of text before any schema is made: in its own chunk, which all that have schemas load. The
 * package says of its modules that they do nothing by themselves; this one does, and would be left out.
 */
function withoutEval(): Plugin {
  return {
    name: "without-eval",
    transform: { filter: { id: /without-eval/ }, handler: (code) => ({ code, map: null, moduleSideEffects: true }) },
  };
}

/** What a worker never does is not in it. */
function withoutKeys(): Plugin {
  const instead = fileURLToPath(new URL("without-keys.ts", import.meta.url));
  return {
    name: "without-keys",
    enforce: "pre",
    resolveId: { filter: { id: /\/signing-key\.js$/ }, handler: () => instead },
  };
}

export default defineConfig(({ mode }) => ({
  root,
  base: "./",
  mode,
  clearScreen: false,
  logLevel: "warn",
  plugins: [react(), policyElement(), withoutEval()],
  resolve: { alias: { "@adraffy/ens-normalize": fileURLToPath(new URL("without-names.ts", import.meta.url)) } },
  define: {
    __VERSION__: JSON.stringify(version),
    /** Whether it has a wallet whose key everybody knows: never in what is published. */
    __DEMO__: JSON.stringify(mode === "demo"),
  },
  worker: { format: "es", plugins: () => [withoutEval(), withoutKeys()] },
  build: {
    outDir: fileURLToPath(new URL(mode === "demo" ? "../dist/page-demo" : "../dist/page", import.meta.url)),
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "zod", test: /node_modules[\\/]zod[\\/]|without-eval/ }] } },
    },
  },
}));

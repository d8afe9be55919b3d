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

export default defineConfig(({ mode }) => ({
  root,
  base: "./",
  mode,
  clearScreen: false,
  logLevel: "warn",
  plugins: [react(), policyElement()],
  define: {
    __VERSION__: JSON.stringify(version),
    /** Whether it has a wallet whose key everybody knows: never in what is published. */
    __DEMO__: JSON.stringify(mode === "demo"),
  },
  worker: { format: "es" },
  build: {
    outDir: fileURLToPath(new URL(mode === "demo" ? "../dist/page-demo" : "../dist/page", import.meta.url)),
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    chunkSizeWarningLimit: 1_000,
  },
}));

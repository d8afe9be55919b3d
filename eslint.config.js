import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

import { house } from "./scripts/lint/floors.mjs";

export default defineConfig(
  globalIgnores(["artifacts*/", "cache*/", "coverage/", "dist/", "package/", "typechain-types/"]),
  globalIgnores(["scripts/package/consumer/"]), // somebody else's project: checked where the package is installed
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: 'ImportDeclaration[source.value="zod"] > ImportSpecifier[imported.name="z"]',
          message: "import * as z: the whole of `z` would be in every bundle.",
        },
      ],
      "@typescript-eslint/consistent-type-definitions": "off", // a union and a record may both be a `type`
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/dot-notation": "off", // the compiler asks for brackets on index signatures
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ["**/*.{ts,tsx}"], plugins: { house }, rules: { "house/floors": "error" } },
  {
    files: ["src/protocol/**", "src/wire/**", "src/history/**", "src/pictures/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^node:", message: "This floor runs in browsers too: no Node modules." }] },
      ],
    },
  },
  {
    files: [
      "scripts/**",
      "trials/**",
      "stage/**",
      "lab/**",
      "src/**/main.ts",
      "app/frame/Fault.tsx",
      "test/page/support.ts",
    ],
    rules: { "no-console": "off" },
  },
  {
    files: ["test/**/*.ts", "trials/**/*.ts", "stage/contracts/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off", // a missing element fails the test anyway
      "@typescript-eslint/no-unused-expressions": "off", // chai's `to.be.true`
    },
  },
  { files: ["**/*.mjs"], languageOptions: { globals: { console: "readonly", process: "readonly" } } },
);

/**
 * Keys in Hardhat's keystore, through Hardhat itself, which must be installed where the command is called: the package does not
 * bring it. Only the keystore's plugin is loaded, never the project's own configuration.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";
import { messageOf } from "../../protocol/amounts/errors.js";

/** The parts of Hardhat that are used, as this package may be installed without it. */
interface Hardhat {
  readonly createHardhatRuntimeEnvironment: (config: { plugins: unknown[] }) => Promise<HardhatEnvironment>;
}
interface HardhatEnvironment {
  readonly hooks: {
    registerHandlers(category: "userInterruptions", handlers: object): void;
    runHandlerChain(
      category: "configurationVariables",
      hook: "fetchValue",
      parameters: [variable: { readonly name: string }],
      otherwise: () => Promise<string | undefined>,
    ): Promise<string | undefined>;
  };
}

const PLUGIN = "@nomicfoundation/hardhat-keystore";

/**
 * A variable of that name of the environment comes first, as with Hardhat.
 * @param password asked once, if the keystore is opened
 * @param bases where to look for Hardhat: where the command was called, then where this file is, in a checkout the project
 * @throws CliError HARDHAT_MISSING, HARDHAT_KEY_MISSING, HARDHAT_KEYSTORE_FAILED (such as a wrong password), PASSWORD_MISSING
 */
export async function readHardhatKey(
  context: Pick<CliContext, "env" | "cwd">,
  name: string,
  password: () => Promise<string>,
  bases: readonly string[] = [join(context.cwd, "package.json"), import.meta.url],
): Promise<string> {
  const [hardhat, plugin] = await Promise.all([load(bases, "hardhat/hre"), load(bases, PLUGIN)]);
  try {
    const { createHardhatRuntimeEnvironment } = hardhat as Hardhat; // its documented entry
    const { hooks } = await createHardhatRuntimeEnvironment({ plugins: [(plugin as { default: unknown }).default] });
    hooks.registerHandlers("userInterruptions", { requestSecretInput: password });
    const value = await hooks.runHandlerChain("configurationVariables", "fetchValue", [{ name }], () =>
      Promise.resolve(context.env[name]),
    );
    if (value !== undefined) return value.startsWith("0x") ? value : `0x${value}`;
  } catch (error) {
    if (error instanceof CliError) throw error;
    const reason = messageOf(error);
    throw new CliError("HARDHAT_KEYSTORE_FAILED", { name, reason }, error);
  }
  throw new CliError("HARDHAT_KEY_MISSING", { name });
}

async function load(bases: readonly string[], specifier: string): Promise<unknown> {
  for (const base of bases) {
    const path = resolveFrom(base, specifier);
    if (path !== undefined) return import(pathToFileURL(path).href);
  }
  throw new CliError("HARDHAT_MISSING", { module: specifier });
}

function resolveFrom(base: string, specifier: string): string | undefined {
  try {
    return createRequire(base).resolve(specifier);
  } catch {
    return undefined;
  }
}

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { Argument, Command } from "commander";

import { openSession } from "../../bindings/session.js";
import { type Build, readBuild, readPeriphery } from "../../deployment/build.js";
import type { Deployed } from "../../deployment/deploy.js";
import { contractsOf, isReleased, KNOWN_DEPLOYMENTS, type KnownDeployments } from "../../deployment/known.js";
import type { CliContext } from "../context.js";
import { artifactsOf, type DeployingOptions, runDeploying, withDeploying } from "../deploying.js";
import { CliError } from "../errors.js";
import { readSettings, withSettings } from "../input/settings.js";
import { nextText } from "../output/session-facts.js";
import { paragraphs } from "../output/text.js";
import { packageVersion } from "../version.js";

const ROUTER = "router";

interface Options extends DeployingOptions {
  readonly record?: string;
}

/** `session deploy`: the contracts that a chain needs once; and what the book of a session may want besides. */
export function deployCommand(context: CliContext): Command {
  const command = new Command("deploy")
    .description(
      "Deploy the contracts that a chain needs once, the factory of makers too, or a router of sets for a session's book, at the addresses that they have on every chain. What is there already stays.",
    )
    .addArgument(
      new Argument("[what]", "a router for the session's book, instead of what a chain needs").choices([ROUTER]),
    );
  withDeploying(command).option("--record <file>", "note the deployment in that file, of the form of deployments.json");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText(
      "after",
      `
A chain of one's own machine may sign by itself: without a key, the node's first account deploys.

Examples:
  session deploy --rpc https://rpc.example --chain-id 8453 --account hardhat:DEPLOYER --dry-run
  session deploy --rpc https://rpc.example --chain-id 8453 --account hardhat:DEPLOYER --verify
  session deploy router --session 0xSESSION --account hardhat:DEPLOYER --dry-run`,
    )
    .action(async (what: typeof ROUTER | undefined, options: Options) => {
      await (what === undefined ? deployOnce(context, options) : deployRouter(context, options));
    });
}

async function deployOnce(context: CliContext, options: Options): Promise<void> {
  const build = readBuild(artifactsOf(context, options));
  await runDeploying(
    context,
    options,
    () => build,
    () => ({
      document: { released: isReleased(build) },
      text: describeBuild(build),
      done: ({ chainId }, deployed) => {
        if (options.record !== undefined) note(resolve(context.cwd, options.record), build, chainId, deployed);
      },
    }),
  );
}

async function deployRouter(context: CliContext, options: Options): Promise<void> {
  const { session } = readSettings(context, options, "session");
  if (options.record !== undefined) {
    throw new CliError("SETTINGS_INVALID", { problems: ["--record: a router is of one book, and is not noted"] });
  }
  await runDeploying(
    context,
    options,
    async (provider) => {
      const { bookAddress } = await openSession(session, provider);
      return readPeriphery(artifactsOf(context, options), "SetRouter", [bookAddress]);
    },
    ({ contracts }) => describeRouter(session, contracts[0]?.address ?? ""), // a build of one contract
  );
}

function describeRouter(session: string, router: string): { readonly document: object; readonly text: string } {
  return {
    document: { session, router },
    text: paragraphs(
      "It trades with what is lent to it, and has nothing yet: `lend` of its client.",
      nextText(`trade buy 10 --leg 1 --price 50% --router ${router} --dry-run`),
    ),
  };
}

/** The file is made if it is not there, and holds other chains as before. */
function note(path: string, build: Build, chainId: bigint, deployed: readonly Deployed[]): void {
  const known = readNotes(path);
  const id = chainId.toString();
  const block = deployed.find(({ name }) => name === "SessionFactory")?.transaction?.block;
  const chain = {
    version: packageVersion(),
    block: block ?? known.chains[id]?.block ?? null,
    contracts: contractsOf(build),
  };
  const noted: KnownDeployments = { ...known, chains: { ...known.chains, [id]: chain } };
  try {
    writeFileSync(path, `${JSON.stringify(noted, undefined, 2)}\n`);
  } catch (error) {
    throw new CliError("FILE_UNWRITABLE", { file: path }, error);
  }
}

function readNotes(path: string): KnownDeployments {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as KnownDeployments; // of this very form, or not there
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { ...KNOWN_DEPLOYMENTS, chains: {} };
    throw new CliError("FILE_INVALID", { file: path, problems: [String(error)] }, error);
  }
}

function describeBuild(build: Build): string {
  return isReleased(build)
    ? `This is the released build of version ${packageVersion()}.`
    : "This is no released build.";
}

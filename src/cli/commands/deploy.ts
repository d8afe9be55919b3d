import { Argument, Command } from "commander";
import * as z from "zod";

import { openSession } from "../../bindings/session.js";
import { type Build, readBuild, readPeriphery } from "../../deployment/build.js";
import type { Deployed } from "../../deployment/deploy.js";
import { contractsOf, isReleased, KNOWN_DEPLOYMENTS, type KnownDeployments } from "../../deployment/known.js";
import type { CliContext } from "../context.js";
import { artifactsOf, artifactsOn, type DeployingOptions, runDeploying, withDeploying } from "../deploying.js";
import { CliError } from "../cli-error.js";
import { InputError } from "../../input/errors.js";
import { readTextIfThere, writeText } from "../input/files.js";
import { parseJson, problemsOf } from "../../input/json-text.js";
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
  if (options.record !== undefined) readNotes(context, options.record); // what cannot be noted is known before anything is paid
  const build = readBuild(artifactsOf(context, options));
  await runDeploying(
    context,
    options,
    () => build,
    () => ({
      document: { released: isReleased(build) },
      text: describeBuild(build),
      done: ({ chainId }, deployed) => {
        if (options.record !== undefined) note(context, options.record, build, chainId, deployed);
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
      return readPeriphery(await artifactsOn(context, options, provider), "SetRouter", [bookAddress]);
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
function note(context: CliContext, file: string, build: Build, chainId: bigint, deployed: readonly Deployed[]): void {
  const known = readNotes(context, file);
  const id = chainId.toString();
  const block = deployed.find(({ name }) => name === "SessionFactory")?.transaction?.block;
  const chain = {
    version: packageVersion(),
    block: block ?? known.chains[id]?.block ?? null,
    contracts: contractsOf(build),
  };
  const noted: KnownDeployments = { ...known, chains: { ...known.chains, [id]: chain } };
  writeText(context, file, `${JSON.stringify(noted, undefined, 2)}\n`);
}

const CONTRACTS = z.record(z.string(), z.strictObject({ address: z.string(), codeHash: z.string() }));
const NOTES = z.strictObject({
  release: z.strictObject({ version: z.string(), compiler: z.string(), contracts: CONTRACTS }),
  chains: z.record(
    z.string().regex(/^\d{1,20}$/, "is no chain's id"),
    z.strictObject({ version: z.string(), block: z.int().nullable(), contracts: CONTRACTS }),
  ),
});

/** @throws CliError FILE_UNREADABLE, FILE_INVALID for a file that is something else */
function readNotes(context: CliContext, file: string): KnownDeployments {
  const text = readTextIfThere(context, file);
  if (text === undefined) return { ...KNOWN_DEPLOYMENTS, chains: {} };
  const result = NOTES.safeParse(parseJson(file, text));
  if (result.success) return result.data as KnownDeployments; // contracts of other versions may be other ones
  throw new InputError("FILE_INVALID", { file, problems: problemsOf(result.error) });
}

function describeBuild(build: Build): string {
  return isReleased(build)
    ? `This is the released build of version ${packageVersion()}.`
    : "This is no released build.";
}

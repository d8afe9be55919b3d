/** What all commands that deploy have in common: flags, the chain that is meant, who signs, and the run itself. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import type { Command } from "commander";
import type { JsonRpcProvider, Provider, Signer } from "ethers";

import { read } from "../bindings/transact.js";
import { type Build, ownBuild } from "../deployment/build.js";
import type { Address } from "../deployment/create2.js";
import { deployContracts, type Deployed } from "../deployment/deploy.js";
import { DeployError } from "../deployment/errors.js";
import { type Plan, planDeployment } from "../deployment/plan.js";
import { SOURCIFY_URL, verifySources } from "../deployment/sourcify.js";
import { connect } from "./chain.js";
import type { CliContext } from "./context.js";
import { CliError } from "./cli-error.js";
import { openWallet } from "./input/keys.js";
import { readSettings, type SettingOptions } from "./input/settings.js";
import {
  describePlan,
  describeResult,
  describeSteps,
  describeVerified,
  planDocument,
  resultDocument,
} from "./output/deployment.js";
import { paragraphs } from "./output/text.js";

/** Of a command that deploys anything. */
export interface ArtifactsOptions extends SettingOptions {
  readonly artifacts?: string;
}

export interface DeployingOptions extends ArtifactsOptions {
  readonly chainId?: string;
  readonly dryRun?: true;
  readonly verify?: true;
  readonly sourcify?: string;
}

export function withArtifacts(command: Command): Command {
  return command.option("--artifacts <folder>", "the compiled contracts (default: those of this package)");
}

export function withDeploying(command: Command): Command {
  const deploying = command
    .option("--chain-id <number>", "refuse a node of another chain")
    .option("--dry-run", "only say what would be deployed, where, and what it would cost")
    .option("--verify", "have Sourcify compare the sources with what is deployed")
    .option("--sourcify <url>", `its server (SESSION_SOURCIFY_URL, else ${SOURCIFY_URL})`);
  return withArtifacts(deploying);
}

/** Where the compiled contracts are. */
export function artifactsOf({ env, cwd }: CliContext, { artifacts }: ArtifactsOptions): string {
  return resolve(cwd, artifacts ?? ownBuild(env["SESSION_PROFILE"] ?? "production"));
}

/** Chains that local nodes are: nothing there outlives a trial. */
const LOCAL_CHAINS: ReadonlySet<bigint> = new Set([31_337n, 1_337n]);

export function isLocalChain(chainId: bigint): boolean {
  return LOCAL_CHAINS.has(chainId);
}

/**
 * The same, for a contract that nobody looks for by its address: on a local chain a checkout in which no release was compiled has one
 * compiled for trying things, as `session demo` does.
 */
export async function artifactsOn(context: CliContext, options: ArtifactsOptions, provider: Provider): Promise<string> {
  const release = artifactsOf(context, options);
  const isNamed = options.artifacts !== undefined || context.env["SESSION_PROFILE"] !== undefined;
  if (isNamed || existsSync(release)) return release;
  const { chainId } = await read(provider.getNetwork());
  return isLocalChain(chainId) ? ownBuild("default") : release;
}

/** What is told of a run besides what is told of all. */
export interface Telling<Name extends string> {
  readonly document: object;
  /** At the end. */
  readonly text: string;
  /** After all is deployed, and before it is told. */
  readonly done?: (plan: Plan<Name>, deployed: readonly Deployed<Name>[]) => void;
}

/** @param buildOn what is to be deployed, once the chain is known to be the one that is meant */
export async function runDeploying<Name extends string>(
  context: CliContext,
  options: DeployingOptions,
  buildOn: (provider: JsonRpcProvider) => Build<Name> | Promise<Build<Name>>,
  tellingOf: (build: Build<Name>) => Telling<Name>,
): Promise<void> {
  const { rpc } = readSettings(context, options, "rpc");
  const sourcify = sourcifyOf(context, options);
  const provider = await connect(context, rpc);
  await requireChain(provider, options.chainId);
  const build = await buildOn(provider);
  const telling = tellingOf(build);
  const signer = await signerOf(context, options, provider);
  if (options.dryRun === true) {
    const plan = await planDeployment(build, provider, (await signer.getAddress()) as Address); // ethers' own form of one
    const document = { dryRun: true, ...planDocument(build, plan), ...telling.document };
    context.answer({ document, text: paragraphs(describePlan(plan), describeSteps(plan), telling.text) });
    return;
  }
  const { plan, contracts: deployed } = await deployContracts(build, signer, {
    planned: (plan) => {
      context.stderr(`${describePlan(plan)}\n`);
    },
    tell: context.progress,
  });
  const verified =
    options.verify === true
      ? await verifySources(build, plan.chainId, { url: sourcify, tell: context.progress })
      : undefined;
  telling.done?.(plan, deployed);
  const outcome = { ...planDocument(build, plan), ...telling.document, ...resultDocument(plan, deployed) };
  context.answer({
    document: { ...outcome, ...(verified && { verified }) },
    text: paragraphs(describeResult(build, plan, deployed), telling.text, describeVerified(verified)),
  });
}

async function requireChain(provider: JsonRpcProvider, wanted: string | undefined): Promise<void> {
  if (wanted === undefined) return;
  if (!/^[1-9]\d{0,17}$/.test(wanted)) {
    throw new CliError("SETTINGS_INVALID", { problems: [`--chain-id: "${wanted}" is no number of a chain`] });
  }
  const { chainId } = await read(provider.getNetwork());
  if (chainId !== BigInt(wanted)) throw new DeployError("DEPLOY_OTHER_CHAIN", { wanted, chainId });
}

async function signerOf(context: CliContext, options: DeployingOptions, provider: JsonRpcProvider): Promise<Signer> {
  const { env } = context;
  const given = [options.account, options.keystore, env["SESSION_ACCOUNT"], env["SESSION_KEYSTORE"]];
  const isNamed = [...given, env["SESSION_PRIVATE_KEY"]].some((source) => source !== undefined && source !== "");
  const [own] = isNamed ? [] : await read(provider.listAccounts());
  return own ?? openWallet(context, readSettings(context, options, "key").key, provider);
}

/** Known to be an address before anything is deployed. */
function sourcifyOf({ env }: CliContext, { sourcify }: DeployingOptions): string {
  const given = env["SESSION_SOURCIFY_URL"];
  const url = sourcify ?? (given === undefined || given === "" ? SOURCIFY_URL : given);
  if (/^https?:\/\/./.test(url) && URL.canParse(url)) return url;
  throw new CliError("SETTINGS_INVALID", {
    problems: [`--sourcify or SESSION_SOURCIFY_URL: "${url}" is no http(s) address`],
  });
}

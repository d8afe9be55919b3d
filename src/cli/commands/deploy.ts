import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { Command } from "commander";
import type { JsonRpcProvider, Signer } from "ethers";

import { read } from "../../bindings/transact.js";
import { type Build, ownBuild, readBuild } from "../../deployment/build.js";
import type { Address } from "../../deployment/create2.js";
import { deployContracts, type Deployed } from "../../deployment/deploy.js";
import { DeployError } from "../../deployment/errors.js";
import { contractsOf, isReleased, KNOWN_DEPLOYMENTS, type KnownDeployments } from "../../deployment/known.js";
import { type Plan, planDeployment } from "../../deployment/plan.js";
import { SOURCIFY_URL, type Verified, verifySources } from "../../deployment/sourcify.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { openWallet } from "../input/keys.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { facts, paragraphs, table, tokens } from "../output/text.js";
import { packageVersion } from "../version.js";

interface Options extends SettingOptions {
  readonly chainId?: string;
  readonly dryRun?: true;
  readonly verify?: true;
  readonly sourcify?: string;
  readonly artifacts?: string;
  readonly record?: string;
}

/** `session deploy`: the contracts that a chain needs once. */
export function deployCommand(context: CliContext): Command {
  const command = new Command("deploy")
    .description(
      "Deploy the contracts that a chain needs once, at the addresses that they have on every chain. What is there already stays.",
    )
    .option("--chain-id <number>", "refuse a node of another chain")
    .option("--dry-run", "only say what would be deployed, where, and what it would cost")
    .option("--verify", "have Sourcify compare the sources with what is deployed")
    .option("--sourcify <url>", `its server (SESSION_SOURCIFY_URL, else ${SOURCIFY_URL})`)
    .option("--artifacts <folder>", "the compiled contracts (default: those of this package)")
    .option("--record <file>", "note the deployment in that file, of the form of deployments.json");
  return withSettings(command, "rpc", "key")
    .addHelpText(
      "after",
      `
A chain of one's own machine may sign by itself: without a key, the node's first account deploys.

Examples:
  session deploy --rpc https://rpc.example --chain-id 8453 --account hardhat:DEPLOYER --dry-run
  session deploy --rpc https://rpc.example --chain-id 8453 --account hardhat:DEPLOYER --verify`,
    )
    .action(async (options: Options) => {
      await run(context, options);
    });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const { rpc } = readSettings(context, options, "rpc");
  const folder = options.artifacts ?? ownBuild(context.env["SESSION_PROFILE"] ?? "production");
  const sourcify = sourcifyOf(context, options);
  const build = readBuild(resolve(context.cwd, folder));
  const provider = await connect(context, rpc);
  await requireChain(provider, options.chainId);
  const signer = await signerOf(context, options, provider);
  if (options.dryRun === true) {
    const plan = await planDeployment(build, provider, (await signer.getAddress()) as Address); // ethers' own form of one
    const document = { dryRun: true, ...planDocument(build, plan) };
    context.answer({ document, text: paragraphs(describePlan(plan), describeSteps(plan), describeBuild(build)) });
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
  if (options.record !== undefined) note(resolve(context.cwd, options.record), build, plan.chainId, deployed);
  const document = { ...planDocument(build, plan), ...resultDocument(plan, deployed), ...(verified && { verified }) };
  context.answer({ document, text: describeResult(build, plan, deployed, verified) });
}

async function requireChain(provider: JsonRpcProvider, wanted: string | undefined): Promise<void> {
  if (wanted === undefined) return;
  if (!/^[1-9]\d{0,17}$/.test(wanted)) {
    throw new CliError("SETTINGS_INVALID", { problems: [`--chain-id: "${wanted}" is no number of a chain`] });
  }
  const { chainId } = await read(provider.getNetwork());
  if (chainId !== BigInt(wanted)) throw new DeployError("DEPLOY_OTHER_CHAIN", { wanted, chainId });
}

async function signerOf(context: CliContext, options: Options, provider: JsonRpcProvider): Promise<Signer> {
  const { env } = context;
  const given = [options.account, options.keystore, env["SESSION_ACCOUNT"], env["SESSION_KEYSTORE"]];
  const isNamed = [...given, env["SESSION_PRIVATE_KEY"]].some((source) => source !== undefined && source !== "");
  const [own] = isNamed ? [] : await read(provider.listAccounts());
  return own ?? openWallet(context, readSettings(context, options, "key").key, provider);
}

/** Known to be an address before anything is deployed. */
function sourcifyOf({ env }: CliContext, { sourcify }: Options): string {
  const given = env["SESSION_SOURCIFY_URL"];
  const url = sourcify ?? (given === undefined || given === "" ? SOURCIFY_URL : given);
  if (/^https?:\/\/./.test(url) && URL.canParse(url)) return url;
  throw new CliError("SETTINGS_INVALID", {
    problems: [`--sourcify or SESSION_SOURCIFY_URL: "${url}" is no http(s) address`],
  });
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

// ------------------------------------------------------------------ for programs

function planDocument(build: Build, plan: Plan): object {
  return {
    chainId: plan.chainId,
    deployer: plan.deployer,
    balanceWei: plan.balance,
    version: packageVersion(),
    released: isReleased(build),
    estimate: { gas: plan.gas, gasPriceWei: plan.gasPrice, maxGasPriceWei: plan.maxGasPrice, costWei: plan.cost },
    contracts: contractsOf(build),
    missing: plan.steps.filter((step) => !step.isThere).map(({ name }) => name),
  };
}

function resultDocument({ balance }: Plan, deployed: readonly Deployed[]): object {
  const sent = deployed.flatMap(({ name, transaction }) =>
    transaction === undefined ? [] : [{ name, ...transaction, cost: undefined, costWei: transaction.cost }],
  );
  return { balanceBeforeWei: balance, deployed: sent, ...totals(deployed) };
}

function totals(deployed: readonly Deployed[]): { readonly gasUsed: bigint; readonly costWei: bigint } {
  const sent = deployed.flatMap(({ transaction }) => transaction ?? []);
  return {
    gasUsed: sent.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
    costWei: sent.reduce((sum, { cost }) => sum + cost, 0n),
  };
}

// ------------------------------------------------------------------ for people

/** The chain's coin has 18 decimals, as session tokens have. */
function describePlan({ chainId, deployer, balance, steps, gas, gasPrice, maxGasPrice, cost }: Plan): string {
  const missing = steps.filter((step) => !step.isThere).length;
  return facts([
    ["chain", chainId.toString()],
    ["deployer", deployer],
    ["balance", `${tokens(balance)} of the chain's coin`],
    ["to deploy", `${missing} of ${steps.length} contracts`],
    ["estimate", `${gas} gas at ${gasPrice} wei (at most ${maxGasPrice}): ${tokens(cost)} of the chain's coin`],
  ]);
}

function describeSteps({ steps }: Plan): string {
  return table(
    ["contract", "address", "gas"],
    steps.map(({ name, address, gas, isThere }) => [name, address, isThere ? "is there" : `~${gas}`]),
  );
}

function describeResult(
  build: Build,
  plan: Plan,
  deployed: readonly Deployed[],
  verified: readonly Verified[] | undefined,
): string {
  const { gasUsed, costWei } = totals(deployed);
  const known = contractsOf(build);
  const rows = deployed.map(({ name, address, transaction }) => [
    name,
    address,
    transaction === undefined ? "was there" : transaction.gasUsed.toString(),
    known[name].codeHash,
  ]);
  return paragraphs(
    table(["contract", "address", "gas", "code hash (immutables zero)"], rows),
    gasUsed === 0n
      ? "Nothing changed: everything was deployed already."
      : `Deployed for ${gasUsed} gas, ${tokens(costWei)} of the chain's coin, by ${plan.deployer}.`,
    describeBuild(build),
    (verified ?? []).map(({ name, match }) => `Sourcify: ${name} ${match}`).join("\n"),
  );
}

function describeBuild(build: Build): string {
  return isReleased(build)
    ? `This is the released build of version ${packageVersion()}.`
    : "This is no released build.";
}

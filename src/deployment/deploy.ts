/** Deploys what is missing. The chain itself is the memory: whoever runs it again, from wherever, goes on where it stopped. */
import type { Provider, Signer, TransactionReceipt } from "ethers";

import { ClientError } from "../bindings/errors.js";
import { mined, read, transact } from "../bindings/transact.js";
import { sleep } from "../node/sleep.js";
import { type Build } from "./build.js";
import type { ContractName } from "./contracts.js";
import { type Address, CREATE2_DEPLOYER, deployerCall } from "./create2.js";
import { DeployError } from "./errors.js";
import { isThere, type Plan, planDeployment, type Step } from "./plan.js";

/** What was done for a contract. */
export interface Deployed<Name extends string = ContractName> {
  readonly name: Name;
  readonly address: Address;
  /** Absent if it was there, whoever deployed it. */
  readonly transaction?: Sent;
}

export interface Sent {
  readonly hash: string;
  readonly block: number;
  readonly gasUsed: bigint;
  /** What was paid, wei. */
  readonly cost: bigint;
}

export interface Deployment<Name extends string = ContractName> {
  readonly plan: Plan<Name>;
  /** In the plan's order. */
  readonly contracts: readonly Deployed<Name>[];
}

/** Signs, and knows its chain. */
type Deployer = Signer & { readonly provider: Provider };

export interface DeployOptions<Name extends string = ContractName> {
  /** Gets what will be done, before anything is. */
  readonly planned?: (plan: Plan<Name>) => void;
  /** Told before each step, and when it is done. */
  readonly tell?: (line: string) => void;
  /** How often the account's earlier transactions are looked for, and how long, ms. */
  readonly pollMs?: number;
  readonly patienceMs?: number;
}

const POLL_MS = 2_000;
const PATIENCE_MS = 180_000;

/** @throws DeployError; ClientError, NodeError of the node. What was deployed before stands, and is found the next time. */
export async function deployContracts<Name extends string>(
  build: Build<Name>,
  account: Signer,
  { planned, tell = () => undefined, pollMs = POLL_MS, patienceMs = PATIENCE_MS }: DeployOptions<Name> = {},
): Promise<Deployment<Name>> {
  const signer = withProvider(account);
  const deployer = (await signer.getAddress()) as Address; // ethers' own form of one
  await settled(signer.provider, deployer, { pollMs, patienceMs });
  const plan = await planDeployment(build, signer.provider, deployer);
  planned?.(plan);
  const isWhole = plan.steps.every((step) => step.isThere);
  if (!isWhole && plan.balance < plan.cost) {
    throw new DeployError("DEPLOY_NO_FUNDS", { deployer, balance: plan.balance, wanted: plan.cost });
  }
  if (!isWhole && !plan.hasCreate2) await installCreate2(signer, tell);
  const contracts: Deployed<Name>[] = [];
  for (const step of plan.steps) contracts.push(await deployOne(build, signer, step, tell));
  return { plan, contracts };
}

function withProvider(signer: Signer): Deployer {
  if (signer.provider === null) throw new ClientError("Client_NoProvider");
  return signer as Deployer; // as just looked at
}

async function deployOne<Name extends string>(
  build: Build<Name>,
  signer: Deployer,
  step: Step<Name>,
  tell: (line: string) => void,
): Promise<Deployed<Name>> {
  const { name, address, initCode } = step;
  if (step.isThere || (await isThere(build, signer.provider, step))) return { name, address };
  tell(`deploying ${name} to ${address}, about ${step.gas} gas`);
  // Sent only now: a creation that finds the place taken would burn all its gas.
  const receipt = await transact(
    signer,
    Promise.resolve({ to: CREATE2_DEPLOYER.address, data: deployerCall(initCode) }),
  );
  if (!(await isThere(build, signer.provider, step))) {
    throw new DeployError("DEPLOY_FAILED", { contract: name, address, transaction: receipt.hash });
  }
  return { name, address, transaction: sentOf(receipt) };
}

/** Pays the account whose one transaction makes the deployer, and hands that in. */
async function installCreate2(signer: Deployer, tell: (line: string) => void): Promise<void> {
  const { provider } = signer;
  const { sender, cost, transaction, address, code } = CREATE2_DEPLOYER;
  tell(`installing the CREATE2 deployer at ${address}`);
  const balance = await read(provider.getBalance(sender));
  if (balance < cost) await transact(signer, Promise.resolve({ to: sender, value: cost - balance, data: "0x" }));
  try {
    await mined(await provider.broadcastTransaction(transaction));
  } catch (error) {
    throw new DeployError("DEPLOY_NO_CREATE2", { address, reason: reasonOf(error) }, error);
  }
  if ((await read(provider.getCode(address))) !== code) throw new DeployError("DEPLOY_NO_CREATE2", { address });
}

/** An earlier run may have been cut off after it had sent: sending the same again would only burn gas. */
async function settled(
  provider: Provider,
  account: Address,
  { pollMs, patienceMs }: { readonly pollMs: number; readonly patienceMs: number },
): Promise<void> {
  for (let waited = 0; ; waited += pollMs) {
    const [mined, sent] = await read(
      Promise.all([provider.getTransactionCount(account, "latest"), provider.getTransactionCount(account, "pending")]),
    );
    if (sent <= mined) return;
    if (waited >= patienceMs) throw new DeployError("DEPLOY_PENDING", { account, waiting: sent - mined });
    await sleep(pollMs, undefined);
  }
}

function sentOf({ hash, blockNumber, gasUsed, fee }: TransactionReceipt): Sent {
  return { hash, block: blockNumber, gasUsed, cost: fee };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(" (")[0] ?? error.message) : String(error);
}

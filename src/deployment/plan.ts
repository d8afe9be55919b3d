/** What a deployment would do, and cost: everything is read from the chain, nothing is remembered. */
import type { Provider } from "ethers";

import { ClientError } from "../bindings/errors.js";
import { read } from "../bindings/transact.js";
import { type Build, codeHashOf } from "./build.js";
import type { ContractName, Placed } from "./contracts.js";
import { type Address, CREATE2_DEPLOYER, deployerCall } from "./create2.js";
import { DeployError } from "./errors.js";

export interface Step<Name extends string = ContractName> extends Placed<Name> {
  /** Whether the chain has it already: then nothing is done. */
  readonly isThere: boolean;
  /** What its deployment is estimated to take; 0 if it is there. */
  readonly gas: bigint;
}

export interface Plan<Name extends string = ContractName> {
  readonly chainId: bigint;
  readonly deployer: Address;
  /** The deploying account's, wei. */
  readonly balance: bigint;
  /** Whether the chain has the CREATE2 deployer, which is installed otherwise. */
  readonly hasCreate2: boolean;
  readonly steps: readonly Step<Name>[];
  /** Of all steps, and of installing the CREATE2 deployer. */
  readonly gas: bigint;
  /** What a unit of gas costs now, and at most in what is sent, wei. */
  readonly gasPrice: bigint;
  readonly maxGasPrice: bigint;
  /** At today's price, wei. Rollups charge for data besides, which no estimate of gas contains everywhere. */
  readonly cost: bigint;
}

const NO_CODE = "0x";
const TRANSFER_GAS = 21_000n;

/**
 * @throws DeployError DEPLOY_OTHER_CODE if the chain has other code where ours belongs
 * @throws ClientError, NodeError of the node
 */
export async function planDeployment<Name extends string>(
  build: Build<Name>,
  provider: Provider,
  deployer: Address,
): Promise<Plan<Name>> {
  const [{ chainId }, balance, fees, create2] = await read(
    Promise.all([
      provider.getNetwork(),
      provider.getBalance(deployer),
      provider.getFeeData(),
      provider.getCode(CREATE2_DEPLOYER.address),
    ]),
  );
  const hasCreate2 = create2 !== NO_CODE;
  if (hasCreate2 && create2 !== CREATE2_DEPLOYER.code) throw otherCode("Create2Deployer", CREATE2_DEPLOYER.address);
  const steps: Step<Name>[] = [];
  for (const placed of build.contracts) steps.push(await stepOf(build, provider, deployer, placed, hasCreate2));
  const installing = hasCreate2 ? 0n : TRANSFER_GAS;
  const gas = steps.reduce((sum, step) => sum + step.gas, installing);
  const maxGasPrice = fees.maxFeePerGas ?? fees.gasPrice ?? 0n;
  const gasPrice = fees.gasPrice ?? maxGasPrice;
  const cost = gas * gasPrice + (hasCreate2 ? 0n : CREATE2_DEPLOYER.cost);
  return { chainId, deployer, balance, hasCreate2, steps, gas, gasPrice, maxGasPrice, cost };
}

/** Whether the chain has the contract. @throws DeployError DEPLOY_OTHER_CODE if it has something else there */
export async function isThere<Name extends string>(
  build: Build<Name>,
  provider: Provider,
  { name, address }: Placed<Name>,
): Promise<boolean> {
  const code = await read(provider.getCode(address));
  if (code === NO_CODE) return false;
  const artifact = build.artifacts[name];
  if (codeHashOf(artifact, code) !== codeHashOf(artifact, artifact.deployedBytecode)) throw otherCode(name, address);
  return true;
}

async function stepOf<Name extends string>(
  build: Build<Name>,
  provider: Provider,
  from: Address,
  placed: Placed<Name>,
  hasCreate2: boolean,
): Promise<Step<Name>> {
  if (await isThere(build, provider, placed)) return { ...placed, isThere: true, gas: 0n };
  // Without the CREATE2 deployer a creation as such costs about the same.
  const to = hasCreate2 ? CREATE2_DEPLOYER.address : null;
  const data = hasCreate2 ? deployerCall(placed.initCode) : placed.initCode;
  const gas = await read(provider.estimateGas({ from, to, data })).catch(async (error: unknown) => {
    throw await reasonOf(provider, from, placed.initCode, error);
  });
  return { ...placed, isThere: false, gas };
}

/** The CREATE2 deployer passes no reason on: a creation as such tells what the constructor says. */
async function reasonOf(provider: Provider, from: Address, initCode: string, error: unknown): Promise<unknown> {
  if (!(error instanceof ClientError)) return error;
  return read(provider.call({ from, data: initCode })).then(
    () => error,
    (reason: unknown) => reason,
  );
}

function otherCode(contract: string, address: string): DeployError {
  return new DeployError("DEPLOY_OTHER_CODE", { contract, address });
}

import { expect } from "chai";
import { JsonRpcProvider, type JsonRpcSigner } from "ethers";

import { type Build, ownBuild, readBuild } from "../../src/deployment/build.js";
import type { Address } from "../../src/deployment/create2.js";
import { deployContracts, type Deployed, type DeployOptions } from "../../src/deployment/deploy.js";
import { DeployError, type DeployErrorCode, type DeployErrorValues } from "../../src/deployment/errors.js";
import { type Plan, planDeployment } from "../../src/deployment/plan.js";

/** What these tests run on is compiled. */
export const PROFILE = process.env["SESSION_PROFILE"] ?? "default";
export const BUILD: Build = readBuild(ownBuild(PROFILE));

export function providerOf(url: string): JsonRpcProvider {
  return new JsonRpcProvider(url, undefined, { cacheTimeout: -1, pollingInterval: 20, staticNetwork: true });
}

export async function planFor(signer: JsonRpcSigner): Promise<Plan> {
  return planDeployment(BUILD, signer.provider, signer.address as Address); // as ethers gives it
}

/** What a run has done for each contract. */
export async function deployBy(signer: JsonRpcSigner, options: DeployOptions = {}): Promise<readonly Deployed[]> {
  return (await deployContracts(BUILD, signer, options)).contracts;
}

/** The names of what a run deployed. */
export function newIn(deployed: readonly Deployed[]): string[] {
  return deployed.filter(({ transaction }) => transaction !== undefined).map(({ name }) => name);
}

/** Asserts the code and, of the values, those that are given. */
export async function expectDeployError(
  attempt: Promise<unknown>,
  code: DeployErrorCode,
  values: DeployErrorValues = {},
): Promise<DeployError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(DeployError);
  const thrown = error as DeployError; // asserted above
  expect(thrown.code, thrown.message).to.equal(code);
  expect(thrown.values).to.deep.include(values);
  return thrown;
}

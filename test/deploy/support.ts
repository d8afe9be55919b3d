import { expect } from "chai";
import type { JsonRpcProvider } from "ethers";

import { DeployError, type DeployErrorCode, type DeployErrorDetails } from "../../deploy/errors.js";

/** Whether a process of that id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Asserts the code and, of the values, those that are given. */
export async function expectDeployError(
  attempt: Promise<unknown>,
  code: DeployErrorCode,
  details: DeployErrorDetails,
): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(DeployError);
  const { code: given, details: values, message } = error as DeployError; // asserted above
  expect(given, message).to.equal(code);
  expect(values).to.deep.include(details);
}

/** What every transaction changes: the number of blocks and of the deployer's transactions. */
export async function chainProgress(provider: JsonRpcProvider): Promise<{ blocks: number; transactions: number }> {
  const deployer = await provider.getSigner(0);
  return {
    blocks: await provider.getBlockNumber(),
    transactions: await provider.getTransactionCount(deployer.address),
  };
}

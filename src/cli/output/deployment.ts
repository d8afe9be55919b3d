/** What a deployment would do, and what it has done. */
import type { Build } from "../../deployment/build.js";
import type { Deployed } from "../../deployment/deploy.js";
import { contractsOf } from "../../deployment/known.js";
import type { Plan } from "../../deployment/plan.js";
import type { Verified } from "../../deployment/sourcify.js";
import { packageVersion } from "../version.js";
import { facts, paragraphs, table, tokens } from "./text.js";

// ------------------------------------------------------------------ for programs

export function planDocument<Name extends string>(build: Build<Name>, plan: Plan<Name>): object {
  return {
    chainId: plan.chainId,
    deployer: plan.deployer,
    balanceWei: plan.balance,
    version: packageVersion(),
    estimate: { gas: plan.gas, gasPriceWei: plan.gasPrice, maxGasPriceWei: plan.maxGasPrice, costWei: plan.cost },
    contracts: contractsOf(build),
    missing: plan.steps.filter((step) => !step.isThere).map(({ name }) => name),
  };
}

export function resultDocument<Name extends string>(
  { balance }: Plan<Name>,
  deployed: readonly Deployed<Name>[],
): object {
  const sent = deployed.flatMap(({ name, transaction }) =>
    transaction === undefined ? [] : [{ name, ...transaction, cost: undefined, costWei: transaction.cost }],
  );
  return { balanceBeforeWei: balance, deployed: sent, ...totals(deployed) };
}

function totals(deployed: readonly Deployed<string>[]): { readonly gasUsed: bigint; readonly costWei: bigint } {
  const sent = deployed.flatMap(({ transaction }) => transaction ?? []);
  return {
    gasUsed: sent.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
    costWei: sent.reduce((sum, { cost }) => sum + cost, 0n),
  };
}

// ------------------------------------------------------------------ for people

/** The chain's coin has 18 decimals, as session tokens have. */
export function describePlan(plan: Plan<string>): string {
  const { chainId, deployer, balance, steps, gas, gasPrice, maxGasPrice, cost } = plan;
  const missing = steps.filter((step) => !step.isThere).length;
  return facts([
    ["chain", chainId.toString()],
    ["deployer", deployer],
    ["balance", `${tokens(balance)} of the chain's coin`],
    ["to deploy", `${missing} of ${steps.length} contracts`],
    ["estimate", `${gas} gas at ${gasPrice} wei (at most ${maxGasPrice}): ${tokens(cost)} of the chain's coin`],
  ]);
}

export function describeSteps({ steps }: Plan<string>): string {
  return table(
    ["contract", "address", "gas"],
    steps.map(({ name, address, gas, isThere }) => [name, address, isThere ? "is there" : `~${gas}`]),
  );
}

export function describeResult<Name extends string>(
  build: Build<Name>,
  plan: Plan<Name>,
  deployed: readonly Deployed<Name>[],
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
  );
}

export function describeVerified(verified: readonly Verified<string>[] | undefined): string {
  return (verified ?? []).map(({ name, match }) => `Sourcify: ${name} ${match}`).join("\n");
}

/** Who takes part in a demonstration. Their keys follow from their names, and so everybody knows them: they guard nothing. */
import { id, type JsonRpcSigner, Wallet } from "ethers";

import { read, transact } from "../../bindings/transact.js";
import type { NodeProvider } from "../../node/provider.js";
import { CliError } from "../cli-error.js";

export const PEOPLE = ["organiser", "you", "alice", "bob", "carol", "relay"] as const;
export type Name = (typeof PEOPLE)[number];
export type People<Who extends string = Name> = Readonly<Record<Who, Wallet>>;

const GAS_MONEY = 100n * 10n ** 18n;
/** What Hardhat, anvil and Ganache call themselves: on any other chain money may be real. */
const LOCAL_CHAINS: readonly bigint[] = [31_337n, 1_337n];

/** The node's own account, which pays for everything. @throws CliError DEMO_NOT_LOCAL, before anything is sent */
export async function treasury(provider: NodeProvider): Promise<JsonRpcSigner> {
  const { chainId } = await read(provider.getNetwork());
  if (!LOCAL_CHAINS.includes(chainId)) throw new CliError("DEMO_NOT_LOCAL", { chainId });
  const [account] = await read(provider.listAccounts());
  if (account === undefined) throw new CliError("DEMO_NOT_LOCAL", { chainId, accounts: 0 });
  return account;
}

/** Everybody with enough of the chain's coin for gas. */
export async function gather<Who extends string>(
  provider: NodeProvider,
  payer: JsonRpcSigner,
  names: readonly Who[],
): Promise<People<Who>> {
  const entries = names.map((name) => [name, new Wallet(id(`session demo: ${name}`), provider)] as const);
  for (const [, { address }] of entries) {
    const balance = await read(provider.getBalance(address));
    if (balance < GAS_MONEY) {
      await transact(payer, Promise.resolve({ to: address, value: GAS_MONEY - balance, data: "0x" }));
    }
  }
  return Object.fromEntries(entries) as Record<Who, Wallet>; // one for each name
}

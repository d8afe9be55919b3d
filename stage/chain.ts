import { JsonRpcProvider, type Provider, type Signer, toQuantity } from "ethers";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { type Clock, createClock } from "./clock.js";
import { deployPlainly } from "./deployment.js";
import { type RpcServer, serveChain } from "./rpc-server.js";
import { keepSeconds } from "./seconds.js";

/** A provider that also takes the calls which only a local chain knows. */
export type ChainProvider = Provider & { send(method: string, params: unknown[]): Promise<unknown> };

/** An account of the chain itself, which signs for it. */
export type ChainAccount = Signer & { readonly address: string };

/** A chain of one's own: inside this process, or a local node. Whoever uses it does not see which. */
export interface Chain {
  readonly provider: ChainProvider;
  /** Three accounts with gas: whoever deploys, the session's organiser, and whoever submits orders. */
  readonly deployer: ChainAccount;
  readonly organiser: ChainAccount;
  readonly relayer: ChainAccount;
  readonly clock: Clock;
  /** Gives an account what deposits and exits cost, or so much, wei. */
  readonly giveGas: (address: string, amount?: bigint) => Promise<void>;
  /** Deploys the contracts. @returns the factory's address */
  readonly deploy: () => Promise<string>;
  /** Where it can be reached by JSON-RPC over HTTP; close what is returned. */
  readonly serve: () => Promise<RpcServer>;
  /** Lets go of it. A chain inside the process ends, a node does not. */
  readonly close: () => Promise<void>;
}

const GAS_MONEY = 10n ** 18n;
/** A local node answers at once. */
const POLL_MS = 20;

/** A chain inside this process. @param startsAt time of its first block; the same start gives the same chain */
export async function startChain(startsAt: number): Promise<Chain> {
  const override = { initialDate: new Date(startsAt * 1000) };
  const connection = await hre.network.create({ network: "default", override });
  keepSeconds(connection.provider);
  return chainOver(connection);
}

/** The chain of a connection inside this process, as it stands. */
export async function chainOver(connection: NetworkConnection): Promise<Chain> {
  const { ethers } = connection;
  const accounts = await Promise.all([0, 1, 2].map((index) => ethers.provider.getSigner(index)));
  return chainOf(ethers.provider, accounts, { serve: () => serveChain(connection), close: () => connection.close() });
}

/** The chain of a local node that somebody else started and will stop. */
export async function chainAt(url: string): Promise<Chain> {
  const provider = new JsonRpcProvider(url, undefined, {
    cacheTimeout: -1,
    pollingInterval: POLL_MS,
    staticNetwork: true,
  });
  const accounts = await Promise.all([0, 1, 2].map((index) => provider.getSigner(index)));
  return chainOf(provider, accounts, {
    serve: () => Promise.resolve({ url, close: () => Promise.resolve() }),
    close: () => {
      provider.destroy();
      return Promise.resolve();
    },
  });
}

/** What the two kinds do each in their own way. */
type Ways = Pick<Chain, "serve" | "close">;

function chainOf(provider: ChainProvider, accounts: readonly ChainAccount[], ways: Ways): Chain {
  const [deployer, organiser, relayer] = accounts;
  if (deployer === undefined || organiser === undefined || relayer === undefined) {
    throw new Error("a chain needs three accounts");
  }
  return {
    ...ways,
    provider,
    deployer,
    organiser,
    relayer,
    clock: createClock(provider),
    async giveGas(address, amount = GAS_MONEY) {
      await provider.send("hardhat_setBalance", [address, toQuantity(amount)]); // anvil knows it by this name too
    },
    deploy: () => deployPlainly(deployer),
  };
}

/** Wallets that announce themselves (EIP-6963), and the account of the one that was chosen. */
import { createStore as createWalletStore, type EIP6963ProviderDetail } from "mipd";
import type { JsonRpcSigner } from "ethers";

import { messageOf } from "../../src/protocol/amounts/errors.js";
import { checksumAddress } from "../../src/protocol/signing/addresses.js";
import { createStore } from "../data/source.js";
import { changeSettings, readSettings } from "../data/settings.js";

export type Wallet = Pick<EIP6963ProviderDetail, "info" | "provider">;

/** Whom the page acts for. */
export type Connection =
  | { readonly status: "none" }
  | { readonly status: "asking"; readonly wallet: Wallet }
  | { readonly status: "failed"; readonly wallet: Wallet; readonly reason: string }
  | { readonly status: "connected"; readonly wallet: Wallet; readonly address: string; readonly chainId: number };

const announced = createWalletStore();
const connection = createStore<Connection>({ status: "none" });
/** Of what is asked for now: a wallet that never answers is left alone, and its late answer is not heard. */
let attempt = 0;
let unsubscribe: () => void = () => undefined;

export const wallets = {
  list: (): readonly Wallet[] => announced.getProviders(),
  onList: (listener: () => void): (() => void) => announced.subscribe(listener),
  get: connection.get,
  subscribe: connection.subscribe,
};

/** Of EIP-1193, and of the client, which has read it already. */
const DECLINED: ReadonlySet<unknown> = new Set([4_001, "Client_Declined"]);

export async function connect(wallet: Wallet): Promise<void> {
  const mine = (attempt += 1);
  unsubscribe();
  connection.set({ status: "asking", wallet });
  try {
    const accounts = await wallet.provider.request({ method: "eth_requestAccounts" });
    if (mine !== attempt) return;
    follow(wallet);
    changeSettings({ wallet: wallet.info.rdns });
    await show(wallet, accounts);
  } catch (error) {
    if (mine === attempt) connection.set({ status: "failed", wallet, reason: reasonOf(error) });
  }
}

/** The wallet that was chosen last, if it still lets this page see an account: nothing is asked. */
export async function reconnect(): Promise<void> {
  const { wallet: rdns } = readSettings();
  const wallet = wallets.list().find(({ info }) => info.rdns === rdns);
  if (wallet === undefined || connection.get().status !== "none") return;
  try {
    const accounts = await wallet.provider.request({ method: "eth_accounts" });
    if (connection.get().status !== "none" || accounts.length === 0) return;
    follow(wallet);
    await show(wallet, accounts);
  } catch {
    // It is asked when its user presses the button.
  }
}

/** Gives up what is asked for, or lets go of the account. */
export function disconnect(): void {
  attempt += 1;
  unsubscribe();
  unsubscribe = () => undefined;
  changeSettings({ wallet: undefined });
  connection.set({ status: "none" });
}

async function show(wallet: Wallet, accounts: readonly string[]): Promise<void> {
  const [address] = accounts;
  if (address === undefined) {
    connection.set({ status: "none" });
    return;
  }
  const chainId = Number(await wallet.provider.request({ method: "eth_chainId" }));
  connection.set({ status: "connected", wallet, address: checksumAddress(address), chainId });
}

/** Account and chain may change in the wallet at any time. */
function follow(wallet: Wallet): void {
  unsubscribe();
  const onAccounts = (accounts: readonly string[]): void => void show(wallet, accounts);
  const onChain = (chainId: string): void => {
    const now = connection.get();
    if (now.status === "connected") connection.set({ ...now, chainId: Number(chainId) });
  };
  wallet.provider.on("accountsChanged", onAccounts);
  wallet.provider.on("chainChanged", onChain);
  unsubscribe = () => {
    wallet.provider.removeListener("accountsChanged", onAccounts);
    wallet.provider.removeListener("chainChanged", onChain);
  };
}

export function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return DECLINED.has(code) ? "The wallet declined." : messageOf(error);
}

/** A signer of ethers for the account that is connected. */
export async function signerOf(now: Extract<Connection, { status: "connected" }>): Promise<JsonRpcSigner> {
  const { signerAt } = await import("./signer.js");
  return signerAt(now.wallet.provider as Parameters<typeof signerAt>[0], now.address);
}

/** What a wallet has to know of a chain that it does not know. */
export interface ChainFacts {
  readonly chainId: number;
  readonly name: string;
  readonly currency: string;
  readonly rpcUrls: readonly string[];
  readonly explorer: string | undefined;
}

const UNKNOWN_CHAIN = 4_902;

/** @throws what the wallet says */
export async function switchChain(wallet: Wallet, chain: ChainFacts): Promise<void> {
  const chainId = `0x${chain.chainId.toString(16)}` as const;
  try {
    await wallet.provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== UNKNOWN_CHAIN) throw error;
    await wallet.provider.request({
      method: "wallet_addEthereumChain",
      params: [
        {
          chainId,
          chainName: chain.name,
          nativeCurrency: { name: chain.currency, symbol: chain.currency, decimals: 18 },
          rpcUrls: [...chain.rpcUrls],
          ...(chain.explorer !== undefined && { blockExplorerUrls: [chain.explorer] }),
        },
      ],
    });
  }
}

/** ethers' side of a wallet, loaded once somebody connects one. */
import { BrowserProvider, type JsonRpcSigner } from "ethers";

type Provider = ConstructorParameters<typeof BrowserProvider>[0];

/** Asked for everything anew: ethers' own memory of 250 ms would show a balance before a payment. */
export function signerAt(provider: Provider, address: string): Promise<JsonRpcSigner> {
  return new BrowserProvider(provider, undefined, { cacheTimeout: -1 }).getSigner(address);
}

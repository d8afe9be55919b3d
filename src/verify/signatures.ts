/** Whose signature an order or a record of the market table bears (R21). */
import { Contract, type Provider } from "ethers";

import { recoverSigner, type RecoverSigner } from "../protocol/signing/signatures.js";
import {
  type BookDomain,
  digestOf,
  domainSeparator,
  type Hash,
  marketLink,
  primaryLink,
} from "../protocol/signing/typed-data.js";
import type { VerifyCache } from "./cache.js";
import type { BookEventInLog } from "./events.js";
import type { LogRecord } from "./session-log.js";
import { Violation } from "./violation.js";

/** ERC-1271: what a wallet answers if the signature is good. */
const MAGIC_VALUE = "0x1626ba7e";
const WALLET = ["function isValidSignature(bytes32 digest, bytes signature) view returns (bytes4)"];
const WALLET_GAS = 500_000n;

export interface SignatureCounts {
  /** By keys. */
  recovered: number;
  /** By contract wallets, which were asked. */
  asked: number;
  /** By contract wallets, which nobody could ask. */
  assumed: number;
  /** Market records that their owner brought itself, without a signature. */
  ownerCalls: number;
}

/** Whom to ask, and how to find out. */
interface SignatureSources {
  readonly provider?: Provider;
  readonly cache?: VerifyCache;
  readonly crypto?: { readonly recoverSigner: RecoverSigner };
}

type Signed = Extract<BookEventInLog, { kind: "tradeCreated" | "marketRecorded" }>;

export class SignatureJudge {
  public readonly counts: SignatureCounts = { recovered: 0, asked: 0, assumed: 0, ownerCalls: 0 };
  readonly #separator: Hash;
  readonly #provider: Provider | undefined;
  readonly #cache: VerifyCache | undefined;
  readonly #recoverSigner: RecoverSigner;
  /** Of the record that is being looked at. */
  #answer = false;

  public constructor(domain: BookDomain, { provider, cache, crypto }: SignatureSources) {
    this.#separator = domainSeparator(domain);
    this.#provider = provider;
    this.#cache = cache;
    this.#recoverSigner = crypto?.recoverSigner ?? recoverSigner;
  }

  /** For the book that is rebuilt: what was found of the record at hand. */
  public get answer(): boolean {
    return this.#answer;
  }

  /**
   * Looks at the signature of a record, before the book does.
   * @returns a promise only if a wallet has to be asked
   * @throws Violation if the log says that a wallet was asked where a key has signed
   */
  public look(event: Signed, record: LogRecord): Promise<void> | undefined {
    const isOrder = event.kind === "tradeCreated";
    const signer = isOrder ? event.package.trader : event.record.owner;
    const { signature } = event;
    if (!isOrder && signature === "0x") {
      if (record.byWallet) throw new Violation("log", "Nothing is signed here that a wallet could be asked about.");
      this.#answer = false; // and the owner is taken to be the caller: see `playCall` of rebuild.ts
      this.counts.ownerCalls += 1;
      return undefined;
    }
    const digest = digestOf(this.#separator, isOrder ? primaryLink(event.package) : marketLink(event.record));
    const byKey = this.#recover(digest, signature) === signer;
    if (byKey && record.byWallet) throw new Violation("log", "A key has signed this, and no wallet had to be asked.");
    this.#answer = byKey;
    if (byKey) this.counts.recovered += 1;
    if (byKey || !record.byWallet) return undefined;
    if (this.#provider === undefined) {
      this.#answer = true;
      this.counts.assumed += 1;
      return undefined;
    }
    return this.#ask(this.#provider, signer, digest, signature, record.blockNumber);
  }

  #recover(digest: Hash, signature: string): string | undefined {
    const signers = this.#cache?.signers;
    if (signers === undefined) return this.#recoverSigner(digest, signature);
    const key = `${digest} ${signature}`;
    if (!signers.has(key)) signers.set(key, this.#recoverSigner(digest, signature));
    return signers.get(key);
  }

  async #ask(provider: Provider, wallet: string, digest: Hash, signature: string, blockNumber: number): Promise<void> {
    const said = await askWallet(provider, wallet, digest, signature, blockNumber);
    this.#answer = said !== "no";
    if (said === "unknown") this.counts.assumed += 1;
    else if (said === "yes") this.counts.asked += 1;
  }
}

/**
 * Asks a contract wallet as the book did. A wallet's keys may change, so the state of that block counts; a node that has
 * forgotten it is asked about today, and then only a yes says anything.
 */
async function askWallet(
  provider: Provider,
  wallet: string,
  digest: Hash,
  signature: string,
  blockNumber: number,
): Promise<"yes" | "no" | "unknown"> {
  const data = new Contract(wallet, WALLET).interface.encodeFunctionData("isValidSignature", [digest, signature]);
  const call = async (blockTag: number | "latest"): Promise<boolean> => {
    const answer = await provider.call({ to: wallet, data, blockTag, gasLimit: WALLET_GAS });
    return answer.startsWith(MAGIC_VALUE);
  };
  const before = blockNumber - 1;
  if (await hasState(provider, before)) {
    return (await call(before).catch(() => false)) ? "yes" : "no";
  }
  return (await call("latest").catch(() => false)) ? "yes" : "unknown";
}

async function hasState(provider: Provider, blockNumber: number): Promise<boolean> {
  try {
    await provider.getBalance("0x0000000000000000000000000000000000000001", blockNumber);
    return true;
  } catch {
    return false;
  }
}

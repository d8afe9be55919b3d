/**
 * Wallets as a browser has them: announced by EIP-6963, with keys that stay in this process. Each is as obliging as it is told to be.
 */
import {
  type BaseWallet,
  JsonRpcProvider,
  type TransactionRequest,
  type TypedDataDomain,
  type TypedDataField,
} from "ethers";
import type { Page } from "playwright-core";

/** What a wallet does when it is asked for a signature. */
export type Manner =
  | "agrees"
  | "declines"
  | "never answers"
  /** As one that was tampered with: it signs a message that differs by one. */
  | "signs something else"
  /** As old ones. */
  | "knows no typed data";

export interface WalletPlan {
  readonly name: string;
  readonly rdns: string;
  readonly key: BaseWallet;
  /** Whose account it shows; the key's own by default, that of a contract wallet else. */
  readonly address?: string;
  /** On which chain it stands at first; the stage's by default. */
  readonly chainId?: number;
  /** Whether it does several calls as one, all or nothing (EIP-5792). */
  readonly batches?: boolean;
}

/** A wallet of a page that is open. */
export interface TestWallet {
  manner: Manner;
  /** Every method that it was asked for. */
  readonly asked: readonly string[];
  /** Its user changes the account. */
  readonly change: (key: BaseWallet) => Promise<void>;
  /** Its user changes the chain. */
  readonly switchTo: (chainId: number) => Promise<void>;
}

interface TypedData {
  readonly domain: TypedDataDomain;
  readonly types: Record<string, TypedDataField[]>;
  readonly message: Record<string, unknown>;
}

/** As `wallet_getCallsStatus` tells of one. */
interface Batch {
  readonly status: 200 | 500;
  readonly receipts: readonly { readonly transactionHash: string; readonly status: string }[];
}

type Answer = { readonly result: unknown } | { readonly code: number; readonly message: string };

class WalletError extends Error {
  public readonly code: number;

  public constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const HOME_CHAIN = 31_337;
const [DECLINED, UNSUPPORTED, UNKNOWN_CHAIN] = [4_001, 4_200, 4_902];
/** What a call needs cannot be estimated before the ones ahead of it are done. */
const GAS_OF_A_CALL = "0x1e8480";
const hex = (chainId: number): string => `0x${chainId.toString(16)}`;

/**
 * Before the page is opened. The demonstration's own wallet is not heard of then.
 * @param rpcUrl of the node that they send to
 */
export async function giveWallets(page: Page, rpcUrl: string, plans: readonly WalletPlan[]): Promise<TestWallet[]> {
  const wallets = plans.map((plan, index) => new Instance(page, rpcUrl, plan, index));
  await page.exposeFunction("askTestWallet", (index: number, method: string, params: readonly unknown[]) =>
    wallets[index]?.answer(method, params),
  );
  const told = plans.map(({ name, rdns }, index) => ({
    name,
    rdns,
    uuid: `00000000-0000-4000-8000-00000000000${index}`,
  }));
  await page.addInitScript({ content: `(${ANNOUNCING})(${JSON.stringify(told)})` });
  return wallets;
}

class Instance implements TestWallet {
  public manner: Manner = "agrees";
  public readonly asked: string[] = [];
  readonly #page: Page;
  readonly #index: number;
  readonly #node: JsonRpcProvider;
  readonly #known = new Set([HOME_CHAIN]);
  #key: BaseWallet;
  #address: string;
  #chainId: number;
  #isOpen = false;
  readonly #hasBatches: boolean;
  readonly #batches: Batch[] = [];

  public constructor(
    page: Page,
    rpcUrl: string,
    { key, address, chainId = HOME_CHAIN, batches = false }: WalletPlan,
    index: number,
  ) {
    this.#hasBatches = batches;
    this.#page = page;
    this.#index = index;
    this.#node = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1, batchMaxCount: 1 });
    page.context().once("close", () => {
      this.#node.destroy();
    });
    this.#key = key.connect(this.#node);
    this.#address = address ?? key.address;
    this.#chainId = chainId;
    if (chainId !== HOME_CHAIN) this.#known.delete(HOME_CHAIN); // it has to be told of it first
  }

  public async answer(method: string, params: readonly unknown[]): Promise<Answer> {
    this.asked.push(method);
    try {
      return { result: await this.#result(method, params) };
    } catch (error) {
      const { code, message } = error as { readonly code?: unknown; readonly message: string }; // of ethers, or one's own
      return { code: typeof code === "number" ? code : -32_603, message };
    }
  }

  public async change(key: BaseWallet): Promise<void> {
    this.#key = key.connect(this.#node);
    this.#address = key.address;
    await this.#tell("accountsChanged", [key.address]);
  }

  public async switchTo(chainId: number): Promise<void> {
    this.#chainId = chainId;
    await this.#tell("chainChanged", hex(chainId));
  }

  async #tell(event: string, value: unknown): Promise<void> {
    await this.#page.evaluate(
      `globalThis.testWalletSays(${this.#index}, ${JSON.stringify(event)}, ${JSON.stringify(value)})`,
    );
  }

  async #result(method: string, params: readonly unknown[]): Promise<unknown> {
    switch (method) {
      case "eth_requestAccounts":
        await this.#ask();
        this.#isOpen = true;
        return [this.#address];
      case "eth_accounts":
        return this.#isOpen ? [this.#address] : [];
      case "eth_chainId":
        return hex(this.#chainId);
      case "wallet_switchEthereumChain":
      case "wallet_addEthereumChain":
        return this.#moveTo(Number((params[0] as { readonly chainId: string }).chainId), method);
      case "eth_signTypedData_v4":
        return this.#sign(JSON.parse(String(params[1])) as TypedData); // as ethers sends it
      case "eth_sendTransaction":
        await this.#ask();
        return this.#send(params[0] as Readonly<Record<string, string>>); // as ethers sends it
      case "wallet_getCapabilities":
      case "wallet_sendCalls":
      case "wallet_getCallsStatus":
        return this.#batch(method, params);
      default:
        if (/^(wallet|personal)_|^eth_sign/.test(method)) throw new WalletError(UNSUPPORTED, `no ${method} here`);
        return this.#node.send(method, [...params]);
    }
  }

  /** Of whatever its user has to press. */
  async #ask(): Promise<void> {
    if (this.manner === "declines") throw new WalletError(DECLINED, "User rejected the request.");
    if (this.manner === "never answers") await new Promise<never>(() => undefined);
  }

  async #moveTo(chainId: number, method: string): Promise<null> {
    await this.#ask();
    if (method === "wallet_addEthereumChain") this.#known.add(chainId);
    if (!this.#known.has(chainId)) throw new WalletError(UNKNOWN_CHAIN, "Unrecognized chain.");
    await this.switchTo(chainId);
    return null;
  }

  async #sign({ domain, types, message }: TypedData): Promise<string> {
    if (this.manner === "knows no typed data") throw new WalletError(UNSUPPORTED, "no eth_signTypedData_v4 here");
    await this.#ask();
    const own = Object.fromEntries(Object.entries(types).filter(([name]) => name !== "EIP712Domain"));
    const other =
      this.manner === "signs something else" ? { nonce: String(BigInt(String(message["nonce"])) + 1n) } : {};
    return this.#key.signTypedData(domain, own, { ...message, ...other });
  }

  /** EIP-5792. @throws WalletError if it knows no batches */
  async #batch(method: string, params: readonly unknown[]): Promise<unknown> {
    if (!this.#hasBatches) throw new WalletError(UNSUPPORTED, `no ${method} here`);
    if (method === "wallet_getCapabilities") return { [hex(this.#chainId)]: { atomic: { status: "supported" } } };
    if (method === "wallet_getCallsStatus") return this.#batches[Number(params[0])];
    await this.#ask();
    const { calls } = params[0] as { readonly calls: readonly Readonly<Record<string, string>>[] };
    return { id: `0x${(this.#batches.push(await this.#allOrNothing(calls)) - 1).toString(16)}` };
  }

  /** In one block; if one of them fails the block is taken back, and nothing was done. */
  async #allOrNothing(calls: readonly Readonly<Record<string, string>>[]): Promise<Batch> {
    const before: unknown = await this.#node.send("evm_snapshot", []);
    await this.#node.send("evm_setAutomine", [false]);
    const hashes: string[] = [];
    try {
      for (const call of calls) hashes.push(await this.#send({ ...call, gas: GAS_OF_A_CALL }));
      await this.#node.send("evm_mine", []);
    } finally {
      await this.#node.send("evm_setAutomine", [true]);
    }
    const receipts = await Promise.all(
      hashes.map(async (transactionHash) => {
        const mined = (await this.#node.send("eth_getTransactionReceipt", [transactionHash])) as { status: string };
        return { transactionHash, status: mined.status };
      }),
    );
    if (receipts.every(({ status }) => status === "0x1")) return { status: 200, receipts };
    await this.#node.send("evm_revert", [before]);
    return { status: 500, receipts: [] };
  }

  async #send({ to, data, value, gas }: Readonly<Record<string, string>>): Promise<string> {
    const call: TransactionRequest = {
      ...(to !== undefined && { to }),
      ...(data !== undefined && { data }),
      ...(value !== undefined && { value }),
      ...(gas !== undefined && { gasLimit: gas }),
    };
    return (await this.#key.sendTransaction(call)).hash;
  }
}

/** Runs in the page, before anything of it. */
const ANNOUNCING = `(wallets) => {
  const listeners = wallets.map(() => new Map());
  globalThis.testWalletSays = (index, event, value) => {
    for (const listener of listeners[index].get(event) ?? []) listener(value);
  };
  const own = new Set();
  const details = wallets.map(({ name, rdns, uuid }, index) => {
    const provider = {
      async request({ method, params = [] }) {
        const answer = await globalThis.askTestWallet(index, method, JSON.parse(JSON.stringify(params)));
        if ("code" in answer) throw Object.assign(new Error(answer.message), { code: answer.code });
        return answer.result;
      },
      on(event, listener) {
        listeners[index].set(event, (listeners[index].get(event) ?? new Set()).add(listener));
      },
      removeListener(event, listener) {
        listeners[index].get(event)?.delete(listener);
      },
    };
    const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>";
    const detail = Object.freeze({ info: Object.freeze({ uuid, name, rdns, icon }), provider });
    own.add(detail);
    return detail;
  });
  addEventListener("eip6963:announceProvider", (event) => {
    if (!own.has(event.detail)) event.stopImmediatePropagation();
  }, true);
  const announce = () => {
    for (const detail of details) dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  };
  addEventListener("eip6963:requestProvider", announce);
  announce();
}`;

/**
 * A wallet for demonstrations alone: its key follows from its name, so everybody knows it, and it guards nothing. It is compiled in
 * only where the page is built for a demonstration, and does nothing on a chain that is not a local one.
 */
import { id, JsonRpcProvider, type TypedDataDomain, type TypedDataField, Wallet } from "ethers";

const CHAIN = 31_337;
/** As `session demo` names the person at the keyboard. */
const KEY_OF = "session demo: you";
const ICON =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" fill="#c60"/></svg>',
  );

interface Request {
  readonly method: string;
  readonly params?: readonly unknown[];
}

type Listener = (value: unknown) => void;

class DemoError extends Error {
  public readonly code: number;

  public constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const UNAUTHORISED = 4_100;
const UNSUPPORTED = 4_200;
const OTHER_CHAIN = 4_901;

interface TypedData {
  readonly domain: TypedDataDomain;
  readonly types: Readonly<Record<string, TypedDataField[]>>;
  readonly message: Readonly<Record<string, unknown>>;
}

/** Announces it (EIP-6963), now and whenever a page asks. @param rpcUrl of the demonstration's node */
export function announceDemoWallet(rpcUrl: string): void {
  const provider = createProvider(rpcUrl);
  const info = Object.freeze({
    uuid: crypto.randomUUID(),
    name: "Demo wallet (its key is public)",
    icon: ICON,
    rdns: "demo.session-contracts",
  });
  const announce = (): void => {
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  };
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
}

function createProvider(rpcUrl: string) {
  const node = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1, batchMaxCount: 1 });
  const wallet = new Wallet(id(KEY_OF), node);
  const listeners = new Map<string, Set<Listener>>();
  let isOpen = false;
  const guard = async (): Promise<void> => {
    const chain = Number(await node.send("eth_chainId", []));
    if (chain !== CHAIN)
      throw new DemoError(OTHER_CHAIN, `The demo wallet signs on chain ${CHAIN} alone, not on ${chain}.`);
    if (!isOpen) throw new DemoError(UNAUTHORISED, "The page has not asked for its account.");
  };
  const of = (event: string): Set<Listener> => {
    const known = listeners.get(event) ?? new Set();
    listeners.set(event, known);
    return known;
  };
  return {
    async request({ method, params = [] }: Request): Promise<unknown> {
      switch (method) {
        case "eth_requestAccounts":
          isOpen = true;
          await guard();
          remember();
          return [wallet.address];
        case "eth_accounts":
          isOpen = isOpen || isRemembered();
          return isOpen ? [wallet.address] : [];
        case "eth_signTypedData_v4":
          await guard();
          return signTyped(wallet, params);
        case "eth_sendTransaction":
          await guard();
          return send(wallet, params);
        case "wallet_switchEthereumChain":
          await guard();
          return null;
        default:
          if (/^(wallet|personal)_|^eth_sign/.test(method))
            throw new DemoError(UNSUPPORTED, `The demo wallet has no ${method}.`);
          return node.send(method, [...params]);
      }
    },
    on(event: string, listener: Listener): void {
      of(event).add(listener);
    },
    removeListener(event: string, listener: Listener): void {
      of(event).delete(listener);
    },
  };
}

async function signTyped(wallet: Wallet, [account, text]: readonly unknown[]): Promise<string> {
  requireOwn(wallet, account);
  const { domain, types, message } = JSON.parse(String(text)) as TypedData; // what ethers and other pages send
  const own = Object.fromEntries(Object.entries(types).filter(([name]) => name !== "EIP712Domain"));
  return wallet.signTypedData(domain, own, message);
}

async function send(wallet: Wallet, [call]: readonly unknown[]): Promise<string> {
  const { from, to, data, value, gas } = call as Readonly<Record<string, string | undefined>>; // a transaction as EIP-1193 has it
  requireOwn(wallet, from);
  const sent = await wallet.sendTransaction({
    ...(to !== undefined && { to }),
    ...(data !== undefined && { data }),
    ...(value !== undefined && { value }),
    ...(gas !== undefined && { gasLimit: gas }),
  });
  return sent.hash;
}

function requireOwn({ address }: Wallet, account: unknown): void {
  if (String(account).toLowerCase() !== address.toLowerCase())
    throw new DemoError(UNAUTHORISED, `The demo wallet has the account ${address} alone.`);
}

const OPENED = "session-contracts/demo-wallet";

function remember(): void {
  try {
    sessionStorage.setItem(OPENED, "yes");
  } catch {
    // Asked again after a reload.
  }
}

function isRemembered(): boolean {
  try {
    return sessionStorage.getItem(OPENED) === "yes";
  } catch {
    return false;
  }
}

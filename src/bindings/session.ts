import { type ContractRunner, ZeroHash } from "ethers";

import {
  type ILegToken,
  ILegToken__factory,
  type IOrderBook,
  IOrderBook__factory,
  type ISession,
  ISession__factory,
} from "../../typechain-types/index.js";
import { NodeError } from "../node/errors.js";
import { NodeProvider } from "../node/provider.js";
import { genesisLink } from "../protocol/book/checkpoint.js";
import { BASKET_ROOT_ID } from "../protocol/signing/package.js";
import { type BookDomain, bookDomain, domainSeparator } from "../protocol/signing/typed-data.js";
import { type AssetUnits, assetUnits, type Ticks, ticks, type TokenWei, tokenWei } from "../protocol/amounts/units.js";
import { ClientError } from "./errors.js";
import { read } from "./transact.js";

export { BASKET_ROOT_ID } from "../protocol/signing/package.js"; // part of this client's own vocabulary

export interface BasketAsset {
  readonly address: string;
  /** q_k in the asset's smallest unit. */
  readonly quantity: AssetUnits;
}

/** Units of the basket root. */
export interface BasketUnits {
  /** Ticks that make a weight of 1. */
  readonly scale: Ticks;
  /** Session-token wei that a tick of a lot is worth. */
  readonly tickValue: TokenWei;
  /** Session-token wei that a lot pays at weight 1, and so the wei of leg tokens in a lot: scale * tickValue. */
  readonly lotValue: TokenWei;
}

/** One session on one chain: what never changes about it, and its contracts. All of it was read from the chain. */
export interface SessionHandle {
  /** The vault, which is the session token too. */
  readonly address: string;
  readonly session: ISession;
  readonly book: IOrderBook;
  readonly bookAddress: string;
  /** Leg token k is at index k - 1. */
  readonly legs: readonly ILegToken[];
  /** Asset k is at index k - 1. */
  readonly assets: readonly BasketAsset[];
  /** N in session-token wei. */
  readonly supply: TokenWei;
  /** First second of trading. */
  readonly t1: number;
  /** First second of settlement. */
  readonly t2: number;
  readonly basket: BasketUnits;
  /** EIP-712 domain of every order in this book; its separator starts the chain. */
  readonly domain: BookDomain;
  /** What the contracts above read with. */
  readonly runner: ContractRunner;
}

/**
 * Reads a session from the chain.
 * @param address its vault
 * @param via the node's address, which makes the provider that fits; or a provider of one's own, or a signer that has one. ethers'
 * own keeps what it has read for 250 ms, unless it is made with `cacheTimeout: -1`
 * @throws ClientError Client_NoProvider, Client_NotASession, Client_OtherDomain; NodeError
 */
export async function openSession(address: string, via: ContractRunner | string): Promise<SessionHandle> {
  const runner = typeof via === "string" ? await NodeProvider.open(via) : via;
  const session = ISession__factory.connect(address, runner);
  const chainId = await requireContract(address, runner);
  const bookAddress = await bookOf(session, chainId);
  const [[assetAddresses, quantities], supply, [t1, t2]] = await read(
    Promise.all([session.basket(), session.fixedSupply(), session.window()]),
  );
  const book = IOrderBook__factory.connect(bookAddress, runner);
  const legAddresses = await read(Promise.all(assetAddresses.map((_, index) => session.legToken(index + 1))));
  const { marketMax: scale, tickValue } = await read(book.marketOf(BASKET_ROOT_ID, 1));
  const domain = bookDomain(chainId, bookAddress);
  await requireDomain(book, domain);
  return {
    address: await session.getAddress(),
    session,
    book,
    bookAddress,
    legs: legAddresses.map((leg) => ILegToken__factory.connect(leg, runner)),
    assets: assetAddresses.map((asset, index) => ({ address: asset, quantity: assetUnits(quantities[index] ?? 0n) })),
    supply: tokenWei(supply),
    t1: Number(t1), // uint40 seconds
    t2: Number(t2),
    basket: { scale: ticks(scale), tickValue: tokenWei(tickValue), lotValue: tokenWei(scale * tickValue) },
    domain,
    runner,
  };
}

async function requireContract(address: string, runner: ContractRunner): Promise<bigint> {
  if (runner.provider === null) throw new ClientError("Client_NoProvider");
  const [{ chainId }, code] = await read(Promise.all([runner.provider.getNetwork(), runner.provider.getCode(address)]));
  if (code === "0x") throw new ClientError("Client_NotASession", { address, chainId });
  return chainId;
}

async function bookOf(session: ISession, chainId: bigint): Promise<string> {
  try {
    return await read(session.orderBook());
  } catch (error) {
    if (error instanceof NodeError) throw error;
    throw new ClientError("Client_NotASession", { address: await session.getAddress(), chainId }, { cause: error });
  }
}

/** The genesis is of the book's own domain separator: while the book still keeps it, the two must agree. */
async function requireDomain(book: IOrderBook, domain: BookDomain): Promise<void> {
  const genesis = await read(book.checkpointAt(0));
  const expected = genesisLink(domainSeparator(domain));
  if (genesis !== ZeroHash && genesis !== expected) throw new ClientError("Client_OtherDomain", { genesis, expected });
}

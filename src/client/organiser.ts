import type { Addressable, ContractTransaction, Signer, TransactionReceipt } from "ethers";
import { hexlify, randomBytes, ZeroAddress } from "ethers";

import { type ISessionFactory, ISessionFactory__factory } from "../../typechain-types/index.js";
import { ClientError } from "../bindings/errors.js";
import { openSession, type SessionHandle } from "../bindings/session.js";
import { approvals, type Erc20, erc20At } from "./tokens.js";
import { newestTime } from "../bindings/lacking.js";
import { read, readAs, transact } from "../bindings/transact.js";

/** What a new session is made of; the meanings and limits are those of the contract's SessionParams. */
export interface SessionParams {
  readonly name: string;
  readonly symbol: string;
  /** ERC-20 addresses, 1 to 16. */
  readonly assets: readonly string[];
  /** q, in each asset's smallest unit. */
  readonly quantities: readonly bigint[];
  /** N in session-token wei. */
  readonly supply: bigint;
  /** First second of trading, Unix time. */
  readonly t1: number | bigint;
  /** First second of settlement, Unix time. */
  readonly t2: number | bigint;
  /** Who may take part; everybody by default. */
  readonly policy?: string;
  /** Latest settleBy of this session's markets, Unix time; 30 days after t2 by default. */
  readonly settleLimit?: number | bigint;
  /** Whether every registered trader may create markets; by default the organiser alone. */
  readonly openMarkets?: boolean;
  readonly chainWindow?: number;
  readonly maxOpenOrders?: number;
  /** Lots of a market beyond which no fill takes a trader's position; no limit by default. */
  readonly maxLots?: bigint;
  readonly basketScale?: number | bigint;
  readonly basketTickValue?: bigint;
}

/** One lot is 0.001 session token of a leg, one tick 0.01 % of weight. */
const DEFAULTS = {
  policy: ZeroAddress,
  openMarkets: false,
  chainWindow: 64,
  maxOpenOrders: 255,
  maxLots: 0n,
  basketScale: 10_000,
  basketTickValue: 10n ** 11n,
} as const;

/** How long after t2 the markets of a session may take to settle. */
const DEFAULT_SETTLING_SECONDS = 30n * 86_400n;

const SALT_BYTES = 32;

/** Positions in ISession.Phase. */
const PHASE_CREATED = 0n;
const PHASE_CANCELLED = 1n;

/** The parameters with every default in its place, as the contract takes them. */
export type CompleteParams = Required<Omit<SessionParams, "assets" | "quantities">> & {
  readonly assets: string[];
  readonly quantities: bigint[];
};

export function completeParams(params: SessionParams): CompleteParams {
  return {
    ...DEFAULTS,
    settleLimit: BigInt(params.t2) + DEFAULT_SETTLING_SECONDS,
    ...params,
    assets: [...params.assets],
    quantities: [...params.quantities],
  };
}

/**
 * Creates a session whose organiser is `organiser`.
 * @param factory the session factory, or its address
 * @param salt 32 bytes that decide the addresses together with organiser and parameters; random by default
 * @throws ClientError Client_NotAFactory, Client_NotAPolicy or the factory's refusal, before anything is sent
 */
export async function createSession(
  factory: string | Addressable,
  organiser: Signer,
  params: SessionParams,
  salt?: string,
): Promise<SessionHandle> {
  return (await makeSession(factory, organiser, params, salt)).handle;
}

/** As `createSession`, with what became of the transaction. */
export async function makeSession(
  factory: string | Addressable,
  organiser: Signer,
  params: SessionParams,
  salt: string = hexlify(randomBytes(SALT_BYTES)),
): Promise<{ readonly handle: SessionHandle; readonly receipt: TransactionReceipt }> {
  const address = typeof factory === "string" ? factory : await factory.getAddress();
  await requireFactory(address, organiser);
  await requirePolicy(params, organiser);
  const contract = ISessionFactory__factory.connect(address, organiser);
  const receipt = await transact(organiser, contract.createSession.populateTransaction(completeParams(params), salt));
  return { handle: await openSession(createdSession(contract, address, receipt.logs), organiser), receipt };
}

/**
 * To an address without code every call succeeds, and does nothing; and another contract would refuse without a reason.
 * @throws ClientError Client_NotAFactory, Client_NoProvider
 */
export async function requireFactory(address: string, { provider }: Pick<Signer, "provider">): Promise<void> {
  if (provider === null) throw new ClientError("Client_NoProvider");
  const [{ chainId }, code] = await read(Promise.all([provider.getNetwork(), provider.getCode(address)]));
  const none = new ClientError("Client_NotAFactory", { address, chainId });
  if (code === "0x") throw none;
  await readAs(none, ISessionFactory__factory.connect(address, provider).implementations());
}

/**
 * A policy without code admits nobody, and is named for good.
 * @throws ClientError Client_NotAPolicy, Client_NoProvider
 */
export async function requirePolicy(
  { policy = ZeroAddress }: Pick<SessionParams, "policy">,
  { provider }: Pick<Signer, "provider">,
): Promise<void> {
  if (policy === ZeroAddress) return;
  if (provider === null) throw new ClientError("Client_NoProvider");
  if ((await read(provider.getCode(policy))) === "0x") throw new ClientError("Client_NotAPolicy", { address: policy });
}

function createdSession(
  contract: ISessionFactory,
  factory: string,
  logs: readonly { readonly address: string; readonly topics: readonly string[]; readonly data: string }[],
): string {
  for (const log of logs) {
    if (log.address.toLowerCase() !== factory.toLowerCase()) continue;
    const event = contract.interface.parseLog(log);
    if (event?.name === "SessionCreated") return event.args["session"] as string; // its type in the ABI
  }
  throw new ClientError("Client_NoEvent", { event: "SessionCreated", factory });
}

/**
 * Pays the basket in: approves exactly q of each asset to the vault, then funds. The organiser receives N session tokens.
 * Approvals that are already there, exactly, are left as they are.
 * @returns what became of the transaction that funds
 * @throws ClientError Client_NotOrganiser, Session_AlreadyFunded, Session_FundingClosed or Client_AssetShort before anything is sent
 */
export async function fundSession(handle: SessionHandle, organiser: Signer): Promise<TransactionReceipt> {
  const calls = await fundingCalls(handle, organiser);
  for (const approval of calls.slice(0, -1)) await transact(organiser, Promise.resolve(approval));
  return transact(organiser, handle.session.connect(organiser).fund.populateTransaction());
}

/**
 * The calls by which a session is funded, in their order: exact approvals, those that are not there already, and the payment. To be
 * sent as one where a wallet can (`sendCalls`).
 * @throws ClientError as `fundSession`
 */
export async function fundingCalls(handle: SessionHandle, organiser: Signer): Promise<ContractTransaction[]> {
  const owner = await organiser.getAddress();
  await requireFundable(handle, owner);
  const assets = handle.assets.map(({ address, quantity }) => ({ asset: erc20At(address, organiser), quantity }));
  for (const { asset, quantity } of assets) await requireBalance(asset, owner, quantity);
  const calls: ContractTransaction[] = [];
  for (const { asset, quantity } of assets) calls.push(...(await approvals(asset, owner, handle.address, quantity)));
  return [...calls, await handle.session.connect(organiser).fund.populateTransaction()];
}

async function requireFundable({ session, supply, t1, runner }: SessionHandle, owner: string): Promise<void> {
  const [organiser, phase] = await read(Promise.all([session.organiser(), session.phase()]));
  if (owner !== organiser) throw new ClientError("Client_NotOrganiser", { caller: owner, organiser });
  if (phase === PHASE_CREATED) return;
  if (phase !== PHASE_CANCELLED) throw new ClientError("Session_AlreadyFunded", { supply });
  const timestamp = BigInt(await newestTime(runner.provider));
  throw new ClientError("Session_FundingClosed", { timestamp, t1: BigInt(t1) });
}

async function requireBalance(asset: Erc20, owner: string, required: bigint): Promise<void> {
  const balance = await read(asset.balanceOf(owner));
  if (balance >= required) return;
  throw new ClientError("Client_AssetShort", { asset: await asset.getAddress(), balance, required });
}

/** A funded session with traders on any node that lets its clock be moved: what relays are tried on. */
import {
  type ContractTransactionResponse,
  JsonRpcProvider,
  type JsonRpcSigner,
  parseEther,
  SigningKey,
  toBeHex,
  Wallet,
} from "ethers";

import { createSession, fundSession, type SessionParams } from "../src/client/organiser.js";
import type { SessionHandle } from "../src/bindings/session.js";
import {
  LegToken__factory,
  OrderBook__factory,
  OrderBookAccounts__factory,
  OrderBookMarkets__factory,
  Session__factory,
  SessionFactory__factory,
  TestAsset__factory,
} from "../typechain-types/index.js";

/** Somebody with a key and money in the book. */
export interface StageTrader {
  readonly address: string;
  readonly key: SigningKey;
}

export interface RelayStage {
  readonly rpcUrl: string;
  readonly provider: JsonRpcProvider;
  readonly organiser: JsonRpcSigner;
  readonly handle: SessionHandle;
  readonly traders: readonly StageTrader[];
  /** Keys of accounts with coin for gas, for relays. */
  readonly relayKeys: readonly string[];
  readonly close: () => void;
}

export interface RelayStagePlan {
  readonly traders: number;
  readonly chainWindow?: number;
  readonly maxOpenOrders?: number;
  /** Seconds from t1 to t2. */
  readonly seconds?: number;
}

const ONE = parseEther("1");
const RELAYS = 4;
const HOUR = 3600;

export async function openRelayStage(rpcUrl: string, plan: RelayStagePlan): Promise<RelayStage> {
  const provider = new JsonRpcProvider(rpcUrl, undefined, {
    cacheTimeout: -1,
    pollingInterval: 20,
    staticNetwork: true,
  });
  const organiser = await provider.getSigner(0);
  const handle = await openFunded(provider, organiser, plan);
  const traders = Array.from({ length: plan.traders }, (_, index) => traderOf(index + 1));
  await depositFor(handle, organiser, traders);
  const relayKeys = Array.from({ length: RELAYS }, (_, index) => keyOf(1_000_000 + index));
  for (const key of relayKeys) {
    await (await organiser.sendTransaction({ to: new Wallet(key).address, value: 500n * ONE })).wait();
  }
  await provider.send("evm_setNextBlockTimestamp", [handle.t1]);
  await provider.send("evm_mine", []);
  return {
    rpcUrl,
    provider,
    organiser,
    handle,
    traders,
    relayKeys,
    close: () => {
      provider.destroy();
    },
  };
}

export function traderOf(index: number): StageTrader {
  const privateKey = keyOf(index);
  return { address: new Wallet(privateKey).address, key: new SigningKey(privateKey) };
}

/** Small numbers are keys as good as others where nothing is at stake. */
function keyOf(number: number): string {
  return toBeHex(number + 10_000, 32);
}

async function openFunded(
  provider: JsonRpcProvider,
  organiser: JsonRpcSigner,
  { chainWindow = 256, maxOpenOrders = 1_000, seconds = 30 * 24 * HOUR }: RelayStagePlan,
): Promise<SessionHandle> {
  const addressOf = async (
    contract: Promise<{ getAddress(): Promise<string>; waitForDeployment(): Promise<unknown> }>,
  ) => {
    const deployed = await contract;
    await deployed.waitForDeployment();
    return deployed.getAddress();
  };
  const session = await addressOf(new Session__factory(organiser).deploy());
  const legToken = await addressOf(new LegToken__factory(organiser).deploy());
  const markets = await addressOf(new OrderBookMarkets__factory(organiser).deploy());
  const accounts = await addressOf(new OrderBookAccounts__factory(organiser).deploy(markets));
  const book = await addressOf(new OrderBook__factory(organiser).deploy(accounts));
  const factory = await addressOf(new SessionFactory__factory(organiser).deploy(session, legToken, book));
  const assets: string[] = [];
  for (const symbol of ["A", "B"]) {
    const asset = await new TestAsset__factory(organiser).deploy(symbol, symbol, 18);
    await asset.waitForDeployment();
    await (await asset.mint(await organiser.getAddress(), 1_000n * ONE)).wait();
    assets.push(await asset.getAddress());
  }
  const latest = await provider.getBlock("latest");
  const now = latest?.timestamp ?? 0;
  const params: SessionParams = {
    name: "Relayed",
    symbol: "RLY",
    assets,
    quantities: assets.map(() => 1_000n * ONE),
    supply: 1_000_000n * ONE,
    t1: now + HOUR,
    t2: now + HOUR + seconds,
    chainWindow,
    maxOpenOrders,
  };
  const handle = await createSession(factory, organiser, params);
  await fundSession(handle, organiser);
  return handle;
}

/** 1 000 session tokens for each, by the organiser. */
async function depositFor(
  handle: SessionHandle,
  organiser: JsonRpcSigner,
  traders: readonly StageTrader[],
): Promise<void> {
  const book = handle.book.connect(organiser);
  const approval = await handle.session.connect(organiser).approve(handle.bookAddress, handle.supply);
  await approval.wait();
  let last: ContractTransactionResponse | undefined;
  for (const { address } of traders) last = await book.deposit(address, 1_000n * ONE, { gasLimit: 500_000 });
  await last?.wait();
}

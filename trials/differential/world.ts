/** A session on a chain of its own, and the people and tokens around it. */
import { type Interface, MaxUint256, type TransactionReceiptParams, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { findRevertData } from "../../src/node/revert-data.js";
import {
  IOrderBook__factory,
  type LegToken,
  LegToken__factory,
  Session__factory,
  Signatures__factory,
} from "../../typechain-types/index.js";
import {
  type Contracts,
  createSession,
  deployAssets,
  deployContracts,
  fundSession,
  paramsFor,
  type World as ContractWorld,
} from "../../stage/contracts/world.js";
import { type Question, READER, READER_THERE, readerAnswers, readerCall } from "../../stage/contracts/reader.js";
import { type Person, type Scene, sceneOf, supplyOf, timesFrom, WALLET_KEY } from "./scene.js";
import type { Terms } from "./steps.js";

/** Of a basket. */
const MAX_ASSETS = 16;
const GAS = "0xf00000";
/** As many as surely fit that gas. */
const QUESTIONS_AT_ONCE = 80;
/** Times are the same for every world, whatever the clock says, so that a history always meets the same ones. */
const BEGINNING = 2_000_000_000;
/** When contracts are deployed and when a world is made; its history starts when both must be long done. */
const WORLD_MADE = BEGINNING + 10_000;
const HISTORY_STARTS = BEGINNING + 20_000;
const T1 = HISTORY_STARTS + 400;

export interface Receipt {
  readonly logs: readonly { readonly address: string; readonly topics: string[]; readonly data: string }[];
}

/** What a transaction came to: its logs and what a calling contract would have got, or the data it reverted with. */
export type Sent =
  | { readonly logs: Receipt["logs"]; readonly returned: string; readonly blockNumber: bigint }
  | { readonly revert: string };

/** What all histories share. */
interface Fixtures {
  readonly contracts: Contracts;
  readonly assets: readonly string[];
}

export class Chain {
  readonly #connection: NetworkConnection;
  readonly #fixtures: Fixtures;
  #start: string;

  private constructor(connection: NetworkConnection, fixtures: Fixtures, start: string) {
    [this.#connection, this.#fixtures, this.#start] = [connection, fixtures, start];
  }

  public static async create(connection: NetworkConnection): Promise<Chain> {
    await connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [BEGINNING] });
    const contracts = await deployContracts(connection);
    const assets = await deployAssets(contracts, MAX_ASSETS);
    const fixtures = { contracts, assets };
    return new Chain(connection, fixtures, await snapshot(connection));
  }

  /** A fresh session, funded, before its t1; whatever was there before is gone. */
  public async open(terms: Terms): Promise<World> {
    await this.#connection.provider.request({ method: "evm_revert", params: [this.#start] });
    this.#start = await snapshot(this.#connection);
    await this.#connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [WORLD_MADE] });
    return openWorld(this.#fixtures, terms);
  }
}

/** A scene on a chain. */
export interface World extends Scene {
  readonly tokens: readonly string[];
  readonly interfaces: readonly Interface[];
  now(): number;
  send(from: string, timestamp: number, data: string): Promise<Sent>;
  /** Lets time pass until then. */
  wait(timestamp: number): Promise<void>;
  ask(questions: readonly Question[]): Promise<string[]>;
}

export const INTERFACES: readonly Interface[] = [
  IOrderBook__factory.createInterface(),
  Session__factory.createInterface(),
  LegToken__factory.createInterface(),
  Signatures__factory.createInterface(),
];

async function openWorld({ contracts, ...fixtures }: Fixtures, terms: Terms): Promise<World> {
  const { connection } = contracts;
  const assets = fixtures.assets.slice(0, terms.assets);
  const policies = await deployPolicies(connection, terms);
  const hostileWallet = await addressOf(connection, "HostileWallet", terms.walletManner ?? 0);
  const inner = await openSession(contracts, terms, [...assets], policies.address);
  const session = await inner.session.getAddress();
  const scene = sceneOf(terms, T1, {
    session,
    book: inner.bookAddress,
    policy: policies.address,
    wallet: await addressOf(connection, "KeyWallet", WALLET_KEY.address),
    hostileWallet,
    permitSeparators: await Promise.all([inner.session, ...legsOf(inner)].map((token) => token.DOMAIN_SEPARATOR())),
  });
  if (terms.hasPolicy) for (const one of scene.admitted) await policies.list.admit(inner.bookAddress, one, true);
  await shareOut(inner, scene.people.slice(0, 3), scene.supply);
  return {
    ...scene,
    tokens: [session, ...(await Promise.all(legsOf(inner).map((leg) => leg.getAddress())))],
    interfaces: INTERFACES,
    ...access(connection, inner.bookAddress),
  };
}

async function addressOf({ ethers }: NetworkConnection, contract: string, argument: unknown): Promise<string> {
  return (await ethers.deployContract(contract, [argument])).getAddress();
}

/** The list of those who are let in, and where the session will ask: there, or at a hostile policy, or nowhere. */
async function deployPolicies({ ethers }: NetworkConnection, { hasPolicy, policyManner }: Terms) {
  const list = await ethers.deployContract("AdmitListPolicy");
  const hostile = policyManner === undefined ? undefined : await ethers.deployContract("HostilePolicy", [policyManner]);
  const address = (await hostile?.getAddress()) ?? (hasPolicy ? await list.getAddress() : ZeroAddress);
  return { list, address };
}

async function openSession(
  contracts: Contracts,
  terms: Terms,
  assets: string[],
  policy: string,
): Promise<ContractWorld> {
  const { openMarkets, chainWindow, maxOpenOrders, maxLots = 0, basketScale, basketTickValue } = terms;
  const own = { openMarkets, chainWindow, maxOpenOrders, maxLots, basketScale, basketTickValue };
  const params = await paramsFor(contracts, { ...timesFrom(T1), ...own, assets, policy, supply: supplyOf(terms) });
  const world = await createSession(contracts, params);
  await fundSession(world);
  return world;
}

function legsOf({ params, leg }: ContractWorld): LegToken[] {
  return params.assets.map((_, k) => leg(k + 1));
}

/**
 * The organiser keeps most of what there is, half of it in legs; three traders get an eighth each likewise. The last of them
 * allows the book nothing: it pays by permit.
 */
async function shareOut(world: ContractWorld, traders: readonly Person[], supply: bigint): Promise<void> {
  const { session, organiser } = world;
  await session.split(supply / 2n);
  const givers = traders.slice(0, -1).map(({ address }) => address);
  for (const token of [session, ...legsOf(world)]) {
    for (const { address } of traders) await token.connect(organiser).transfer(address, supply / 8n);
    for (const holder of [organiser.address, ...givers]) {
      await token.connect(await world.connection.ethers.getSigner(holder)).approve(world.book, MaxUint256);
    }
  }
}

function access({ provider }: NetworkConnection, book: string): Pick<World, "now" | "send" | "wait" | "ask"> {
  let now = HISTORY_STARTS;
  return {
    now: () => now,
    async send(from, timestamp, data) {
      now = timestamp;
      await provider.request({ method: "evm_setNextBlockTimestamp", params: [timestamp] });
      try {
        const transaction = { from, to: book, data, gas: GAS };
        const returned: unknown = await provider.request({ method: "eth_call", params: [transaction, "pending"] });
        const hash: unknown = await provider.request({ method: "eth_sendTransaction", params: [transaction] });
        const receipt: unknown = await provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
        // A node's answers.
        const { logs, blockNumber } = receipt as TransactionReceiptParams & Receipt;
        return { logs, returned: returned as string, blockNumber: BigInt(blockNumber) };
      } catch (error) {
        const revert = findRevertData(error);
        if (revert === undefined) throw error;
        return { revert };
      }
    },
    async wait(timestamp) {
      now = timestamp;
      await provider.request({ method: "evm_mine", params: [timestamp] });
    },
    async ask(questions) {
      const answers: string[] = [];
      for (let first = 0; first < questions.length; first += QUESTIONS_AT_ONCE) {
        const data = readerCall(questions.slice(first, first + QUESTIONS_AT_ONCE));
        const params = [{ to: READER, data, gas: GAS }, "latest", READER_THERE];
        const answer: unknown = await provider.request({ method: "eth_call", params });
        answers.push(...readerAnswers(answer as string)); // a node's answer
      }
      return answers;
    },
  };
}

async function snapshot({ provider }: NetworkConnection): Promise<string> {
  return (await provider.request({ method: "evm_snapshot" })) as string; // as documented
}

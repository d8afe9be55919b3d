/** A session on a chain of its own, and the people and tokens around it. */
import { HDNodeWallet, type Interface, MaxUint256, Mnemonic, type TransactionReceiptParams, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { BookTerms } from "../../src/protocol/book/terms.js";
import { findRevertData } from "../../src/bindings/revert-data.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import type { Ticks, TokenWei } from "../../src/protocol/amounts/units.js";
import {
  IOrderBook__factory,
  type LegToken,
  LegToken__factory,
  Session__factory,
} from "../../typechain-types/index.js";
import { Signatures__factory } from "../../typechain-types/index.js";
import {
  type Contracts,
  createSession,
  deployAssets,
  deployContracts,
  paramsFor,
  supplyBasket,
  type World as ContractWorld,
} from "../../stage/contracts/world.js";
import { type Question, readerAnswers, readerBytecode, readerCall } from "./reader.js";
import type { Terms } from "./steps.js";

const MNEMONIC = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
const GAS = "0xf00000";
/** As many as surely fit that gas. */
const QUESTIONS_AT_ONCE = 80;
/** Times are the same for every world, whatever the clock says, so that a history always meets the same ones. */
const BEGINNING = 2_000_000_000;
/** When contracts are deployed and when a world is made; its history starts when both must be long done. */
const WORLD_MADE = BEGINNING + 10_000;
const HISTORY_STARTS = BEGINNING + 20_000;
const T1 = HISTORY_STARTS + 400;
const TRADING_SECONDS = 6_000;
const SECONDS_TO_LIMIT = 2_000;

/** Somebody with a key. */
export type Person = HDNodeWallet;

export interface Receipt {
  readonly logs: readonly { readonly address: string; readonly topics: string[]; readonly data: string }[];
}

/** What a transaction came to: its logs and what a calling contract would have got, or the data it reverted with. */
export type Sent = { readonly logs: Receipt["logs"]; readonly returned: string } | { readonly revert: string };

/** What all histories share. */
interface Fixtures {
  readonly contracts: Contracts;
  readonly assets: readonly string[];
  /** Where many questions are asked at once. */
  readonly reader: string;
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
    const assets = await deployAssets(contracts, 4);
    const reader = await new connection.ethers.ContractFactory(
      [],
      readerBytecode(),
      contracts.people.organiser,
    ).deploy();
    const fixtures = { contracts, assets, reader: await reader.getAddress() };
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

/** What a step is given its meaning from. */
export interface Stage {
  readonly terms: BookTerms;
  readonly supply: bigint;
  /** Traders with keys, then one without a token or an allowance. */
  readonly people: readonly Person[];
  readonly organiser: Person;
  readonly stranger: Person;
  /** A contract wallet, and whose key it heeds. */
  readonly wallet: { readonly address: string; readonly key: Person };
  /** A contract that never approves a signature, each in its own way. */
  readonly hostileWallet: string;
  /** Of the permits of each token, by leg. */
  readonly permitSeparators: readonly string[];
  /** Whom the policy lets in. */
  readonly admitted: ReadonlySet<string>;
}

/** A stage on a chain. */
export interface World extends Stage {
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

async function openWorld({ contracts, reader, ...fixtures }: Fixtures, terms: Terms): Promise<World> {
  const { connection } = contracts;
  const assets = fixtures.assets.slice(0, terms.assets);
  const lotValue = BigInt(terms.basketScale) * BigInt(terms.basketTickValue);
  const supply = lotValue * 1_000_000n;
  const policy = await connection.ethers.deployContract("AdmitListPolicy");
  const hostilePolicy =
    terms.policyManner === undefined
      ? undefined
      : await connection.ethers.deployContract("HostilePolicy", [terms.policyManner]);
  const listAddress = terms.hasPolicy ? await policy.getAddress() : ZeroAddress;
  const policyAddress = (await hostilePolicy?.getAddress()) ?? listAddress;
  const hostile = await connection.ethers.deployContract("HostileWallet", [terms.walletManner ?? 0]);
  const hostileWallet = await hostile.getAddress();
  const params = await paramsFor(contracts, {
    assets: [...assets],
    supply,
    t1: T1,
    t2: T1 + TRADING_SECONDS,
    settleLimit: T1 + TRADING_SECONDS + SECONDS_TO_LIMIT,
    policy: policyAddress,
    openMarkets: terms.openMarkets,
    chainWindow: terms.chainWindow,
    maxOpenOrders: terms.maxOpenOrders,
    basketScale: terms.basketScale,
    basketTickValue: terms.basketTickValue,
  });
  const inner = await createSession(contracts, params);
  await supplyBasket(inner);
  await inner.session.fund();
  const people = Array.from({ length: 10 }, (_, index) => keyAt(index + 2));
  const [organiser, stranger] = [keyAt(0), people[9]!];
  const walletKey = keyAt(15);
  const wallet = await connection.ethers.deployContract("KeyWallet", [walletKey.address]);
  const walletAddress = await wallet.getAddress();
  const welcome = [
    ...people.slice(0, 7).map(({ address }) => address),
    walletAddress,
    hostileWallet,
    organiser.address,
  ];
  const admitted = new Set(hostilePolicy === undefined ? welcome : []);
  if (terms.hasPolicy) for (const one of admitted) await policy.admit(inner.bookAddress, one, true);
  await shareOut(inner, people.slice(0, 3), supply);
  const tokens = [await inner.session.getAddress()];
  for (let leg = 1; leg <= assets.length; leg += 1) tokens.push(await inner.leg(leg).getAddress());
  return {
    terms: {
      assets: assets.length,
      basketScale: BigInt(terms.basketScale) as Ticks,
      basketTickValue: BigInt(terms.basketTickValue) as TokenWei,
      t1: BigInt(T1),
      t2: BigInt(T1 + TRADING_SECONDS),
      settleLimit: BigInt(T1 + TRADING_SECONDS + SECONDS_TO_LIMIT),
      marketCreator: terms.openMarkets ? ZeroAddress : organiser.address,
      domain: bookDomain(31_337n, inner.bookAddress),
      session: tokens[0]!,
      policy: policyAddress,
      chainWindow: terms.chainWindow,
      maxOpenOrders: terms.maxOpenOrders,
    },
    supply,
    people,
    organiser,
    stranger,
    wallet: { address: walletAddress, key: walletKey },
    hostileWallet,
    permitSeparators: await Promise.all([inner.session, ...legsOf(inner)].map((token) => token.DOMAIN_SEPARATOR())),
    tokens,
    interfaces: INTERFACES,
    admitted,
    ...access(connection, inner.bookAddress, reader),
  };
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

function access(
  { provider }: NetworkConnection,
  book: string,
  reader: string,
): Pick<World, "now" | "send" | "wait" | "ask"> {
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
        return { logs: (receipt as TransactionReceiptParams & Receipt).logs, returned: returned as string };
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
        const params = [{ to: reader, data, gas: GAS }, "latest"];
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

const persons = new Map<number, Person>();

export function keyAt(index: number): Person {
  const known = persons.get(index) ?? HDNodeWallet.fromMnemonic(MNEMONIC, `m/44'/60'/0'/0/${index}`);
  persons.set(index, known);
  return known;
}

/** What a chain needs once: the code that the clones run, and the factories that make them. Nothing is owned. */
import { AbiCoder, concat } from "ethers";

import { type Address, addressOf } from "./create2.js";

/** As ICashWindow, IChainlinkFixing and IUmaSettler name what they are made of. */
export interface WindowTermsStruct {
  readonly session: string;
  readonly prices: string;
  readonly cash: string;
  readonly opens: bigint;
  readonly closes: bigint;
}

export interface FixingTermsStruct {
  readonly time: bigint;
  readonly delay: bigint;
  readonly cash: string;
  readonly uptime: string;
  readonly grace: bigint;
  readonly feeds: readonly { readonly aggregator: string; readonly maxAge: bigint; readonly asset: string }[];
}

export interface UmaTermsStruct {
  readonly book: string;
  readonly oracle: string;
  readonly currency: string;
  readonly liveness: bigint;
  readonly bond: bigint;
}

/** In the order of their constructors' needs. */
export const CONTRACTS = [
  "Session",
  "LegToken",
  "OrderBookMarkets",
  "OrderBookViews",
  "OrderBookAccounts",
  "OrderBook",
  "SessionFactory",
  "LmsrMakerFactory",
] as const;
export type ContractName = (typeof CONTRACTS)[number];

/** Whose addresses each is constructed with. */
const MADE_WITH: Readonly<Record<ContractName, readonly ContractName[]>> = {
  Session: [],
  LegToken: [],
  OrderBookMarkets: [],
  OrderBookViews: ["OrderBookMarkets"],
  OrderBookAccounts: ["OrderBookViews"],
  OrderBook: ["OrderBookAccounts"],
  SessionFactory: ["Session", "LegToken", "OrderBook"],
  LmsrMakerFactory: [],
};

/** Where a contract's source lies below `contracts`, and what its constructor takes. */
interface Source<Arguments extends readonly unknown[]> {
  readonly folder: string;
  /** A type alone: there is no such value. */
  readonly takes?: Arguments;
}

/** What a primary sale is made of: the struct of its contract. */
export interface SaleTerms {
  readonly session: string;
  readonly premium: string;
  /** Smallest units of the premium token for 10^18 wei of session tokens. */
  readonly startPrice: bigint;
  readonly endPrice: bigint;
  /** The same a second. */
  readonly slope: bigint;
  /** Unix seconds. */
  readonly opens: bigint;
  readonly closes: bigint;
  /** Wei; 0 for no limit. */
  readonly maxPerBuyer: bigint;
  /** The zero address for everybody. */
  readonly policy: string;
}

/** What is deployed by name, with arguments of whoever deploys it: a line each. What a factory clones or creates is not here. */
export const PERIPHERY = {
  LmsrMakerFactory: source<[]>("periphery/makers"),
  SetRouter: source<[book: string]>("periphery"),
  AllOf: source<[policies: readonly string[]]>("periphery/policies"),
  AllowList: source<[root: string]>("periphery/policies"),
  AnyOf: source<[policies: readonly string[]]>("periphery/policies"),
  Attested: source<[service: string, schema: string, attester: string]>("periphery/policies"),
  FeePolicy: source<[vault: string]>("periphery/policies"),
  FeeVault: source<[token: string, fee: bigint, beneficiary: string]>("periphery/policies"),
  MinCapital: source<[token: string, minimum: bigint]>("periphery/policies"),
  MinVotes: source<[token: string, minimum: bigint]>("periphery/policies"),
  TrackRecord: source<[root: string, leastProfitPpm: bigint, leastInformationPpm: bigint]>("periphery/policies"),
  PrimarySale: source<[terms: SaleTerms]>("periphery/sale"),
  RollerFactory: source<[sessionFactory: string]>("periphery/rolling"),
  KeyAccount: source<[owner: string]>("periphery/keys"),
  SessionTokenOracle:
    source<[session: string, leg: bigint, feeds: readonly string[], maxAges: readonly bigint[], loanDecimals: bigint]>(
      "periphery/leverage",
    ),
  CashWindow: source<[terms: WindowTermsStruct]>("periphery/settlement"),
  ChainlinkFixing: source<[terms: FixingTermsStruct]>("periphery/settlement"),
  ChainlinkSettler: source<[book: string, fixing: string]>("periphery/settlement"),
  UmaSettler: source<[terms: UmaTermsStruct]>("periphery/settlement"),
};
export type PeripheryName = keyof typeof PERIPHERY;
/** As ethers encodes them by the constructor's ABI: an address is text, a number bigint, a struct an object. */
export type ArgumentsOf<Name extends PeripheryName> = NonNullable<(typeof PERIPHERY)[Name]["takes"]>;

/** A contract of ours at the place that its code has on every chain. */
export interface Placed<Name extends string = ContractName> {
  readonly name: Name;
  readonly address: Address;
  /** Creation code with its constructor's arguments. */
  readonly initCode: string;
}

/** @param bytecode of each contract, as compiled. @returns them in the order in which they are deployed */
export function placeContracts(bytecode: Readonly<Record<ContractName, string>>): readonly Placed[] {
  const addresses = new Map<ContractName, Address>();
  return CONTRACTS.map((name) => {
    const needs = MADE_WITH[name].map((other) => addresses.get(other) ?? "");
    const words = AbiCoder.defaultAbiCoder().encode(
      needs.map(() => "address"),
      needs,
    );
    const initCode = concat([bytecode[name], words]);
    const address = addressOf(initCode);
    addresses.set(name, address);
    return { name, address, initCode };
  });
}

/** What a factory creates has no place of its own, but code that is known. */
const CREATED: Readonly<Record<string, string>> = { LmsrMaker: "periphery/makers" };

/** Of all that is deployed or created. */
export function sourceFiles(): string[] {
  return [...new Set([...CONTRACTS, ...Object.keys(PERIPHERY), ...Object.keys(CREATED)])].map(sourceFileOf);
}

/** @param name of any of them; those that are not of the periphery lie on top */
export function sourceFileOf(name: string): string {
  const folder = Object.hasOwn(PERIPHERY, name) ? PERIPHERY[name as PeripheryName].folder : CREATED[name]; // as just looked at
  return `contracts/${folder === undefined ? "" : `${folder}/`}${name}.sol`;
}

function source<Arguments extends readonly unknown[]>(folder: string): Source<Arguments> {
  return { folder };
}

/** What a chain needs once: the code that the clones run, and the factory that makes them. Nothing is owned. */
import { AbiCoder, concat } from "ethers";

import { type Address, addressOf } from "./create2.js";

/** In the order of their constructors' needs. */
export const CONTRACTS = [
  "Session",
  "LegToken",
  "OrderBookMarkets",
  "OrderBookViews",
  "OrderBookAccounts",
  "OrderBook",
  "SessionFactory",
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
};

/** A contract of ours at the place that its code has on every chain. */
export interface Placed {
  readonly name: ContractName;
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

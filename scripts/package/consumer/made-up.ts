/** A made-up name does not pass the compiler: each line below is an error that must be one. */
import { lmsrMakerAbi, lmsrMakerFactoryAbi, orderBookAbi, setRouterAbi } from "session-contracts/abi";
import type { ContractFunctionArgs, ContractFunctionName } from "viem";

export const known: ContractFunctionName<typeof orderBookAbi> = "chainState";
// @ts-expect-error no function of the book
export const madeUp: ContractFunctionName<typeof orderBookAbi> = "chainStates";
// @ts-expect-error a market is two numbers
export const wrong: ContractFunctionArgs<typeof orderBookAbi, "view", "marketOf"> = ["1", 1];
export const quote: ContractFunctionArgs<typeof lmsrMakerAbi, "view", "quote"> = [1, 10n];
// @ts-expect-error a maker is asked by branch and lots
export const quoteOfNothing: ContractFunctionArgs<typeof lmsrMakerAbi, "view", "quote"> = [1];
export const through: ContractFunctionName<typeof setRouterAbi> = "buyThroughSet";
// @ts-expect-error no function of a router
export const throughNothing: ContractFunctionName<typeof setRouterAbi> = "buyThroughSets";
export const make: ContractFunctionName<typeof lmsrMakerFactoryAbi> = "create";

/** A made-up name does not pass the compiler: each line below is an error that must be one. */
import { orderBookAbi } from "session-contracts/abi";
import type { ContractFunctionArgs, ContractFunctionName } from "viem";

export const known: ContractFunctionName<typeof orderBookAbi> = "chainState";
// @ts-expect-error no function of the book
export const madeUp: ContractFunctionName<typeof orderBookAbi> = "chainStates";
// @ts-expect-error a market is two numbers
export const wrong: ContractFunctionArgs<typeof orderBookAbi, "view", "marketOf"> = ["1", 1];

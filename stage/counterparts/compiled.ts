/** Deploys what `compile.ts` has compiled, and calls it. */
import { type Contract, ContractFactory, type ContractTransactionResponse, type Signer } from "ethers";

import { mined as receiptOf } from "../../src/bindings/transact.js";
import { type CompiledContracts, compileOld, type Order } from "./compile.js";

const compiled = new WeakMap<Order, Promise<CompiledContracts>>();

/** @param order one object for each that is compiled. @param made what the constructor takes. @throws Error if the files have no such contract */
export async function deployCompiled(
  owner: Signer,
  order: Order,
  name: string,
  ...made: readonly unknown[]
): Promise<Contract> {
  const contracts = compiled.get(order) ?? compileOld(order);
  compiled.set(order, contracts);
  const found = (await contracts)[name];
  if (found === undefined) throw new Error(`there is no ${name} in ${order.files.join(", ")}`);
  const contract = await new ContractFactory(found.abi, found.bytecode, owner).deploy(...made);
  await contract.waitForDeployment();
  return contract as Contract; // whose functions are named by the ABI
}

/** A node mines a little later than it answers, and a test that moves its clock in between would have the answer come too late. */
export async function mined(contract: Contract, name: string, ...values: readonly unknown[]): Promise<void> {
  const sent = (await contract.getFunction(name)(...values)) as ContractTransactionResponse; // as of any function that writes
  await receiptOf(sent);
}

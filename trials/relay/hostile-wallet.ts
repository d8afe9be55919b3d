/** A contract wallet that agrees to anything until its owner says otherwise, in as little code as possible: it is to be cheap. */
import { ContractFactory, type Signer, type TransactionReceipt, type TransactionResponse } from "ethers";

/** What a wallet does when it is asked: by the wei that it was last sent with no data. */
export const MANNER = { agrees: 0n, burns: 1n, burnsAtPrice: 2n } as const;

/** Called with nothing: slot 0 = callvalue. */
const SET = "36600957" + "34600055" + "00";
/** Called with a question: burns all its gas if slot 0 is 1, or if it is 2 and gas has a price, as it has none in most simulations. */
const ASK = "5b" + "60005480600114" + "90600214" + "3a151516" + "17" + "602d57";
/** The word that says yes. */
const YES = "631626ba7e60e01b600052" + "60206000f3";
const BURN = "5b602d56";
const CODE = SET + ASK + YES + BURN;
/** Copies what follows it. */
const BEGIN = `60${(CODE.length / 2).toString(16).padStart(2, "0")}80` + "60093d393df3";

export interface HostileWallet {
  readonly address: string;
  readonly deployment: TransactionReceipt;
}

export async function deployHostileWallet(owner: Signer): Promise<HostileWallet> {
  const contract = await new ContractFactory([], `0x${BEGIN}${CODE}`, owner).deploy();
  const deployment = await contract.deploymentTransaction()?.wait();
  if (!deployment) throw new Error("the wallet was not deployed");
  return { address: await contract.getAddress(), deployment };
}

/** @param fees of the transaction, if it is to come before others */
export function setManner(
  owner: Signer,
  { address }: HostileWallet,
  manner: bigint,
  fees: object = {},
): Promise<TransactionResponse> {
  return owner.sendTransaction({ to: address, value: manner, gasLimit: 60_000n, ...fees });
}

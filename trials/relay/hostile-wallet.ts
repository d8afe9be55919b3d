/** A contract wallet that agrees to anything until its owner says otherwise, in as little code as possible: it is to be cheap. */
import { ContractFactory, type Signer, type TransactionReceipt, type TransactionResponse } from "ethers";

/** What a wallet does when it is asked: by the wei that it was last sent with no data. From `burnsFrom(0)` on it is a block's number. */
export const MANNER = { agrees: 0n, burns: 1n, burnsAtPrice: 2n, burnsAtOddCoinbase: 3n } as const;

/** Burns in that block and later ones, and agrees in those before, as the one in which it is tried out. */
export function burnsFrom(block: number): bigint {
  if (block < FIRST_BLOCK) throw new RangeError(`block ${block} is a manner`);
  return BigInt(block);
}

const FIRST_BLOCK = 4;
/** Called with nothing: slot 0 = callvalue. */
const SET = "36600957" + "34600055" + "00";
const LOAD = "5b" + "600054";
/** Each leaves the manner below whether it burns gas: if it is 1, */
const ALWAYS = "80600114";
/** if it is 2 and gas has a price, as it has none in most simulations, */
const AT_PRICE = "81600214" + "3a151516" + "17";
/** if it is 3 and the block is made for an odd address, */
const AT_COINBASE = "81600314" + "41600116" + "16" + "17";
/** if it is more than 3, and the block's number or one below it. */
const AT_BLOCK = "9080600310" + "90431015" + "16" + "17";
const ASK = LOAD + ALWAYS + AT_PRICE + AT_COINBASE + AT_BLOCK;
/** The word that says yes. */
const YES = "631626ba7e60e01b600052" + "60206000f3";
/** What comes before `BURN`: all of it, and the jump there, which has three bytes. */
const BURN_AT = ((SET + ASK + YES).length / 2 + 3).toString(16);
const JUMP = `60${BURN_AT}57`;
const BURN = `5b60${BURN_AT}56`;
const CODE = SET + ASK + JUMP + YES + BURN;
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

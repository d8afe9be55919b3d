import type { ContractTransaction, Provider, Signer, TransactionReceipt, TransactionResponse } from "ethers";
import { isError } from "ethers";

import { asClientError, ClientError } from "./errors.js";
import { isNodeError } from "../node/classify.js";
import type { NodeError } from "../node/errors.js";
import { findRevertData } from "../node/revert-data.js";

/** A gas estimate holds for the state it was made on; others may act in between, so a quarter is added. */
const GAS_MARGIN_DIVISOR = 4n;
/** How long news of a block are waited for, ms, until the transaction itself is looked for again. */
const LOOK_AGAIN_MS = 4_000;

/**
 * Sends a call and waits until it is mined.
 * @param populated the call, as `contract.method.populateTransaction(...)` gives it
 * @param gasLimit by default estimated, which refuses a failing call before anything is sent
 * @throws ClientError with the contract's reason, Client_NoContract; NodeError if the node failed
 */
export async function transact(
  signer: Signer,
  populated: Promise<ContractTransaction>,
  gasLimit?: bigint,
): Promise<TransactionReceipt> {
  if (signer.provider === null) throw new ClientError("Client_NoProvider");
  let response: TransactionResponse | undefined;
  try {
    const call = await populated;
    if (typeof call.to === "string" && call.data !== "0x") await requireContract(signer.provider, call.to);
    response = await signer.sendTransaction({ ...call, gasLimit: gasLimit ?? (await estimate(signer, call)) });
    const receipt = await mined(response);
    if (receipt === null) throw new ClientError("Client_NotMined", { hash: response.hash });
    return receipt;
  } catch (error) {
    throw await explained(error, response);
  }
}

/**
 * Waits for what was sent, however long it takes.
 *
 * ethers looks for a transaction when there is news of a block. One that is mined after it has looked, and before it knows which block is
 * the newest, has no news: where no other block follows, as on a local chain, ethers alone would wait without an end.
 */
export async function mined(response: TransactionResponse): Promise<TransactionReceipt | null> {
  for (;;) {
    try {
      return await response.wait(1, LOOK_AGAIN_MS);
    } catch (error) {
      if (!isError(error, "TIMEOUT") || "operation" in error) throw error; // a request that took too long names itself
    }
  }
}

/** Reads from a contract; a revert becomes a ClientError, a failure of the node a NodeError. */
export async function read<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw asClientError(error);
  }
}

/**
 * Reads what tells what a contract is, or of whom. What is another answers with a revert or with nonsense; of that a node that fails says
 * nothing.
 * @param none what to say if it is another
 */
export async function readAs<T>(none: ClientError, call: Promise<T>): Promise<T> {
  try {
    return await read(call);
  } catch (error) {
    throw error instanceof ClientError ? none : error;
  }
}

/** As `readAs`, of what may refuse what it is asked: a reason of its own shows that it is the one. */
export async function readUnlessRefused<T>(none: ClientError, call: Promise<T>): Promise<T> {
  try {
    return await read(call);
  } catch (error) {
    throw error instanceof ClientError && isNoAnswer(error) ? none : error;
  }
}

/** What comes of asking a contract something that it does not know, or an address without one. */
export function isNoAnswer({ code }: ClientError): boolean {
  return code === "Client_EmptyRevert" || code === "Client_OtherContract";
}

/** Where there is no contract a call succeeds, and does nothing. @throws ClientError Client_NoContract; NodeError */
export async function requireContract(provider: Provider, address: string): Promise<void> {
  if ((await read(provider.getCode(address))) === "0x") throw new ClientError("Client_NoContract", { address });
}

async function estimate(signer: Signer, call: ContractTransaction): Promise<bigint> {
  const gas = await signer.estimateGas(call);
  return gas + gas / GAS_MARGIN_DIVISOR;
}

/** A mined failure carries no reason: the same call on the block before it tells. */
async function explained(error: unknown, response: TransactionResponse | undefined): Promise<ClientError | NodeError> {
  const mined = isError(error, "CALL_EXCEPTION") && error.receipt ? error.receipt.blockNumber : undefined;
  if (response === undefined || mined === undefined || findRevertData(error) !== undefined) return asClientError(error);
  const reason = await replay(response, mined - 1);
  if (!isNodeError(reason)) return asClientError(reason ?? error);
  return new ClientError("Client_FailedUnexplained", { hash: response.hash }, { cause: reason });
}

async function replay(response: TransactionResponse, blockTag: number): Promise<unknown> {
  const { to, from, data, value, gasLimit } = response;
  try {
    await response.provider.call({ to, from, data, value, gasLimit, blockTag });
    return undefined;
  } catch (error) {
    return error;
  }
}
